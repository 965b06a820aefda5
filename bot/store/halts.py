"""Senders that stand still until somebody has looked: why, since when, and until one message may try again."""

from dataclasses import dataclass

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class Halt:
    """Times are unix milliseconds. Once `until` is past, one message tries; the halt ends when it is accepted."""

    sender: str
    reason: str
    since: int
    until: int


def halt(sender: str, reason: str, now_ms: int, until_ms: int) -> Script[None]:
    """Stops the sender, in whichever process it is driven: from its next claim on, nothing leaves before `until_ms`."""
    yield from query("halt_sender", sender=sender, reason=reason, now_ms=now_ms, until_ms=until_ms)


def current(sender: str) -> Script[Halt | None]:
    """Why the sender stands still, if it does."""
    row = yield from query("halt_of", sender=sender)
    return None if row is None else Halt(**row)


def everywhere() -> Script[list[Halt]]:
    """All that stand still, the longest first; for who watches over them."""
    rows = yield from query("halts")
    return [Halt(**row) for row in rows]


def lift(sender: str) -> Script[bool]:
    """Lets the sender go on at once; False if it did not stand still."""
    lifted: int = yield from query("lift_halt", sender=sender)
    return lifted == 1
