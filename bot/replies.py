"""The replies of a turn: queued in its transaction, the first perhaps handed over to leave with the commit."""

from dataclasses import dataclass
from typing import Protocol

from bot.answering import Answering
from bot.encounter import Encounter
from bot.store import outbox
from bot.store.script import Script
from bot.window import Message

DIALOG_LANE = 0


@dataclass(frozen=True, slots=True)
class Handed:
    """A reply that its turn claimed for this process: to be sent once the turn is committed.

    `alone`: no other reply of the turn waits for this one to end.
    """

    id: str
    person_id: str
    address: str
    message: Message
    created_at: int
    alone: bool


class Handover(Protocol):
    """A delivery in this process that may send a reply as soon as its turn is committed."""

    @property
    def owner(self) -> str: ...

    def settle(self, person_id: str, now_ms: int) -> Script[None]:
        """Notes what became of the last reply to them, where it is known."""
        ...

    def takes(self, person_id: str) -> bool:
        """Whether a reply to them may leave now; its place is then kept."""
        ...


@dataclass(frozen=True, slots=True)
class Turned:
    """What a turn did: `fresh` is False for an update that had already been handled; `queued` counts its replies.

    `handed` is the one of them that is this process's to send at once. After a turn that `erased`, the other windows of
    the conversation are left to `people.erase_orphans`, in a transaction of its own.
    """

    fresh: bool
    queued: int = 0
    handed: Handed | None = None
    erased: bool = False


def queue(
    desk: Answering, at: Encounter, messages: list[Message], handover: Handover | None, *, erased: bool = False
) -> Script[Turned]:
    """The replies in the outbox; with a `handover`, the first may leave with this very commit."""
    handed = None
    person, channel = at.rows[0], at.incoming.channel
    screened = desk.windows.get(channel)
    for message in messages:
        sealed = desk.vault.seal_data(message)
        identity = desk.new_id(at.now)
        at_once = message is messages[0] and (yield from _may_leave(handover, person.id, at.moment))
        if at_once and handover is not None:
            handed = Handed(identity, person.id, at.incoming.address, message, at.moment, len(messages) == 1)
            yield from outbox.add_claimed(identity, person.id, channel, DIALOG_LANE, sealed, at.moment, handover.owner)
        elif screened is None:
            yield from outbox.add(identity, person.id, channel, DIALOG_LANE, sealed, at.moment, at.moment, None)
        else:
            expires, segments = at.moment + screened.patience, screened.segments(message)
            yield from outbox.add(
                *(identity, person.id, channel, DIALOG_LANE, sealed, at.moment, at.moment, expires),
                segments=segments,
            )
    return Turned(fresh=True, queued=len(messages), handed=handed, erased=erased)


def _may_leave(handover: Handover | None, person_id: str, now_ms: int) -> Script[bool]:
    """Whether a reply may be claimed in its own turn: nothing else to this person is open, and the pace has room."""
    if handover is None:
        return False
    yield from handover.settle(person_id, now_ms)
    if (yield from outbox.waits(person_id)):
        return False
    return handover.takes(person_id)
