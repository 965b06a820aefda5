"""The dates of a situation as a file that every agenda reads: iCalendar, https://www.rfc-editor.org/rfc/rfc5545.

The same entry keeps its UID when its date changes, so that a newer file corrects an older one instead of adding to it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import TRANSP, Alarm, Calendar, Event, vRecur

from bot.words import Words, words_for
from dialogs.agenda import Agenda, Entry
from dialogs.notices import AppointmentNear, Released

NAME = "rdv-sejour.ics"
MEDIA_TYPE = "text/calendar"
CHANNEL = "calendar"
"""The folder of its words."""

_OURS = UUID("5b4d9d48-c260-4090-b1f9-fd2503763d52")
"""The namespace of our UIDs, drawn once."""
_HOURS = ("BYHOUR", "BYMINUTE", "BYSECOND")
_BEFORE, _AFTER = timedelta(days=400), timedelta(days=800)
"""How much of the history of a time zone is told around the entries."""
_SCHEME = re.compile(r"https?://")


def calendar_file(agenda: Agenda, words: Words) -> bytes:
    """The file, in the language of `words`. Raises ValueError where nothing is dated."""
    if not agenda.entries:
        raise ValueError("an agenda without entries")
    spoken = words_for(words.knowledge, words.language, CHANNEL)
    calendar = Calendar.new(
        prodid=f"-//rdv-sejour//agenda//{words.language.upper()}",
        uid=str(uuid5(_OURS, agenda.owner)),
        subcomponents=[_event(entry, agenda, spoken) for entry in agenda.entries],
    )
    starts = [_day(entry.start) for entry in agenda.entries]
    calendar.add_missing_timezones(min(starts) - _BEFORE, max(starts) + _AFTER)
    return bytes(calendar.to_ical())


def _event(entry: Entry, agenda: Agenda, words: Words) -> Event:
    summary, _, description = words.effect(entry.said).partition("\n")
    event = Event.new(
        uid=str(uuid5(_OURS, f"{agenda.owner}/{entry.key}")),
        stamp=agenda.made_at.astimezone(UTC),
        sequence=int(agenda.made_at.timestamp()) // 60,  # grows with every file, as corrections must
        start=entry.start,
        summary=summary,
        description=description.strip(),
        # Only an appointment keeps its hours busy.
        transparency=TRANSP.OPAQUE if entry.key == "appointment" else TRANSP.TRANSPARENT,
        subcomponents=[_alarm(trigger, summary) for trigger in entry.alarms],
    )
    match entry.said:
        case AppointmentNear(place=place) if place is not None:
            event.add("location", words.phrase(place))
        case Released(site=site):
            event.add("url", site if _SCHEME.match(site) else f"https://{site}")
    if entry.rule is not None:
        event.add("rrule", _recurrence(entry))
    return event


def _recurrence(entry: Entry) -> vRecur:
    """The recurrence of the knowledge. Where its hour is that of the start it is left out: not all agendas know it."""
    parts = dict(_parts(entry.rule or ""))
    if isinstance(entry.start, datetime):
        if parts.get("BYHOUR") == str(entry.start.hour):
            parts = {name: value for name, value in parts.items() if name not in _HOURS}
        elif "BYHOUR" in parts:
            parts |= {"BYMINUTE": "0", "BYSECOND": "0"}
    recurrence: vRecur = vRecur.from_ical(";".join(f"{name}={value}" for name, value in parts.items()))
    if entry.until is not None:
        recurrence["UNTIL"] = [entry.until.astimezone(UTC) if isinstance(entry.until, datetime) else entry.until]
    return recurrence


def _parts(rule: str) -> Iterator[tuple[str, str]]:
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        yield name, value


def _alarm(trigger: timedelta, text: str) -> Alarm:
    alarm = Alarm.new(description=text)
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", trigger)
    return alarm


def _day(start: datetime | date) -> date:
    return start.date() if isinstance(start, datetime) else start
