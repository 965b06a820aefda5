"""One process at a time drives a sender, and none does while the sender is halted.

Asked in each transaction that claims, so that what it says holds for that claim. What it learns there is kept only once
the transaction is committed (`keep`).
"""

from dataclasses import dataclass

from bot.delivery.outcomes import HALT
from bot.store import halts, leases
from bot.store.script import Script

DEAD = 6000
"""Milliseconds of silence after which a process with messages on their way, or that drives a sender, is dead."""
SILENCE = 1000
"""Milliseconds in which nothing leaves after somebody else drove: each keeps the pace of a second by itself."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a transaction may do: claim `most` messages, or nothing before `wait_until` (unix milliseconds).

    `epoch` is None where another process drives. A single message is a probe: whether the halt is over.
    """

    epoch: int | None
    most: int = 0
    wait_until: int | None = None
    probes: halts.Halt | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """The message that tries whether a halt is over, and until when the halt then goes on."""

    id: str
    until: int


class Drive:
    """A process and the sender that it drives, or waits to drive."""

    def __init__(self, sender: str, holder: str) -> None:
        self.sender, self.holder = sender, holder
        self._lease = f"sender:{sender}"
        self.epoch: int | None = None
        self._quiet_until = 0
        self._probe: Probe | None = None

    def turn(self, now: int, most: int) -> Script[Turn]:
        """Whether this process may claim now, and at most how many. It drives from now on if nobody else does."""
        epoch = self.epoch
        if epoch is None:
            epoch = yield from leases.drive(self._lease, self.holder, now, now - DEAD)
            if epoch is not None and epoch > 1:
                return Turn(epoch, wait_until=now + SILENCE)
        elif not (yield from self.still(now)):
            epoch = None
        if epoch is None:
            return Turn(None)
        if now < self._quiet_until:
            return Turn(epoch, wait_until=self._quiet_until)
        halt = yield from halts.current(self.sender)
        if halt is None:
            return Turn(epoch, most)
        if now < halt.until:
            return Turn(epoch)
        return Turn(epoch, 1, probes=halt)

    def probe(self, turn: Turn, id: str, now: int) -> Script[Probe | None]:
        """The claimed message is the one that tries; the others wait on."""
        if turn.probes is None:
            return None
        probe = Probe(id, now + round(HALT * 1000))
        yield from halts.halt(self.sender, turn.probes.reason, now, probe.until)
        return probe

    def keep(self, turn: Turn, probe: Probe | None) -> bool:
        """Takes note of a turn that is committed; True if it is this process's first."""
        first = turn.epoch is not None and self.epoch is None
        self.epoch = turn.epoch
        self._quiet_until = turn.wait_until or 0
        self._probe = probe or self._probe
        return first

    def still(self, now: int) -> Script[bool]:
        """Whether this process drives, which it thereby goes on doing."""
        if self.epoch is None:
            return False
        return (yield from leases.still_drives(self._lease, self.holder, self.epoch, now))

    def lost(self) -> None:
        """Somebody else drives now."""
        self.epoch = None

    def halt(self, reason: str, now: int) -> Script[None]:
        """The provider will take nothing by this sender."""
        yield from halts.halt(self.sender, reason, now, now + round(HALT * 1000))

    def accepted(self, id: str) -> Script[None]:
        """The provider took a message; if it was the one that tried, the halt is over.

        Not if it was another, on its way when the halt began, nor if somebody has halted the sender again since.
        """
        if self._probe is None or self._probe.id != id:
            return
        halt = yield from halts.current(self.sender)
        if halt is not None and halt.until == self._probe.until:
            yield from halts.lift(self.sender)
