"""The turn: one update claimed, the conversation moved on, its replies queued, all in one transaction.

Whatever happens after the commit, nothing is lost; whatever happens before it, nothing has happened, and the channel
delivers the update again.
"""

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Protocol

from bot.answering import Answering, Renderer, saying
from bot.clock import milliseconds
from bot.incoming import Incoming
from bot.linking import Attempt, attempt_in, erase, follow, is_meant, settle
from bot.notices import alerts
from bot.notices.planning import concerns, replan
from bot.opting import obey
from bot.store import codes, inbox, opt_outs, outbox, people, plans, subscriptions
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.store.subscriptions import SubscriptionRow
from bot.window import Message
from dialogs.conversation import Conversation
from dialogs.events import Booked, Did, Linking, Listed, Remind
from dialogs.machine import LANGUAGES, Step, open_question, step

__all__ = ["Desk", "Handed", "Handover", "Message", "Renderer", "TimeOrderedIds", "Turned", "milliseconds"]

log = logging.getLogger(__name__)

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


@dataclass(frozen=True, slots=True)
class _At:
    """Where a turn takes place: what came in, when (`moment` in milliseconds), and from whom.

    `rows` lead from their window to the one whose conversation it shows, most often the same.
    """

    incoming: Incoming
    now: datetime
    moment: int
    digest: str
    rows: tuple[PersonRow, ...]
    handover: Handover | None


class Agents(Protocol):
    """Those who announce openings in a chat of their own: asked before the conversation, nobody to anybody else."""

    def heed(self, incoming: Incoming, person: PersonRow, now: datetime) -> Script[list[Message] | None]:
        """What is said in place of the conversation; None where it goes on."""
        ...


