"""What came in: each update of a channel is claimed once, however often it is delivered."""

from bot.store.script import Script, query


def claim(channel: str, external_id: str, now_ms: int) -> Script[bool]:
    """Whether the update is new. False: it was handled before, and there is nothing to do but to acknowledge it.

    On PostgreSQL it waits for another transaction that is handling the same update.
    """
    claimed: int = yield from query("claim_update", channel=channel, external_id=external_id, now_ms=now_ms)
    return claimed == 1


def offset(channel: str) -> Script[int | None]:
    """From where polling goes on, or None on a first start."""
    value: int | None = yield from query("offset_of", channel=channel)
    return value


def advance(channel: str, value: int) -> Script[None]:
    """Polling has come to `value`; never back."""
    yield from query("advance_offset", channel=channel, value=value)


def purge(before_ms: int, most: int) -> Script[int]:
    """Forgets at most `most` updates received before; returns how many. They could then be handled once more."""
    gone: int = yield from query("purge_inbox", before_ms=before_ms, most=most)
    return gone
