"""What is dated in a situation, as entries for the person's own agenda: appointment, deadlines, releases.

They follow from the facts, as the reminders do: whoever is served no longer tries for new appointments, and what is
past is left out. A release comes with its recurrence, so that « lundi 8 h » stays 8 o'clock there as well (F33, F64,
F71).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dialogs.answers import Answer, Opening
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.notices import AppointmentNear, DeadlineNear, Released
from dialogs.outlook import Outlook, answer, look, today
from dialogs.papers import paper_lists
from dialogs.plans import Plan
from dialogs.reminders import SHORTLY_BEFORE, appointment, plans, say
from dialogs.telling import Telling
from dialogs.waiting import NIGHT, at_night, lines, releases
from dialogs.wishes import is_served

REPEATED = timedelta(days=365)
"""How long a release is repeated: a rhythm that was published holds for a while, not for ever."""
MORNING, EVENING = timedelta(hours=NIGHT[1].hour), timedelta(hours=NIGHT[0].hour - 2)
"""When a day without an hour rings, and the evening before a night in which nothing may ring."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `key` names it among the person's own and stays when its date changes.

    `start` is aware, in the préfecture's time zone, or a whole day; `alarms` are counted from it as clocks show it,
    from midnight for a day. `rule` (RFC 5545) repeats it before `until`. `said` is what there is to say of it.
    """

    key: str
    start: datetime | date
    said: AppointmentNear | DeadlineNear | Released
    alarms: tuple[timedelta, ...] = ()
    rule: str | None = None
    until: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """An effect: what is dated, to be taken along; none where nothing is. `owner` tells one person's from another's."""

    entries: tuple[Entry, ...]
    made_at: datetime
    owner: str = ""


def agenda(knowledge: Knowledge, facts: Facts, now: datetime) -> Agenda:
    """All that is dated for these facts from `now` (aware) on, whether or not they want reminders of us."""
    wanted = {**facts, "reminders": "yes"}
    outlook = look(knowledge, facts, now)
    reached = answer(knowledge, outlook, now) if outlook.rule else None
    upcoming = plans(knowledge, wanted, (), now)
    booked = tuple(_appointment(knowledge, wanted, reached, now))
    dated = tuple(_deadlines(knowledge, wanted, upcoming))
    served = booked or is_served(facts)
    tries = () if served else tuple(_releases(knowledge, facts, outlook, reached, now))
    return Agenda((*booked, *dated, *tries), now)


def _appointment(knowledge: Knowledge, facts: Facts, reached: Answer | None, now: datetime) -> Iterator[Entry]:
    booked, day = appointment(knowledge, facts, now), facts.get("appointment_on")
    if booked is None or not isinstance(day, date):
        return
    moment, shown = booked.moment, today(knowledge, knowledge.infer(facts), now)
    if moment < now if isinstance(moment, datetime) else moment < shown:
        return
    lists = paper_lists(reached, facts.get("papers")) if reached else ()
    missing = tuple(paper.text for each in lists for paper in each.papers if not paper.ticked)
    own_list = reached.own_list if reached else None
    said = AppointmentNear(moment, (day - shown).days, booked.place, missing, bool(lists), own_list)
    yield Entry("appointment", moment, said, tuple(_before(plan.due, moment) for plan in booked.plans))


def _deadlines(knowledge: Knowledge, facts: Facts, upcoming: tuple[Plan, ...]) -> Iterator[Entry]:
    """The first day, the last day and the end of the permit; a month and a week before the last day it rings."""
    dated = [plan for plan in upcoming if plan.kind == "deadline"]
    early = [plan.due for plan in dated if plan.stage in ("month", "week")]
    for plan in dated:
        said = say(knowledge, facts, plan, plan.due)
        if plan.stage in ("month", "week") or not isinstance(said, DeadlineNear):
            continue
        rings = [*early, plan.due] if plan.stage == "last" else [plan.due]
        day = plan.due.date()
        yield Entry(f"deadline/{plan.stage}", day, said, tuple(_before(due, day) for due in rings))


def _releases(
    knowledge: Knowledge, facts: Facts, outlook: Outlook, reached: Answer | None, now: datetime
) -> Iterator[Entry]:
    wanted, rule = lines(knowledge, outlook), outlook.rule
    if not wanted:
        return
    telling = Telling(knowledge, rule, outlook.known, now)
    code, office = str(outlook.known["prefecture"]), telling.office
    steps = reached.steps if reached else ()
    for name, release in releases(knowledge, code, [line.key for line in wanted], rule):
        recurrence = telling.recurrence(release)
        moment = recurrence.next(telling.now)
        start = moment if recurrence.has_hour else moment.date()
        if office is not None:
            said = Released(code, office.name, office.site, wanted, Opening(telling.phrase(release.text), start), steps)
            ring = _ring(start, night=facts.get("night_reminders") == "yes")
            yield Entry(f"release/{code}/{name}", start, said, (ring,), release.rule, start + REPEATED)


def _ring(start: datetime | date, *, night: bool) -> timedelta:
    """When a release rings: shortly before; where that is at night and they did not want it, the evening before."""
    if not isinstance(start, datetime):
        return MORNING
    if night or not at_night(start):
        return -SHORTLY_BEFORE
    since_midnight = timedelta(hours=start.hour, minutes=start.minute)
    return EVENING - since_midnight - (_DAY if start.time() < NIGHT[1] else timedelta())


def _before(due: datetime, start: datetime | date) -> timedelta:
    """From a start to its alarm, as clocks show both."""
    begins = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
    return due.replace(tzinfo=None) - begins