@dataclass(frozen=True)
class Desk(Answering):
    """Where turns are worked."""

    agents: Agents | None = None

    def turn(self, incoming: Incoming, now: datetime, handover: Handover | None = None) -> Script[Turned]:
        """The transaction. `now` is aware; the store keeps milliseconds of it.

        With a `handover`, the first reply may be claimed here and now; the others, and all without it, are queued.
        Locks are taken in one order: the codes, the update, the window, its conversation.
        """
        moment = milliseconds(now)
        attempt = attempt_in(incoming.event)
        if attempt is not None:
            yield from codes.take_turns(moment)
        if not (yield from inbox.claim(incoming.channel, incoming.external_id, moment)):
            return Turned(fresh=False)
        digest = self.vault.digest(incoming.channel, incoming.address)
        person = yield from self._meet(incoming, digest, now)
        if incoming.note == "blocked":
            yield from people.mark_blocked(person.id, moment)
            yield from outbox.cancel_for(person.id, moment)
            return Turned(fresh=True)
        if person.blocked:
            person = yield from self._back_again(person, now)
        if incoming.note is not None:
            return Turned(fresh=True)
        at = _At(incoming, now, moment, digest, (person,), handover)
        if incoming.channel in self.windows:
            heeded = yield from self._heed(at)
            if heeded is not None:
                if person.waits:  # a word above the conversation answers our notices as well
                    yield from alerts.hear(at.rows)
                return (yield from self._queue(at, heeded))
        elif self.agents is not None and (said := (yield from self.agents.heed(incoming, person, now))) is not None:
            return (yield from self._queue(at, said))
        if person.home_id is not None:
            rows = yield from people.visit(person, moment)
            if not rows:  # erased from another window
                yield from people.erase(person.id)
                rows = ((yield from self._meet(incoming, digest, now)),)
            at = replace(at, rows=rows)
        return (yield from self._converse(at, attempt))

    def _meet(self, incoming: Incoming, digest: str, now: datetime) -> Script[PersonRow]:
        sealed_address = self.vault.seal(incoming.address)
        return people.meet(incoming.channel, digest, sealed_address, self.new_id(now), milliseconds(now))

    def _back_again(self, person: PersonRow, now: datetime) -> Script[PersonRow]:
        """Somebody who had blocked us: they are reminded again of the dates they asked for."""
        yield from people.mark_unblocked(person.id)
        person = replace(person, blocked_at=None)
        rows = yield from people.visit(person, milliseconds(now))
        if rows and rows[-1].waits:
            facts = self.conversation(rows[-1].sealed_conversation, None).facts
            yield from replan(self, rows, facts, now)
        return person

    def _heed(self, at: _At) -> Script[list[Message] | None]:
        """What is said in place of the conversation: to a keyword, and nothing to whoever wants nothing. Else None."""
        keyword, name = at.incoming.keyword, at.incoming.channel
        if keyword is not None:
            done, said = yield from obey(keyword, name, at.digest, at.rows[0], at.moment)
            if done:
                words = self.words(name, at.rows[0].language or keyword.language or LANGUAGES[0])
                return [] if said is None else [self.windows[name].write(words.render(said))]
        return [] if (yield from opt_outs.is_out(name, at.digest)) else None

    def _converse(self, at: _At, attempt: Attempt | None) -> Script[Turned]:
        """The conversation moved on and kept, its replies queued."""
        heard: list[SubscriptionRow] = []
        if at.rows[-1].waits:
            heard = yield from alerts.hear(at.rows)
            event = alerts.meant(at.incoming.event, heard, at.rows[0].id)
            at = replace(at, incoming=replace(at.incoming, event=event))
        before = self.conversation(at.rows[-1].sealed_conversation, at.incoming.language)
        sealed_screen = at.rows[0].sealed_screen
        screen = self.vault.open_data(sealed_screen) if sealed_screen else None
        result: Step | None = None
        tried = attempt is not None and (yield from self._is_code(at, attempt, before))
        if tried and attempt is not None:
            at, before, result = yield from self._tried(at, attempt, before)
        elif at.incoming.number is not None:
            yield from people.save_mobile(at.rows[0].id, self.vault.digest("sms", at.incoming.number))
            result = saying(before, Linking("shared"))
        else:
            result = self.understand(at.incoming, before, screen, at.now)
        if result is not None:
            result = yield from self._carried_out(at, result, heard)
        result, messages, shown = self.show(at.incoming, result, before, screen)
        erased = result is not None and Did("erased") in result.effects
        if erased:
            at = yield from self._erased(at)
        elif result is not None and result.conversation != before:
            sealed = self.vault.seal_data(result.conversation.to_json())
            yield from people.save_conversation(at.rows[-1].id, sealed, result.conversation.language, at.moment)
        if result is not None and not erased:
            yield from self._replanned(at, before, result)
        if shown != screen or (erased and shown is not None):
            sealed = self.vault.seal_data(shown)
            yield from people.save_screen(at.rows[0].id, sealed)
        turned = yield from self._queue(at, messages)
        return replace(turned, erased=True) if erased else turned

    def _carried_out(self, at: _At, result: Step, heard: list[SubscriptionRow]) -> Script[Step]:
        """The step with what only the store can do done, and said."""
        if any(isinstance(effect, Linking | Listed) for effect in result.effects):
            settled = yield from settle(self.vault, at.rows, result.effects, at.moment)
            result = replace(result, effects=tuple(settled))
        # What is raised in here is a mistake of ours: the store's own end the turn without coming by.
        try:
            said = yield from alerts.carry_out(self, at.rows, result.conversation, result.effects, heard, at.now)
        except Exception as problem:
            return self._mistaken(result.conversation, problem)
        return result if said == result.effects else replace(result, effects=said)

    def _replanned(self, at: _At, before: Conversation, result: Step) -> Script[None]:
        """What is to be said later follows from what is known from now on."""
        facts = result.conversation.facts
        if not concerns(at.rows, before.facts, facts, result.effects):
            return
        here = any(isinstance(effect, Remind | Booked) for effect in result.effects)
        try:
            yield from replan(self, at.rows, facts, at.now, here=here)
        except Exception as problem:
            log.error("replan_failed %s", type(problem).__name__)

    def _is_code(self, at: _At, attempt: Attempt, conversation: Conversation) -> Script[bool]:
        asked = open_question(self.knowledge, self.reader, conversation, at.now)
        dated = asked is not None and asked.fact in self.knowledge.day_facts
        return is_meant(attempt, at.rows, dated=dated, now_ms=at.moment)

    def _tried(self, at: _At, attempt: Attempt, before: Conversation) -> Script[tuple[_At, Conversation, Step]]:
        """What a code led to. Once joined, the conversation goes on where the other window left it."""
        outcome, rows = yield from follow(self.vault, attempt, at.rows, at.moment)
        if outcome != "joined":
            return at, before, saying(before, Linking(outcome))
        joined = self.conversation(rows[-1].sealed_conversation, before.language)
        if any(row.waits for row in (*at.rows, *rows)):
            yield from alerts.merge(rows[-1].id, at.moment)
            yield from replan(self, rows, joined.facts, at.now)
        dropped = at.rows[0].home_id is None and bool(before.given)
        result = step(self.knowledge, self.reader, joined, None, at.now)
        result = replace(result, effects=(Linking("joined", dropped=dropped), *result.effects))
        return replace(at, rows=rows), joined, result

    def _erased(self, at: _At) -> Script[_At]:
        """Nothing is left but somebody without a past, so that they can be told; `retention` takes that row away.

        Wrong codes still count: to erase is no way to guess on.
        """
        tried = yield from codes.tries(at.rows[0].id, at.moment)
        if at.rows[-1].waits:  # those of the windows beside as well
            yield from subscriptions.erase(at.rows[-1].id)
            yield from plans.erase(at.rows[-1].id)
        yield from erase(at.rows)
        person = yield from self._meet(at.incoming, at.digest, at.now)
        if tried:
            yield from codes.note_tries(person.id, tried, at.moment)
        return replace(at, rows=(person,))

    def _queue(self, at: _At, messages: list[Message]) -> Script[Turned]:
        """The replies in the outbox; the first may leave with this very commit."""
        handed = None
        person, channel = at.rows[0], at.incoming.channel
        screened = self.windows.get(channel)
        for message in messages:
            sealed = self.vault.seal_data(message)
            identity = self.new_id(at.now)
            at_once = message is messages[0] and (yield from _may_leave(at.handover, person.id, at.moment))
            if at_once and at.handover is not None:
                handed = Handed(identity, person.id, at.incoming.address, message, at.moment, len(messages) == 1)
                yield from outbox.add_claimed(
                    identity, person.id, channel, DIALOG_LANE, sealed, at.moment, at.handover.owner
                )
            elif screened is None:
                yield from outbox.add(identity, person.id, channel, DIALOG_LANE, sealed, at.moment, at.moment, None)
            else:
                expires, segments = at.moment + screened.patience, screened.segments(message)
                yield from outbox.add(
                    *(identity, person.id, channel, DIALOG_LANE, sealed, at.moment, at.moment, expires),
                    segments=segments,
                )
        return Turned(fresh=True, queued=len(messages), handed=handed)


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
