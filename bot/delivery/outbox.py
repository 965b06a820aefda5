"""The port to the outbox, as delivery sees it: one transaction a round, which settles what is done and claims more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.delivery.outcomes import Verdict
from bot.delivery.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Round:
    """What a round brought: the parcels to send now, and when something that waits will be due again.

    `more`: it used all of its limit, so there may be more to claim. `began`: this process drives the sender since this
    round, and what others left is for it to look after.
    """

    parcels: Sequence[Parcel] = ()
    passed_over: Sequence[int] = ()
    more: bool = False
    began: bool = False


class Outbox(Protocol):
    """The messages of one channel that wait, and what became of them.

    Claimed are only heads: of a person's open messages the first by lane, then by age. A person with a message on its
    way, or whose head was put back until later, has none. So a person's messages leave in order and one at a time,
    whoever asks.
    """

    async def round(
        self, verdicts: Sequence[Verdict], limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Round:
        """Settles, ends what has expired, then claims at most `limit`, of these at most `bulk` that are not dialog.

        Claimed are messages until their segments come to `limit`; only the last may go beyond it. Nothing is claimed
        where another process drives the sender, or while the sender is halted.

        Committed when it returns; unchanged when it raises, or nobody knows. A claimed head whose person is not ready
        (`ready_at(person_id)` is after `now`, unix milliseconds) is put back until then, so that those behind it get
        their turn. `ready_at` may be asked more than once.
        """
        ...

    async def alive(self, now: int) -> None:
        """This process is still sending what it claimed; to be said every second while it is."""
        ...

    def drives(self) -> bool:
        """Whether this process alone drives the sender: it must then be `alive` even with nothing on its way."""
        ...

    async def abandoned(self, now: int) -> Sequence[Parcel]:
        """What processes were sending that are no longer alive: from now on this one's to settle."""
        ...

    async def leave(self) -> None:
        """What this process may still hold counts as abandoned at once; should it go on, it is under another name."""
        ...
