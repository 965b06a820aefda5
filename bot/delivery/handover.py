"""A reply handed over: claimed in the turn that wrote it, it leaves with that turn's commit and waits for no round."""

from contextlib import AbstractContextManager

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.stored import StoredOutbox
from bot.replies import Handed
from bot.store import settling
from bot.store.script import Script


class Handover:
    """What a turn asks of the delivery of its own process; only where one process writes at a time (SQLite), and for a
    sender by which every process may reply: it does not ask who drives."""

    def __init__(self, dispatcher: Dispatcher, stored: StoredOutbox) -> None:
        self._dispatcher, self._stored = dispatcher, stored

    @property
    def owner(self) -> str:
        return self._stored.owner

    def expecting(self) -> AbstractContextManager[None]:
        """While a turn is worked."""
        return self._dispatcher.expecting()

    def settle(self, person_id: str, now_ms: int) -> Script[None]:
        """Notes that the last reply to them was taken, if it was: settled twice is settled once."""
        for verdict in self._dispatcher.accepted(person_id):
            yield from settling.finish(
                verdict.parcel.id, "accepted", now_ms, verdict.provider_id, attempt=verdict.parcel.attempt
            )

    def takes(self, person_id: str) -> bool:
        return self._dispatcher.takes(person_id)

    def take(self, handed: Handed) -> None:
        """Sends it; to be called as soon as the turn is committed."""
        parcel = Parcel(
            handed.id, handed.person_id, Lane.DIALOG, 1, handed.created_at, None, None, handed.address, handed.message
        )
        self._dispatcher.take(parcel, alone=handed.alone)
