"""The turn: one update claimed, the conversation moved on, its replies queued, all in one transaction.

Whatever happens after the commit, nothing is lost; whatever happens before it, nothing has happened, and the channel
delivers the update again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.clock import milliseconds
from bot.conversing import Conversing
from bot.encounter import Encounter
from bot.incoming import Incoming, Keyword
from bot.linking import attempt_in
from bot.notices import alerts
from bot.notices.planning import replan
from bot.opting import obey
from bot.replies import Handover, Turned, queue
from bot.store import codes, inbox, opt_outs, outbox, people
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.window import Message
from dialogs.machine import LANGUAGES


class Agents(Protocol):
    """Those who announce openings in a chat of their own: asked before the conversation, nobody to anybody else."""

    def heed(self, incoming: Incoming, person: PersonRow, now: datetime) -> Script[list[Message] | None]:
        """What is said in place of the conversation; None where it goes on."""
        ...


@dataclass(frozen=True)
class Desk(Conversing):
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
        person = yield from self.meet(incoming, digest, now)
        if incoming.note == "blocked":
            yield from people.mark_blocked(person.id, moment)
            yield from outbox.cancel_for(person.id, moment)
            return Turned(fresh=True)
        if person.blocked:
            person = yield from self._back_again(person, now)
        if incoming.note is not None:
            return Turned(fresh=True)
        at = Encounter(incoming, now, moment, digest, (person,))
        heeded = yield from self._heed(at)
        if heeded is not None:
            return (yield from queue(self, at, heeded, handover))
        if person.home_id is not None:
            at = yield from self._at_home(at)
        at, messages, erased = yield from self.converse(at, attempt)
        return (yield from queue(self, at, messages, handover, erased=erased))

    def _back_again(self, person: PersonRow, now: datetime) -> Script[PersonRow]:
        """Somebody who had blocked us: they are reminded again of the dates they asked for."""
        yield from people.mark_unblocked(person.id)
        person = replace(person, blocked_at=None)
        rows = yield from people.visit(person, milliseconds(now))
        if rows and rows[-1].waits:
            facts = self.conversation(rows[-1].sealed_conversation, None).facts
            yield from replan(self, rows, facts, now)
        return person

    def _heed(self, at: Encounter) -> Script[list[Message] | None]:
        """What is said in place of the conversation: to a keyword, nothing to whoever wants nothing, and to an agent.

        None where the conversation goes on.
        """
        incoming, person, said = at.incoming, at.rows[0], None
        if incoming.channel not in self.windows:
            return None if self.agents is None else (yield from self.agents.heed(incoming, person, at.now))
        if incoming.keyword is not None:
            said = yield from self._obeyed(incoming.keyword, at)
        if said is None and (yield from opt_outs.is_out(incoming.channel, at.digest)):
            said = []
        if said is not None and person.waits:  # a word above the conversation answers our notices as well
            yield from alerts.hear(at.rows)
        return said

    def _obeyed(self, keyword: Keyword, at: Encounter) -> Script[list[Message] | None]:
        """What is said to a keyword; None where it was not all there was to do."""
        channel, person = at.incoming.channel, at.rows[0]
        done, said = yield from obey(keyword, channel, at.digest, person, at.moment)
        if not done:
            return None
        if said is None:
            return []
        words = self.words(channel, person.language or keyword.language or LANGUAGES[0])
        return [self.windows[channel].write(words.render(said))]

    def _at_home(self, at: Encounter) -> Script[Encounter]:
        """In a window that was joined to another: up to the conversation it shows."""
        rows = yield from people.visit(at.rows[0], at.moment)
        if not rows:  # erased from another window
            yield from people.erase(at.rows[0].id)
            rows = ((yield from self.meet(at.incoming, at.digest, at.now)),)
        return replace(at, rows=rows)
