"""Who waits for which calendars: one subscription a window and préfecture, kept by the window it was asked in.

A conversation that shows in several windows has them together: it lists, pauses and stops them from any of these; what
is said goes to the window of the subscription. Times are unix milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.store.script import Script, query, query_many

State = Literal["active", "paused", "ended"]
EndedBy = Literal["person", "served", "silence", "blocked", "opted out", "moved"]


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription. `unanswered` counts the notices since the person last wrote; `asked_at` is when they were asked
    whether they still search."""

    id: str
    person_id: str
    channel: str
    prefecture: str
    state: State
    releases: bool
    created_at: int
    last_notice_at: int | None
    unanswered: int
    asked_at: int | None
    ended_at: int | None
    ended_by: EndedBy | None
    calendars: tuple[str, ...]

    @property
    def is_live(self) -> bool:
        return self.state == "active"


def of(home_id: str) -> Script[list[SubscriptionRow]]:
    """All subscriptions of a conversation, ended ones too, the oldest first."""
    found: dict[str, dict[str, Any]] = {}
    for row in (yield from query("subscriptions_of", home_id=home_id)):
        values = dict(row)
        calendar = values.pop("calendar")
        values["releases"] = bool(values["releases"])
        kept = found.setdefault(values["id"], {**values, "calendars": ()})
        if calendar is not None:
            kept["calendars"] += (calendar,)
    return [SubscriptionRow(**values) for values in found.values()]


def put(
    new_id: str, person_id: str, prefecture: str, calendars: Sequence[str], releases: bool, now_ms: int
) -> Script[str]:
    """The window waits for exactly these calendars of the préfecture, whatever it waited for before; its id."""
    id: str = yield from query(
        "subscribe", id=new_id, person_id=person_id, prefecture=prefecture, releases=int(releases), now_ms=now_ms
    )
    yield from query("drop_calendars", subscription_id=id)
    yield from query_many(
        "add_calendar",
        [{"subscription_id": id, "prefecture": prefecture, "calendar": calendar} for calendar in calendars],
    )
    return id


def move(id: str, person_id: str) -> Script[None]:
    """What is said of it goes to that window from now on, which has none of the préfecture yet."""
    yield from query("move_subscription", id=id, person_id=person_id)


def keep_rest(id: str, last_notice_at: int) -> Script[None]:
    """Somebody was told at that time by another subscription, of which this one takes the place."""
    yield from query("keep_rest", id=id, last_notice_at=last_notice_at)


def set_state(id: str, state: State, now_ms: int, ended_by: EndedBy | None = None) -> Script[None]:
    """What a person decides of it is an answer as well."""
    ended_ms = now_ms if state == "ended" else None
    yield from query("set_subscription", id=id, state=state, ended_ms=ended_ms, ended_by=ended_by)


def answered(id: str) -> Script[None]:
    """The person has written: nothing is unanswered any more."""
    yield from query("answer_subscription", id=id)


def count_reminder(id: str, now_ms: int, rested_ms: int, most_unanswered: int) -> Script[bool]:
    """Notes one more notice; False where there may be none now: too many without an answer, the last one too recent."""
    counted: int = yield from query(
        "count_reminder", id=id, now_ms=now_ms, rested_ms=rested_ms, most_unanswered=most_unanswered
    )
    return counted == 1


def ask(id: str, now_ms: int) -> Script[bool]:
    """Notes that they are asked whether they still search; False where they have been."""
    asked: int = yield from query("ask_subscription", id=id, now_ms=now_ms)
    return asked == 1


def silent(rested_ms: int, most_unanswered: int, asked_ms: int, most: int) -> Script[list[str]]:
    """At most `most` people with that many notices unanswered, the last at `rested_ms` or before, whom nobody asked;
    or who were asked at `asked_ms` or before."""
    rows = yield from query(
        "silent_subscriptions", rested_ms=rested_ms, most_unanswered=most_unanswered, asked_ms=asked_ms, most=most
    )
    return [row["person_id"] for row in rows]


def end_for(person_id: str, now_ms: int, ended_by: EndedBy) -> Script[None]:
    """All of a window end."""
    yield from query("end_subscriptions", person_id=person_id, now_ms=now_ms, ended_by=ended_by)


def erase(home_id: str) -> Script[None]:
    """Forgets all of a conversation. Before its rows go: who announces an opening locks in this order."""
    yield from query("erase_subscriptions", home_id=home_id)


def serve(id: str, since_ms: int, now_ms: int) -> Script[bool]:
    """Notes that they have their appointment after the last opening they were told of since; False without one."""
    served: int = yield from query("serve_draw", subscription_id=id, since_ms=since_ms, now_ms=now_ms)
    return served == 1
