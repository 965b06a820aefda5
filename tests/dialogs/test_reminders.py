"""Reminders: none in the past, none without its facts, said at the hour clocks show there, silent when useless."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.notices import AppointmentNear, DeadlineNear, Released
from dialogs.paths import samples
from dialogs.plans import Plan
from dialogs.reminders import confirm, plans, say
from dialogs.understanding.reading import Value
from dialogs.waiting import Subscription, all_lines

KNOWLEDGE = load_knowledge()
PARIS, CAYENNE = ZoneInfo("Europe/Paris"), ZoneInfo("America/Cayenne")
NOW = datetime(2026, 11, 21, 12, tzinfo=PARIS)
RENEWAL: dict[str, Value] = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
ANNECY = Subscription("74", ("3.1", "3.2"))
GRENOBLE = Subscription("38", ("renewal",))

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def values(fact: str) -> st.SearchStrategy[Value]:
    kind = KNOWLEDGE.kinds[fact]
    special: dict[str, st.SearchStrategy[Value]] = {
        "appointment_at": st.sampled_from(["09:30", "00:00", "23:59", "unsaid"]),
        "papers": st.sampled_from(["common-held.1", "gone.7,student.2"]),
        "full_calendars": st.sampled_from(["3.1", "unsaid"]),
        "commune": st.sampled_from(["Mana", "Cayenne", "Poudlard"]),
    }
    if fact in KNOWLEDGE.day_facts:
        return st.one_of(days, st.just("unsaid"))
    return special[fact] if fact in special else st.sampled_from([*samples(kind, NOW.date())])


facts = st.fixed_dictionaries({}, optional={fact: values(fact) for fact in KNOWLEDGE.kinds if fact != "agdref"})
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))
codes = st.sampled_from(["74", "38", "973", "69", "974"])
subscriptions = codes.flatmap(
    lambda code: st.lists(
        st.sampled_from([line.key for line in all_lines(KNOWLEDGE, code)]), min_size=1, unique=True
    ).map(lambda keys: Subscription(code, tuple(keys)))
)
waiting = st.lists(subscriptions, max_size=2, unique_by=lambda each: each.prefecture)


def due(*found: Plan) -> list[str]:
    return [f"{plan.due:%a %Y-%m-%d %H:%M %z}" for plan in found]


# --- properties --------------------------------------------------------------------------------------------------


@given(facts, waiting, moments)
def test_no_plan_is_in_the_past_and_each_is_there_once(
    told: dict[str, Value], subscribed: list[Subscription], now: datetime
) -> None:
    found = plans(KNOWLEDGE, told, subscribed, now)
    assert all(now < plan.due < plan.expires for plan in found)
    assert len({plan.key for plan in found}) == len(found)
    assert list(found) == sorted(found, key=lambda plan: (plan.due, plan.key))


@given(facts, waiting, moments)
def test_plans_follow_from_the_facts_alone(
    told: dict[str, Value], subscribed: list[Subscription], now: datetime
) -> None:
    other_order = dict(reversed(told.items()))
    assert plans(KNOWLEDGE, told, subscribed, now) == plans(KNOWLEDGE, other_order, subscribed, now)


@given(facts, moments)
def test_what_is_taken_back_is_not_reminded_of(told: dict[str, Value], now: datetime) -> None:
    silent = {fact: value for fact, value in told.items() if fact not in ("reminders", "booked")}
    assert plans(KNOWLEDGE, silent, (), now) == ()
    undated = {fact: value for fact, value in told.items() if fact != "appointment_on"}
    assert not any(plan.kind == "appointment" for plan in plans(KNOWLEDGE, undated, (), now))
    endless = {fact: value for fact, value in told.items() if fact not in KNOWLEDGE.day_facts}
    assert plans(KNOWLEDGE, endless, (), now) == ()


@given(facts, facts, waiting, moments, st.integers(0, 60 * 24 * 40))
def test_saying_never_fails_and_never_comes_too_late(
    told: dict[str, Value], later: dict[str, Value], subscribed: list[Subscription], now: datetime, minutes: int
) -> None:
    for plan in plans(KNOWLEDGE, told, subscribed, now):
        moment = plan.due + timedelta(minutes=minutes)
        for known in (told, later):
            said = say(KNOWLEDGE, known, plan, moment)
            assert said is None or moment <= plan.expires
        assert say(KNOWLEDGE, told, plan, plan.due) is not None


@given(st.sampled_from(["release", "deadline", "appointment"]), st.text(max_size=40), facts)
def test_a_plan_of_another_version_says_nothing(kind: str, key: str, told: dict[str, Value]) -> None:
    plan = Plan(kind, key, NOW, NOW + timedelta(hours=1))  # type: ignore[arg-type]
    say(KNOWLEDGE, told, plan, NOW)


@given(facts, waiting, moments)
def test_the_night_is_left_alone_unless_they_said_yes(
    told: dict[str, Value], subscribed: list[Subscription], now: datetime
) -> None:
    for plan in plans(KNOWLEDGE, told, subscribed, now):
        assert not plan.night_allowed or told.get("night_reminders") == "yes"
        assert plan.night_allowed or 7 <= plan.due.hour < 20


# --- releases ----------------------------------------------------------------------------------------------------


def test_annecy_every_monday_a_quarter_before_eight() -> None:
    (first,) = plans(KNOWLEDGE, {}, [ANNECY], NOW)
    assert due(first) == ["Mon 2026-11-23 07:45 +0100"]
    (second,) = plans(KNOWLEDGE, {}, [ANNECY], first.due)
    assert due(second) == ["Mon 2026-11-30 07:45 +0100"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (datetime(2027, 3, 27, 12, tzinfo=PARIS), "Mon 2027-03-29 07:45 +0200"),
        (datetime(2026, 10, 24, 12, tzinfo=PARIS), "Mon 2026-10-26 07:45 +0100"),
    ],
)
def test_eight_is_eight_after_the_clocks_change(before: datetime, expected: str) -> None:
    assert due(*plans(KNOWLEDGE, {}, [ANNECY], before)) == [expected]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (NOW, "Sun 2026-11-22 23:45 +0100"),
        (datetime(2027, 3, 27, 12, tzinfo=PARIS), "Sun 2027-03-28 23:45 +0200"),
        (datetime(2026, 10, 24, 12, tzinfo=PARIS), "Sun 2026-10-25 23:45 +0100"),
    ],
)
def test_grenoble_at_night_for_those_who_said_yes(before: datetime, expected: str) -> None:
    (plan,) = plans(KNOWLEDGE, {"night_reminders": "yes"}, [GRENOBLE], before)
    assert due(plan) == [expected]
    assert plan.night_allowed


def test_grenoble_on_saturday_evening_for_those_who_sleep() -> None:
    (plan,) = plans(KNOWLEDGE, {"night_reminders": "no"}, [GRENOBLE], NOW)
    assert due(plan) == ["Sat 2026-11-21 18:00 +0100"]
    assert plan.expires == datetime(2026, 11, 23, tzinfo=PARIS)
    assert not plan.night_allowed


def test_elsewhere_the_hints_in_the_morning_of_their_zone() -> None:
    found = plans(KNOWLEDGE, {}, [Subscription("973", ("module",))], NOW)
    assert due(*found) == ["Mon 2026-11-23 08:00 -0300", "Tue 2026-12-01 08:00 -0300"]


def test_two_hints_on_one_day_are_one_reminder() -> None:
    found = plans(KNOWLEDGE, {}, [Subscription("69", ("general",))], datetime(2027, 2, 27, tzinfo=PARIS))
    assert due(*found) == ["Mon 2027-03-01 08:00 +0100"]


def test_whoever_wants_no_releases_gets_none() -> None:
    assert plans(KNOWLEDGE, {}, [Subscription("74", ("3.1",), releases=False)], NOW) == ()


def test_a_release_says_where_to_click_in_their_situation() -> None:
    (plan,) = plans(KNOWLEDGE, RENEWAL, [ANNECY], NOW)
    said = say(KNOWLEDGE, RENEWAL, plan, plan.due)
    assert isinstance(said, Released)
    assert [line.key for line in said.lines] == ["3.1", "3.2"]
    assert said.opening.next == datetime(2026, 11, 23, 8, tzinfo=PARIS)
    assert said.steps
    moved = say(KNOWLEDGE, {**RENEWAL, "permit": "resident_10y"}, plan, plan.due)
    assert isinstance(moved, Released)
    assert not moved.steps


def test_weeks_go_by() -> None:
    """A year of Mondays: each is reminded of once, and said."""
    now, told = NOW, []
    while len(told) < 52:
        plan = plans(KNOWLEDGE, RENEWAL, [ANNECY], now)[0]
        said = say(KNOWLEDGE, RENEWAL, plan, plan.due)
        assert isinstance(said, Released)
        told.append(said.opening.next)
        now = plan.due
    assert all(moment.isoweekday() == 1 for moment in told)
    assert len(set(told)) == 52


# --- dates of the person -----------------------------------------------------------------------------------------

DATED: dict[str, Value] = {**RENEWAL, "expires_on": date(2027, 4, 30), "reminders": "yes"}


def test_the_window_of_the_counter() -> None:
    found = plans(KNOWLEDGE, DATED, (), NOW)
    assert [(plan.stage, due(plan)[0]) for plan in found] == [
        ("opens", "Sun 2027-02-28 09:00 +0100"),
        ("month", "Tue 2027-03-30 09:00 +0200"),
        ("week", "Fri 2027-04-23 09:00 +0200"),
        ("last", "Fri 2027-04-30 09:00 +0200"),
    ]


def test_online_the_end_of_the_permit_is_another_day() -> None:
    found = plans(KNOWLEDGE, {**DATED, "permit": "student"}, (), NOW)
    assert [plan.stage for plan in found] == ["opens", "month", "week", "last", "expiry"]
    assert found[-1].due.date() == date(2027, 4, 30)
    assert found[-2].due.date() == date(2027, 3, 1)


def test_another_date_is_another_day_and_none_is_none() -> None:
    moved = plans(KNOWLEDGE, {**DATED, "expires_on": date(2027, 5, 31)}, (), NOW)
    assert [plan.due.date() for plan in moved][-1] == date(2027, 5, 31)
    assert plans(KNOWLEDGE, {**DATED, "expires_on": "unsaid"}, (), NOW) == ()


@pytest.mark.parametrize("served", [{"booked": "yes"}, {"filed_on": date(2026, 11, 20)}, {"reminders": "no"}])
def test_whoever_is_served_hears_no_more_of_deadlines(served: dict[str, Value]) -> None:
    assert plans(KNOWLEDGE, {**DATED, **served}, (), NOW) == ()
    for plan in plans(KNOWLEDGE, DATED, (), NOW):
        assert say(KNOWLEDGE, {**DATED, **served}, plan, plan.due) is None


def test_a_deadline_is_told_with_what_is_left() -> None:
    week = next(plan for plan in plans(KNOWLEDGE, DATED, (), NOW) if plan.stage == "week")
    said = say(KNOWLEDGE, DATED, week, week.due)
    assert isinstance(said, DeadlineNear)
    assert (said.day, said.left, said.deadline.state) == (date(2027, 4, 30), 7, "open")
    late = say(KNOWLEDGE, DATED, week, week.due + timedelta(days=2))
    assert isinstance(late, DeadlineNear)
    assert late.left == 5


def test_after_two_days_off_what_makes_sense_is_said_and_the_rest_not() -> None:
    found = {plan.stage: plan for plan in plans(KNOWLEDGE, DATED, (), NOW)}
    two_days = timedelta(days=2)
    assert say(KNOWLEDGE, DATED, found["opens"], found["opens"].due + two_days) is not None
    assert say(KNOWLEDGE, DATED, found["last"], found["last"].due + two_days) is None


def test_a_moved_date_silences_what_was_planned_for_the_old_one() -> None:
    week = next(plan for plan in plans(KNOWLEDGE, DATED, (), NOW) if plan.stage == "week")
    assert say(KNOWLEDGE, {**DATED, "expires_on": date(2027, 6, 30)}, week, week.due) is None


BOOKED: dict[str, Value] = {
    **RENEWAL,
    "booked": "yes",
    "appointment_on": date(2027, 3, 12),
    "appointment_at": "09:30",
    "papers": "common-held.1",
}


def test_the_appointment_a_week_and_a_day_before() -> None:
    assert due(*plans(KNOWLEDGE, BOOKED, (), NOW)) == ["Fri 2027-03-05 09:00 +0100", "Thu 2027-03-11 09:00 +0100"]
    assert plans(KNOWLEDGE, {**BOOKED, "booked": "no"}, (), NOW) == ()


def test_the_appointment_names_the_documents_that_are_missing() -> None:
    eve = plans(KNOWLEDGE, BOOKED, (), NOW)[-1]
    said = say(KNOWLEDGE, BOOKED, eve, eve.due)
    assert isinstance(said, AppointmentNear)
    assert (said.moment, said.left) == (datetime(2027, 3, 12, 9, 30, tzinfo=PARIS), 1)
    texts = [phrase.text for phrase in said.missing]
    assert texts[0] == "Votre titre actuel, recto et verso"
    assert say(KNOWLEDGE, BOOKED, eve, datetime(2027, 3, 12, 9, 31, tzinfo=PARIS)) is None


def test_an_appointment_in_guyane_is_of_its_zone() -> None:
    found = plans(KNOWLEDGE, {**BOOKED, "prefecture": "973", "district": "cayenne"}, (), NOW)
    assert due(*found) == ["Fri 2027-03-05 09:00 -0300", "Thu 2027-03-11 09:00 -0300"]


def test_whoever_waits_is_told_when_they_will_hear(knowledge: Knowledge) -> None:
    said = confirm(knowledge, RENEWAL, ANNECY, NOW)
    assert said.reminder == datetime(2026, 11, 23, 7, 45, tzinfo=PARIS)
    assert (said.before, said.night) == ("new", None)
    assert confirm(knowledge, {"night_reminders": "yes"}, GRENOBLE, NOW).night == "yes"
