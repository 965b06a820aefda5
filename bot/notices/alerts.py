"""What people want to be told of: a turn carries their wishes out in its own transaction, and says what became of them.

Alerts belong to the window they were asked in, which is the one that is written to; asked again in another window of
the same conversation, they move there. From each of its windows all of them are listed, paused and stopped.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.answering import Answering
from bot.clock import milliseconds
from bot.store import subscriptions
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.store.subscriptions import EndedBy, State, SubscriptionRow
from dialogs.conversation import Conversation
from dialogs.effects import Effect, Listed
from dialogs.events import Ask, Event, Say
from dialogs.notices import AlertList, Alerts, AlertsChanged, AlertWish, Booked, Remind, Wait, Waiting
from dialogs.reminders import confirm, plans
from dialogs.waiting import Alert, Subscription, alert, yes_or_no

WRITABLE = frozenset({"telegram", "sms"})
"""The channels on which people can be written to at any moment; a terminal shows what waits once it is opened."""
FOLLOWS = 7 * 24 * 3600 * 1000
"""Milliseconds after a notice in which « j’ai mon rendez-vous » is counted as its success."""

Changed = Literal["paused", "resumed", "stopped", "served", "kept", "ended"]

_SAID: dict[AlertWish, tuple[Changed, State, EndedBy | None]] = {
    "pause": ("paused", "paused", None),
    "resume": ("resumed", "active", None),
    "stop": ("stopped", "ended", "person"),
    "served": ("served", "ended", "served"),
    "still_yes": ("kept", "active", None),
    "still_no": ("ended", "ended", "person"),
}


def hear(rows: Sequence[PersonRow]) -> Script[list[SubscriptionRow]]:
    """The subscriptions of a conversation as they were until its person wrote: that answers every notice."""
    found = yield from subscriptions.of(rows[-1].id)
    for each in found:
        if each.unanswered or each.asked_at is not None:
            yield from subscriptions.answered(each.id)
    return found


def meant(event: Event | None, found: Iterable[SubscriptionRow], window_id: str) -> Event | None:
    """What was done; « oui » and « non » are for our question where this window was asked one last."""
    if isinstance(event, Say) and any(each.asked_at is not None and each.person_id == window_id for each in found):
        yes = yes_or_no(event.text)
        if yes is not None:
            return Ask("still_searching_yes" if yes else "still_searching_no")
    return event


def carry_out(
    desk: Answering,
    rows: tuple[PersonRow, ...],
    conversation: Conversation,
    effects: tuple[Effect, ...],
    heard: Iterable[SubscriptionRow],
    now: datetime,
) -> Script[tuple[Effect, ...]]:
    """The effects of a step with their wishes carried out; without a wish, nothing is asked of the store.

    `rows` lead from the window to its conversation, both locked; `heard` is what `hear` has found there.
    """
    writable, waits = rows[0].channel in WRITABLE, bool(rows[-1].waits)
    asked = {each.id for each in heard if each.asked_at is not None}
    wishes = _Wishes(desk, rows, conversation, asked, now)
    said: list[Effect] = []
    for effect in effects:
        match effect:
            case Wait() if writable:
                said.append((yield from wishes.wait(effect)))
            case Alerts("served") if not waits:  # nothing ends, and the appointment is spoken of anyway
                said.append(effect)
            case Alerts("list") if writable or waits:
                said.append((yield from wishes.show()))
            case Alerts(what) if writable or waits:
                said.append((yield from wishes.change(what)))
            case Remind() | Booked() if writable:
                said.append(replace(effect, kept=True))
            case Listed(_, "my_data") if waits:
                said += [effect, (yield from wishes.show())]
            case _:
                said.append(effect)
    return tuple(said)


def merge(home_id: str, now_ms: int) -> Script[None]:
    """Of two windows that were joined, one is told of a préfecture: that of the conversation they show from now on."""
    found = [each for each in (yield from subscriptions.of(home_id)) if each.state != "ended"]
    for code in {each.prefecture for each in found}:
        same = sorted((each for each in found if each.prefecture == code), key=lambda each: each.person_id != home_id)
        for other in same[1:]:
            yield from _replace(other, same[0].id, now_ms)


class _Wishes:
    """The wishes of one turn."""

    def __init__(
        self,
        desk: Answering,
        rows: tuple[PersonRow, ...],
        conversation: Conversation,
        asked: Collection[str],
        now: datetime,
    ) -> None:
        self._knowledge, self._new_id = desk.knowledge, desk.new_id
        self._window, self._home = rows[0], rows[-1]
        self._facts, self._asked = conversation.facts, asked
        self._now, self._now_ms = now, milliseconds(now)

    def wait(self, wish: Wait) -> Script[Waiting]:
        """From now on this window is told of these calendars, and no other one of the conversation."""
        found = [each for each in (yield from self._found()) if each.prefecture == wish.prefecture]
        mine = next((each for each in found if each.person_id == self._window.id), None)
        others = [each for each in found if each is not mine and each.state != "ended"]
        before = _before(mine, others, wish)
        if mine is None and others:
            yield from subscriptions.move(others.pop(0).id, self._window.id)
        id = yield from subscriptions.put(
            self._new_id(self._now), self._window.id, wish.prefecture, wish.calendars, wish.releases, self._now_ms
        )
        for other in others:
            yield from _replace(other, id, self._now_ms)
        for each in found:
            if each.last_notice_at is not None:
                yield from subscriptions.keep_rest(id, each.last_notice_at)
        waiting = Subscription(wish.prefecture, wish.calendars, wish.releases)
        return confirm(self._knowledge, self._facts, waiting, self._now, before)

    def show(self) -> Script[AlertList]:
        found = yield from self._found()
        live = [plain(each) for each in found if each.is_live]
        shown = tuple(self._alert(each, each.state) for each in found if each.state != "ended")
        return AlertList(shown, plans(self._knowledge, self._facts, live, self._now))

    def change(self, what: AlertWish) -> Script[AlertsChanged]:
        said, state, ended_by = _SAID[what]
        chosen = _chosen(what, (yield from self._found()), self._asked)
        for each in chosen:
            if what == "served":
                yield from subscriptions.serve(each.id, self._now_ms - FOLLOWS, self._now_ms)
            yield from subscriptions.set_state(each.id, state, self._now_ms, ended_by)
        alerts = tuple(self._alert(each, state) for each in chosen)
        return AlertsChanged(said, alerts, bool(plans(self._knowledge, self._facts, (), self._now)))

    def _found(self) -> Script[list[SubscriptionRow]]:
        return subscriptions.of(self._home.id)

    def _alert(self, row: SubscriptionRow, state: State) -> Alert:
        shown: Literal["live", "paused", "ended"] = "live" if state == "active" else state
        return alert(self._knowledge, self._facts, plain(row), self._now, shown)


def plain(row: SubscriptionRow) -> Subscription:
    """A subscription as the dialog knows it."""
    return Subscription(row.prefecture, row.calendars, row.releases)


def _before(
    mine: SubscriptionRow | None, others: Sequence[SubscriptionRow], wish: Wait
) -> Literal["new", "changed", "same", "resumed"]:
    """What they had of this préfecture before they asked."""
    had = mine if mine is not None and mine.state != "ended" else next(iter(others), None)
    if had is None:
        return "new"
    if had.state == "paused":
        return "resumed"
    return "same" if had is mine and set(had.calendars) == set(wish.calendars) else "changed"


def _chosen(what: AlertWish, found: Sequence[SubscriptionRow], asked: Collection[str]) -> list[SubscriptionRow]:
    """Which ones a wish is about. Whom we left because they were silent may take it up again."""
    going_on = [each for each in found if each.state != "ended"]
    live = [each for each in going_on if each.is_live]
    ended_by_us = [each for each in found if each.ended_by == "silence"]
    match what:
        case "pause":
            return live
        case "resume":
            return [each for each in going_on if not each.is_live] or ended_by_us
        case "still_yes":
            return live or ended_by_us
        case "still_no":
            return [each for each in live if each.id in asked] or going_on
        case _:
            return going_on


def _replace(other: SubscriptionRow, id: str, now_ms: int) -> Script[None]:
    """Another subscription takes its place, and its rest."""
    if other.last_notice_at is not None:
        yield from subscriptions.keep_rest(id, other.last_notice_at)
    yield from subscriptions.set_state(other.id, "ended", now_ms, "moved")
