"""What is due is said: the words are made now, from the answers as they are now, and put into the outbox.

Each person is a transaction that locks as a turn does, window first, so that a turn of theirs comes before or after it.
It is safe anywhere to be done twice: what was said is no longer planned.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.answering import Answering
from bot.channels.sms.gsm7 import written
from bot.channels.sms.pages import under
from bot.clock import milliseconds
from bot.notices import caps
from bot.notices.alerts import plain
from bot.notices.planning import Planned, replan
from bot.notices.quiet import opens_at
from bot.store import opt_outs, outbox, people, plans, subscriptions
from bot.store.people import PersonRow
from bot.store.plans import PlanRow
from bot.store.script import Script
from bot.store.subscriptions import SubscriptionRow
from bot.window import Message, Screen
from dialogs.conversation import Conversation
from dialogs.effects import Effect
from dialogs.knowledge.library import Facts
from dialogs.notices import StillSearching, WaitEnded
from dialogs.reminders import say
from dialogs.waiting import alert

log = logging.getLogger(__name__)

QUESTION_KEPT = 7 * 24 * 3600 * 1000
"""Milliseconds for which the question, and the word at the end, are worth sending."""


def compose(desk: Answering, person_id: str, now: datetime, number: str | None = None) -> Script[int]:
    """Says to a window what is due there, and plans what comes next; how many messages were queued.

    `number`: where an SMS that cannot be answered may be stopped.
    """
    window = yield from _Window.hold(desk, person_id, now, number)
    return 0 if window is None else (yield from window.remind())


def ask(desk: Answering, person_id: str, now: datetime, number: str | None = None) -> Script[int]:
    """Asks a window whether its person still searches, or says goodbye to somebody who has not answered that."""
    window = yield from _Window.hold(desk, person_id, now, number)
    return 0 if window is None else (yield from window.ask())


def compose_due(desk: Answering, channel: str, now: datetime, most: int) -> Script[int]:
    """The same as `compose` for at most `most` people of a channel, in one transaction: for a database of one
    process."""
    said = 0
    for person_id in (yield from plans.people_due(channel, milliseconds(now), most)):
        said += yield from compose(desk, person_id, now)
    return said


class _Window:
    """A window that is written to, locked with its conversation."""

    def __init__(
        self, desk: Answering, rows: tuple[PersonRow, ...], now: datetime, number: str | None, told: Conversation
    ) -> None:
        self._desk, self._rows, self._conversation = desk, rows, told
        self._window, self._home = rows[0], rows[-1]
        self._now, self._now_ms, self._number = now, milliseconds(now), number
        self._screen: Screen | None = None

    @classmethod
    def hold(cls, desk: Answering, person_id: str, now: datetime, number: str | None) -> "Script[_Window | None]":
        """None where nothing may be said: they were erased, they left, or they do not want to hear from us; nor here,
        where another process has the words of their channel."""
        rows, digest = yield from plans.hold(person_id)
        if not rows:
            yield from plans.erase(person_id)
            return None
        window, now_ms = rows[0], milliseconds(now)
        if window.channel not in {*desk.renderers, *desk.windows}:
            return None
        out = yield from opt_outs.is_out(window.channel, digest)
        if window.blocked or out:
            yield from outbox.cancel_for(window.id, now_ms, opt_outs.REASON if out else "blocked")
            yield from subscriptions.end_for(window.id, now_ms, "opted out" if out else "blocked")
            return None
        conversation = desk.conversation(rows[-1].sealed_conversation, rows[-1].language)
        return cls(desk, rows, now, number, conversation)

    @property
    def _facts(self) -> Facts:
        return self._conversation.facts

    def remind(self) -> Script[int]:
        """All that is due now; and the reminders that follow are planned."""
        waiting = yield from self._waiting()
        said = 0
        for row in (yield from plans.of(self._home.id)):
            if row.person_id == self._window.id and row.due_at <= self._now_ms:
                said += yield from self._remind(row, waiting)
        yield from replan(self._desk, self._rows, self._facts, self._now)
        return said

    def ask(self) -> Script[int]:
        said = 0
        for each in (yield from self._waiting()):
            shown = alert(self._desk.knowledge, self._facts, plain(each), self._now)
            if caps.is_over(each, self._now_ms):
                yield from subscriptions.set_state(each.id, "ended", self._now_ms, "silence")
                said += yield from self._tell(WaitEnded(replace(shown, state="ended")), each.prefecture)
            elif caps.is_to_be_asked(each, self._now_ms) and (yield from subscriptions.ask(each.id, self._now_ms)):
                said += yield from self._tell(StillSearching(shown, caps.SILENCE.days), each.prefecture)
        yield from replan(self._desk, self._rows, self._facts, self._now)
        return said

    def _waiting(self) -> Script[list[SubscriptionRow]]:
        """The subscriptions that this window is told of."""
        found = yield from subscriptions.of(self._home.id)
        return [each for each in found if each.person_id == self._window.id and each.is_live]

    def _remind(self, row: PlanRow, waiting: Sequence[SubscriptionRow]) -> Script[int]:
        """One planned row: said, put off, or ended without a word."""
        plan = Planned.of(row).plan
        if self._now_ms >= row.expires_at:
            yield from plans.end(row.id, "expired", "too late", self._now_ms)
            return 0
        code = plan.key.partition("/")[0]
        subscription = next((each for each in waiting if each.prefecture == code), None)
        if plan.kind == "release" and subscription is None:
            yield from plans.end(row.id, "cancelled", "no longer wanted", self._now_ms)
            return 0
        rings_at = self._rings_at(row.prefecture)
        if rings_at > self._now_ms and self._window.channel in self._desk.windows:
            # An SMS rings: its words are made once it may. One that could only come after its end ends with it.
            text = Planned(plan, put_off=True).text
            yield from plans.change(replace(row, due_at=min(rings_at, row.expires_at), plan=text))
            return 0
        try:
            effect = say(self._desk.knowledge, self._facts, plan, self._now)
            messages = [] if effect is None else self._written(effect, silent=rings_at > self._now_ms)
        except Exception as problem:  # a mistake of ours must not come back every few seconds
            log.error("reminder_failed %s", type(problem).__name__)
            yield from plans.end(row.id, "failed", type(problem).__name__, self._now_ms)
            return 0
        if not messages:
            yield from plans.end(row.id, "cancelled", "no longer so", self._now_ms)
            return 0
        if plan.kind == "release" and subscription is not None and not (yield from self._counts(subscription)):
            yield from plans.end(row.id, "cancelled", "told enough", self._now_ms)
            return 0
        first, *others = messages
        yield from plans.queue(
            row.id, self._sealed(first), self._now_ms, row.expires_at, self._segments(first), row.prefecture
        )
        yield from self._queue(others, row.expires_at, row.prefecture)
        yield from self._keep_screen()
        return len(messages)

    def _counts(self, subscription: SubscriptionRow) -> Script[bool]:
        return subscriptions.count_reminder(
            subscription.id, self._now_ms, self._now_ms - caps.REST_MS, caps.MOST_UNANSWERED
        )

    def _tell(self, effect: Effect, prefecture: str) -> Script[int]:
        messages = self._written(effect, silent=self._rings_at(prefecture) > self._now_ms)
        yield from self._queue(messages, self._now_ms + QUESTION_KEPT, prefecture)
        yield from self._keep_screen()
        return len(messages)

    def _rings_at(self, prefecture: str | None) -> int:
        """From when a notice may be heard; at once where nobody's quiet hours are kept."""
        if prefecture is None:
            return self._now_ms
        opens = opens_at(self._now, self._desk.knowledge.office(prefecture).timezone, prefecture)
        return max(self._now_ms, milliseconds(opens))

    def _written(self, effect: Effect, *, silent: bool) -> list[Message]:
        """The effect as this window shows it; where there are no buttons, what it offers is kept as well."""
        channel = self._window.channel
        messages, self._screen = self._desk.announce(channel, self._conversation, effect)
        if channel in self._desk.windows and self._number is not None:
            words = self._desk.words(channel, self._conversation.language)
            end = words.text(self._desk.knowledge.national.notice_ends["number"], {"number": self._number})
            messages = [{**each, "body": written(under(each["body"], end))} for each in messages]
        return [{**each, "disable_notification": True} for each in messages] if silent else messages

    def _queue(self, messages: Sequence[Message], expires_ms: int, prefecture: str | None) -> Script[None]:
        for message in messages:
            yield from outbox.add(
                self._desk.new_id(self._now),
                self._window.id,
                self._window.channel,
                plans.NOTICE_LANE,
                self._sealed(message),
                self._now_ms,
                self._now_ms,
                expires_ms,
                segments=self._segments(message),
                prefecture=prefecture,
            )

    def _keep_screen(self) -> Script[None]:
        """A number answers what was said last."""
        if self._screen is not None:
            yield from people.save_screen(self._window.id, self._sealed(self._screen))

    def _segments(self, message: Message) -> int | None:
        channel = self._desk.windows.get(self._window.channel)
        return None if channel is None else channel.segments(message)

    def _sealed(self, what: Message | Screen) -> str:
        return self._desk.vault.seal_data(what)
