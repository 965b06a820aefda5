"""Reminders: which are to come, from the facts alone, and what each says when its moment has come.

Nothing of what will be said is kept: a plan is a moment and a name, and the words are made from the facts as they are
then. Whoever changes an answer changes what they are reminded of; whoever takes it back is reminded of nothing.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from dialogs.answers import Deadline, Opening
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.knowledge.schema import Release as ReleaseEntry
from dialogs.notices import AppointmentNear, Booked, DeadlineNear, Released, Waiting
from dialogs.outlook import Outlook, answer, look
from dialogs.papers import paper_lists
from dialogs.plans import Plan, at, end_of
from dialogs.releases import Release
from dialogs.telling import Telling
from dialogs.waiting import NIGHT, Subscription, alert, all_lines, at_night, lines, releases
from dialogs.wishes import is_served

HOUR = 9
"""When a reminder of a date comes: in the morning, when people can still do something about it."""
SHORTLY_BEFORE = timedelta(minutes=15)
WORTH_TRYING = timedelta(hours=2)
"""How long after a release its reminder may still be of use."""
_SUNDAY = 6

Stage = Literal["opens", "month", "week", "last", "expiry"]


def plans(knowledge: Knowledge, facts: Facts, waiting: Sequence[Subscription], now: datetime) -> tuple[Plan, ...]:
    """All reminders to come, the next first: of each release only its next time. `now` is aware.

    `waiting` are the alerts that are neither paused nor ended.
    """
    outlook = look(knowledge, facts, now)
    found = [plan for each in waiting for plan in _releases(knowledge, facts, outlook, each, now)]
    found += [plan for plan in _of_dates(knowledge, facts, outlook, now) if plan.due > now]
    return tuple(sorted({plan.key: plan for plan in found}.values(), key=lambda plan: (plan.due, plan.key)))


def say(
    knowledge: Knowledge, facts: Facts, plan: Plan, now: datetime
) -> Released | DeadlineNear | AppointmentNear | None:
    """What a reminder says at `now`; None where it no longer makes sense."""
    if now > plan.expires:
        return None
    outlook = look(knowledge, facts, now)
    if plan.kind == "release":
        return _released(knowledge, outlook, plan, now)
    current = next((each for each in _of_dates(knowledge, facts, outlook, now) if each.key == plan.key), None)
    if current is None or not current.due <= now <= current.expires:
        return None
    if plan.kind == "appointment":
        return _appointment_near(knowledge, facts, outlook, now)
    return _deadline_near(knowledge, outlook, plan, now)


def confirm(
    knowledge: Knowledge,
    facts: Facts,
    subscription: Subscription,
    now: datetime,
    before: Literal["new", "changed", "same", "resumed"] = "new",
) -> Waiting:
    """What is said to somebody who waits from now on."""
    upcoming = plans(knowledge, facts, [subscription], now)
    night = facts.get("night_reminders")
    return Waiting(
        alert(knowledge, facts, subscription, now),
        before,
        next((plan.due for plan in upcoming if plan.kind == "release"), None),
        "yes" if night == "yes" else "no" if night == "no" else None,
    )


def appointment(knowledge: Knowledge, facts: Facts, now: datetime) -> Booked | None:
    """Their appointment and what will come before it; None as long as its day is not told."""
    moment = _moment(knowledge, facts)
    if moment is None:
        return None
    outlook = look(knowledge, facts, now)
    place = answer(knowledge, outlook, now).place if outlook.rule else None
    upcoming = tuple(plan for plan in plans(knowledge, facts, (), now) if plan.kind == "appointment")
    return Booked(_shown(facts, moment), place, upcoming)


# --- releases ----------------------------------------------------------------------------------------------------


def _releases(
    knowledge: Knowledge, facts: Facts, outlook: Outlook, subscription: Subscription, now: datetime
) -> Iterator[Plan]:
    if not subscription.releases:
        return
    code, keys = subscription.prefecture, subscription.calendars
    own = outlook.rule if outlook.known.get("prefecture") == code else None
    taken: set[datetime] = set()
    for name, entry in releases(knowledge, code, keys, own):
        release = _recurrence(knowledge, code, entry)
        night = facts.get("night_reminders") == "yes"
        for moment in release.upcoming(now - timedelta(days=1)):
            plan = _around(release, moment, f"{code}/{','.join(keys)}/{name}/{moment.date()}", night)
            if plan.due > now:
                break
        if plan.due not in taken:
            taken.add(plan.due)
            yield plan


def _around(release: Release, moment: datetime, key: str, night: bool) -> Plan:
    """The reminder of one release: shortly before; of a day without an hour in its morning; of one at night the
    evening before, unless they want to be told in the night."""
    zone = ZoneInfo(release.timezone)
    evening, morning = NIGHT
    if not release.has_hour:
        return Plan("release", key, at(moment.date(), morning.hour, zone), at(moment.date(), evening.hour, zone))
    if at_night(moment) and not night:
        day = moment.date() - timedelta(days=1 if moment.time() < morning else 0)
        if day.weekday() == _SUNDAY:  # no SMS leaves on a Sunday
            day -= timedelta(days=1)
        return Plan("release", key, at(day, evening.hour - 2, zone), moment)
    due, expires = ((moment.astimezone(UTC) + shift).astimezone(zone) for shift in (-SHORTLY_BEFORE, WORTH_TRYING))
    return Plan("release", key, due, expires, night_allowed=at_night(moment))


def _released(knowledge: Knowledge, outlook: Outlook, plan: Plan, now: datetime) -> Released | None:
    """None where the préfecture's rhythm has changed since."""
    code, keys, name, day = (plan.key.split("/") + [""] * 4)[:4]
    known = {line.key: line for line in all_lines(knowledge, code)} if code in load_departments() else {}
    wanted = tuple(known[key] for key in keys.split(",") if key in known)
    own = outlook.rule if outlook.known.get("prefecture") == code else None
    entry = dict(releases(knowledge, code, keys.split(","), own)).get(name) if wanted else None
    if entry is None:
        return None
    release = _recurrence(knowledge, code, entry)
    moment = _on(release, day)
    if moment is None:
        return None
    telling = Telling(knowledge, own, {**outlook.known, "prefecture": code}, now)
    office = knowledge.office(code)
    mine = {line.key for line in lines(knowledge, outlook)} if own else set()
    steps = answer(knowledge, outlook, now).steps if mine & set(keys.split(",")) else ()
    opening = Opening(telling.phrase(entry.text), moment if release.has_hour else moment.date())
    return Released(code, office.name, office.site, wanted, opening, steps)


