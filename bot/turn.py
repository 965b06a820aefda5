"""The turn: one update claimed, the conversation moved on, its replies queued, all in one transaction.

Whatever happens after the commit, nothing is lost; whatever happens before it, nothing has happened, and the channel
delivers the update again.
"""

import itertools
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol

from bot.incoming import Incoming
from bot.store import inbox, outbox, people
from bot.store.script import Script
from bot.store.sealed import Vault
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.events import Did, Lost
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES, Reader, Step, Trace, step

log = logging.getLogger(__name__)

DIALOG_LANE = 0

Message = dict[str, Any]
"""What a channel's sender sends, without the address."""


class Renderer(Protocol):
    """A channel's way to turn what is to be said into messages."""

    def __call__(self, incoming: Incoming, result: Step, words: Words, /) -> list[Message]: ...


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

    `handed` is the one of them that is this process's to send at once.
    """

    fresh: bool
    queued: int = 0
    handed: Handed | None = None


@dataclass(frozen=True)
class Desk:
    """All that a turn needs and that does not change between turns. `new_id` gives ids that sort by time."""

    knowledge: Knowledge
    reader: Reader
    vault: Vault
    words: Callable[[str, str], Words]
    renderers: dict[str, Renderer]
    new_id: Callable[[datetime], str]

    def turn(self, incoming: Incoming, now: datetime, handover: Handover | None = None) -> Script[Turned]:
        """The transaction. `now` is aware; the store keeps milliseconds of it.

        With a `handover`, the first reply may be claimed here and now; the others, and all without it, are queued.
        """
        moment = milliseconds(now)
        if not (yield from inbox.claim(incoming.channel, incoming.external_id, moment)):
            return Turned(fresh=False)
        digest = self.vault.digest(incoming.channel, incoming.address)
        sealed_address = self.vault.seal(incoming.address)
        person = yield from people.meet(incoming.channel, digest, sealed_address, self.new_id(now), moment)
        if incoming.note == "blocked":
            yield from people.mark_blocked(person.id, moment)
            yield from outbox.cancel_for(person.id, moment)
            return Turned(fresh=True)
        if person.blocked:
            yield from people.mark_unblocked(person.id)
        if incoming.note is not None:
            return Turned(fresh=True)
        conversation = self.conversation(person.sealed_conversation, incoming.language)
        result, messages = self._answer(incoming, conversation, now)
        if Did("erased") in result.effects:
            yield from people.erase(person.id)
            # Somebody without a past, so that they can be told; `retention` takes the empty row away.
            person = yield from people.meet(incoming.channel, digest, sealed_address, self.new_id(now), moment)
        elif result.conversation != conversation:
            sealed = self.vault.seal(json.dumps(result.conversation.to_json(), ensure_ascii=False))
            yield from people.save_conversation(person.id, sealed, result.conversation.language, moment)
        handed = None
        for message in messages:
            sealed = self.vault.seal(json.dumps(message, ensure_ascii=False))
            identity = self.new_id(now)
            at_once = message is messages[0] and (yield from _may_leave(handover, person.id, moment))
            if at_once and handover is not None:
                handed = Handed(identity, person.id, incoming.address, message, moment, len(messages) == 1)
                yield from outbox.add_claimed(
                    identity, person.id, incoming.channel, DIALOG_LANE, sealed, moment, handover.owner
                )
            else:
                yield from outbox.add(identity, person.id, incoming.channel, DIALOG_LANE, sealed, moment, moment, None)
        return Turned(fresh=True, queued=len(messages), handed=handed)

    def _answer(self, incoming: Incoming, conversation: Conversation, now: datetime) -> tuple[Step, list[Message]]:
        """The step and its messages. A mistake of ours must not hold an update back for ever: it is said and logged."""
        try:
            result = step(self.knowledge, self.reader, conversation, incoming.event, now)
            words = self.words(incoming.channel, result.conversation.language)
            return result, self.renderers[incoming.channel](incoming, result, words)
        except Exception as problem:
            log.error("step_failed %s", type(problem).__name__)  # its words might hold personal data
            result = Step(conversation, (Lost(menu=True),), Trace({}, (), None))
            words = self.words(incoming.channel, conversation.language)
            return result, self.renderers[incoming.channel](incoming, result, words)

    def conversation(self, sealed: str | None, language: str | None) -> Conversation:
        """A conversation as it was left, or a new one in the language the channel tells of, where we speak it."""
        if sealed:
            return Conversation.from_json(json.loads(self.vault.open(sealed)), self.knowledge.day_facts)
        return Conversation(language=language if language in LANGUAGES else LANGUAGES[0])


def _may_leave(handover: Handover | None, person_id: str, now_ms: int) -> Script[bool]:
    """Whether a reply may be claimed in its own turn: nothing else to this person is open, and the pace has room."""
    if handover is None:
        return False
    yield from handover.settle(person_id, now_ms)
    if (yield from outbox.waits(person_id)):
        return False
    return handover.takes(person_id)


class TimeOrderedIds:
    """Ids that sort by time, and by turn within one millisecond of one process.

    >>> from datetime import UTC
    >>> ids = TimeOrderedIds(lambda: "r")
    >>> ids(datetime(2026, 11, 21, tzinfo=UTC)) < ids(datetime(2026, 11, 21, tzinfo=UTC))
    True
    """

    def __init__(self, randomness: Callable[[], str] = lambda: token_hex(6)) -> None:
        self._randomness = randomness
        self._count = itertools.count()

    def __call__(self, now: datetime) -> str:
        return f"{milliseconds(now):012x}{next(self._count) & 0xFFFFFF:06x}{self._randomness()}"


def milliseconds(moment: datetime) -> int:
    """An aware moment as the store keeps it: milliseconds since 1970, UTC."""
    return int(moment.timestamp() * 1000)
