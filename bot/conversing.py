"""The conversation of a turn: taken up as it was left, moved on, and kept, with what only the store can do done."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering import Answering, saying
from bot.clock import milliseconds
from bot.encounter import Encounter
from bot.incoming import Incoming
from bot.linking import Attempt, erase, follow, is_meant, settle
from bot.notices import alerts
from bot.notices.planning import concerns, replan
from bot.store import codes, people, plans, subscriptions
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.store.subscriptions import SubscriptionRow
from bot.window import Message
from dialogs.conversation import Conversation
from dialogs.effects import Did, Linking, Listed
from dialogs.machine import Step, open_question, step
from dialogs.notices import Booked, Remind

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Conversing(Answering):
    """Where conversations are moved on, within the transaction of a turn."""

    def meet(self, incoming: Incoming, digest: str, now: datetime) -> Script[PersonRow]:
        """Whoever is at this address, met for the first time perhaps; `digest` is the address's."""
        sealed_address = self.vault.seal(incoming.address)
        return people.meet(incoming.channel, digest, sealed_address, self.new_id(now), milliseconds(now))

    def converse(self, at: Encounter, attempt: Attempt | None) -> Script[tuple[Encounter, list[Message], bool]]:
        """From whom it is in the end, what is said to them, and whether they erased all that was known of them."""
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
        return at, messages, erased

    def _carried_out(self, at: Encounter, result: Step, heard: list[SubscriptionRow]) -> Script[Step]:
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

    def _replanned(self, at: Encounter, before: Conversation, result: Step) -> Script[None]:
        """What is to be said later follows from what is known from now on."""
        facts = result.conversation.facts
        if not concerns(at.rows, before.facts, facts, result.effects):
            return
        here = any(isinstance(effect, Remind | Booked) for effect in result.effects)
        try:
            yield from replan(self, at.rows, facts, at.now, here=here)
        except Exception as problem:
            log.error("replan_failed %s", type(problem).__name__)

    def _is_code(self, at: Encounter, attempt: Attempt, conversation: Conversation) -> Script[bool]:
        asked = open_question(self.knowledge, self.reader, conversation, at.now)
        dated = asked is not None and asked.fact in self.knowledge.day_facts
        return is_meant(attempt, at.rows, dated=dated, now_ms=at.moment)

    def _tried(
        self, at: Encounter, attempt: Attempt, before: Conversation
    ) -> Script[tuple[Encounter, Conversation, Step]]:
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

    def _erased(self, at: Encounter) -> Script[Encounter]:
        """Nothing is left but somebody without a past, so that they can be told; `retention` takes that row away.

        Wrong codes still count: to erase is no way to guess on.
        """
        tried = yield from codes.tries(at.rows[0].id, at.moment)
        if at.rows[-1].waits:  # those of the windows beside as well
            yield from subscriptions.erase(at.rows[-1].id)
            yield from plans.erase(at.rows[-1].id)
        yield from erase(at.rows)
        person = yield from self.meet(at.incoming, at.digest, at.now)
        if tried:
            yield from codes.note_tries(person.id, tried, at.moment)
        return replace(at, rows=(person,))