def _on(release: Release, day: str) -> datetime | None:
    """The release of a day; None where there is none."""
    try:
        start = datetime.combine(date.fromisoformat(day), time(), ZoneInfo(release.timezone))
    except ValueError:
        return None
    moment = release.next(start - timedelta(seconds=1))
    return moment if moment.date() == start.date() else None


def _recurrence(knowledge: Knowledge, code: str, entry: ReleaseEntry) -> Release:
    return Release(entry.text, entry.rule, knowledge.office(code).timezone, entry.weeks_visible)


# --- dates of the person -----------------------------------------------------------------------------------------


def _of_dates(knowledge: Knowledge, facts: Facts, outlook: Outlook, now: datetime) -> Iterator[Plan]:
    """The reminders of deadlines and of the appointment, past ones too."""
    if facts.get("reminders") == "no":
        return
    if facts.get("reminders") == "yes" and not is_served(facts):
        yield from _deadlines(knowledge, outlook, now)
    if facts.get("reminders") == "yes" or facts.get("booked") == "yes":
        yield from _appointments(knowledge, facts)


def _deadlines(knowledge: Knowledge, outlook: Outlook, now: datetime) -> Iterator[Plan]:
    deadline = _deadline(knowledge, outlook, now)
    if deadline is None:
        return
    zone = _zone(knowledge, outlook.known)
    days = _stages(deadline, outlook.known.get(deadline.fact))
    for place, (stage, day) in enumerate(days):
        last = place + 1 == len(days)
        expires = end_of(day, zone) if last or stage == "last" else at(days[place + 1][1], HOUR, zone)
        yield Plan("deadline", f"{deadline.timing}/{stage}", at(day, HOUR, zone), expires)


def _deadline(knowledge: Knowledge, outlook: Outlook, now: datetime) -> Deadline | None:
    """The window of the rule's own way of filing, once its date is known."""
    if outlook.rule is None:
        return None
    return next((each for each in answer(knowledge, outlook, now).deadlines[:1] if each.state != "unknown"), None)


def _stages(deadline: Deadline, anchor: object) -> list[tuple[Stage, date]]:
    """The days that count, in order; two that fall together are one."""
    days: dict[date, Stage] = {}
    if deadline.opens is not None:
        days[deadline.opens] = "opens"
    if deadline.closes is not None:
        for stage, before in (("month", relativedelta(months=1)), ("week", relativedelta(days=7))):
            day = deadline.closes - before
            if deadline.opens is None or day > deadline.opens:
                days[day] = cast(Stage, stage)
        days[deadline.closes] = "last"
    if deadline.fact == "expires_on" and isinstance(anchor, date):
        days.setdefault(anchor, "expiry")
    return [(stage, day) for day, stage in sorted(days.items())]


def _deadline_near(knowledge: Knowledge, outlook: Outlook, plan: Plan, now: datetime) -> DeadlineNear | None:
    deadline = _deadline(knowledge, outlook, now)
    if deadline is None:
        return None
    shown = now.astimezone(_zone(knowledge, outlook.known)).date()
    stage, day = next(each for each in _stages(deadline, outlook.known.get(deadline.fact)) if each[0] == plan.stage)
    if stage in ("month", "week") and deadline.closes is not None:
        day = deadline.closes
    return DeadlineNear(stage, deadline, day, (day - shown).days, answer(knowledge, outlook, now))


def _appointments(knowledge: Knowledge, facts: Facts) -> Iterator[Plan]:
    moment = _moment(knowledge, facts)
    if moment is None:
        return
    zone = cast(ZoneInfo, moment.tzinfo)
    day = cast(date, facts["appointment_on"])
    week, eve = (at(day - timedelta(days=before), HOUR, zone) for before in (7, 1))
    yield Plan("appointment", "appointment/week", week, eve)
    yield Plan("appointment", "appointment/eve", eve, moment)


def _moment(knowledge: Knowledge, facts: Facts) -> datetime | None:
    """When the appointment is; where its hour is not told, the end of its day."""
    day, hour = facts.get("appointment_on"), facts.get("appointment_at")
    if not isinstance(day, date):
        return None
    zone = _zone(knowledge, knowledge.infer(facts))
    try:
        return datetime.combine(day, time.fromisoformat(str(hour)), zone)
    except ValueError:
        return end_of(day, zone)


def _shown(facts: Facts, moment: datetime) -> datetime | date:
    day = cast(date, facts["appointment_on"])
    return moment if moment.date() == day else day


def _appointment_near(knowledge: Knowledge, facts: Facts, outlook: Outlook, now: datetime) -> AppointmentNear | None:
    moment = _moment(knowledge, facts)
    if moment is None:
        return None
    reached = answer(knowledge, outlook, now) if outlook.rule else None
    lists = paper_lists(reached, facts.get("papers")) if reached else ()
    shown = _shown(facts, moment)
    left = (cast(date, facts["appointment_on"]) - now.astimezone(moment.tzinfo).date()).days
    missing = tuple(paper.text for each in lists for paper in each.papers if not paper.ticked)
    return AppointmentNear(
        shown, left, reached.place if reached else None, missing, bool(lists), reached.own_list if reached else None
    )


def _zone(knowledge: Knowledge, known: Facts) -> ZoneInfo:
    code = known.get("prefecture")
    return ZoneInfo(knowledge.office(str(code)).timezone if code else "Europe/Paris")
