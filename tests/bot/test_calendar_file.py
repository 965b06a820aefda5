"""The file for an agenda: read back by a parser, its recurrences laid out over a year with two changes of hour."""

from datetime import date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from bot.calendar_file import calendar_file
from bot.words import Words, words_for
from dialogs.agenda import agenda
from dialogs.knowledge.library import Facts, Knowledge, load_knowledge
from dialogs.machine import LANGUAGES
from dialogs.releases import Release
from dialogs.waiting import releases

RENEWAL: Facts = {"prefecture": "74", "procedure": "renewal", "permit": "cst", "ground": "other"}
DATED: Facts = {**RENEWAL, "expires_on": date(2027, 4, 13)}
BOOKED: Facts = {**DATED, "booked": "yes", "appointment_on": date(2027, 3, 30), "appointment_at": "14:30"}


@pytest.fixture
def words(knowledge: Knowledge) -> Words:
    return words_for(knowledge, "fr", "telegram")


def read(knowledge: Knowledge, facts: Facts, now: datetime, language: str = "fr", owner: str = "ada") -> Component:
    made = agenda(knowledge, facts, now)
    made = type(made)(made.entries, made.made_at, owner)
    return Calendar.from_ical(calendar_file(made, words_for(knowledge, language)))


def events(file: Component) -> dict[str, Component]:
    return {str(event["SUMMARY"]): event for event in file.walk("VEVENT")}


def only(file: Component) -> Component:
    (event,) = file.walk("VEVENT")
    return event


def test_an_appointment_at_its_hour_and_place(knowledge: Knowledge, now: datetime) -> None:
    file = read(knowledge, {**BOOKED, "prefecture": "38"}, now)
    event = only(file)
    assert event.start == datetime(2027, 3, 30, 14, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert "Grenoble" in event["LOCATION"]
    assert "annulez" in event["DESCRIPTION"]
    rings = [event.start.replace(tzinfo=None) + alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
    assert rings == [datetime(2027, 3, 23, 9), datetime(2027, 3, 29, 9)]
    assert [zone["TZID"] for zone in file.walk("VTIMEZONE")] == ["Europe/Paris"]


def test_an_appointment_without_an_hour_is_a_day(knowledge: Knowledge, now: datetime) -> None:
    event = only(read(knowledge, {**BOOKED, "appointment_at": "unsaid"}, now))
    assert event.start == date(2027, 3, 30)
    assert not isinstance(event.start, datetime)
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [
        timedelta(days=-7, hours=9),
        timedelta(days=-1, hours=9),
    ]


def test_what_is_ticked_is_no_longer_missing(knowledge: Knowledge, now: datetime) -> None:
    missing = only(read(knowledge, BOOKED, now))["DESCRIPTION"]
    assert "Passeport" in missing
    assert "Passeport" not in only(read(knowledge, {**BOOKED, "papers": "common-held.1"}, now))["DESCRIPTION"]


def test_the_deadlines_are_days_and_the_last_one_rings_before(knowledge: Knowledge, now: datetime) -> None:
    found = events(read(knowledge, DATED, now))
    opens = found["Titre de séjour : vous pouvez déposer votre demande"]
    last = found["Titre de séjour : dernier jour pour déposer votre demande"]
    assert (opens.start, last.start) == (date(2027, 2, 13), date(2027, 4, 13))
    rings = [datetime.combine(last.start, time()) + alarm["TRIGGER"].dt for alarm in last.walk("VALARM")]
    assert rings == [datetime(2027, 3, 13, 9), datetime(2027, 4, 6, 9), datetime(2027, 4, 13, 9)]
    assert str(last["TRANSP"]) == "TRANSPARENT"


@pytest.mark.parametrize(
    ("code", "name", "hour"), [("74", "Haute-Savoie", 8), ("38", "Isère", 0)], ids=["74 at eight", "38 at midnight"]
)
def test_a_release_stays_at_its_hour_all_year(
    knowledge: Knowledge, now: datetime, code: str, name: str, hour: int
) -> None:
    """What an agenda makes of the file is what we say ourselves, in winter and in summer."""
    event = events(read(knowledge, {**RENEWAL, "prefecture": code}, now))[f"Nouveaux rendez-vous ({name})"]
    start, until = event.start, event["RRULE"]["UNTIL"][0]
    rule = event["RRULE"].to_ical().decode()
    laid_out = list(
        rrulestr(rule.replace(f"UNTIL={until:%Y%m%dT%H%M%SZ};", ""), dtstart=start.replace(tzinfo=None))[:52]
    )
    found = releases(knowledge, code, ["3.1", "renewal"])
    release = Release("", found[0][1].rule, "Europe/Paris")
    ours = [each.replace(tzinfo=None) for each in takewhile(lambda each: each <= until, release.upcoming(now))]
    assert ours[:52] == laid_out
    assert {(each.weekday(), each.hour) for each in laid_out} == {(0, hour)}
    offsets = {each.replace(tzinfo=start.tzinfo).utcoffset() for each in laid_out}
    assert offsets == {timedelta(hours=1), timedelta(hours=2)}
    zone = event["DTSTART"].params["TZID"]
    assert zone == "Europe/Paris"


def test_the_zone_of_the_file_changes_its_hour_when_clocks_do(knowledge: Knowledge, now: datetime) -> None:
    (zone,) = read(knowledge, RENEWAL, now).walk("VTIMEZONE")
    shown = zone.to_tz()
    for moment in (datetime(2027, 3, 28, 1, 59), datetime(2027, 3, 28, 3, 1), datetime(2027, 10, 31, 12)):
        assert moment.replace(tzinfo=shown).utcoffset() == moment.replace(tzinfo=ZoneInfo("Europe/Paris")).utcoffset()


def test_guyane_keeps_its_own_time(knowledge: Knowledge, now: datetime) -> None:
    facts = {"prefecture": "973", "procedure": "renewal", "district": "cayenne", "permit": "cst"}
    booked = {**facts, "booked": "yes", "appointment_on": date(2027, 3, 28), "appointment_at": "08:15"}
    file = read(knowledge, booked, now)
    assert only(file)["DTSTART"].params["TZID"] == "America/Cayenne"
    assert only(file).start.astimezone(ZoneInfo("UTC")) == datetime(2027, 3, 28, 11, 15, tzinfo=ZoneInfo("UTC"))


def test_at_night_it_rings_the_evening_before_unless_they_said_yes(knowledge: Knowledge, now: datetime) -> None:
    quiet = only(read(knowledge, {**RENEWAL, "prefecture": "38"}, now))
    wanted = only(read(knowledge, {**RENEWAL, "prefecture": "38", "night_reminders": "yes"}, now))
    (evening,), (shortly,) = quiet.walk("VALARM"), wanted.walk("VALARM")
    assert (evening["TRIGGER"].dt, shortly["TRIGGER"].dt) == (timedelta(hours=-6), timedelta(minutes=-15))


def test_a_hint_without_an_hour_is_a_day(knowledge: Knowledge, now: datetime) -> None:
    file = read(knowledge, {**RENEWAL, "prefecture": "75"}, now)
    days = [event.start for event in file.walk("VEVENT")]
    assert days == [date(2026, 11, 23), date(2026, 12, 1)]
    assert [event["RRULE"].to_ical().decode() for event in file.walk("VEVENT")] == [
        "FREQ=WEEKLY;UNTIL=20271123;BYDAY=MO",
        "FREQ=MONTHLY;UNTIL=20271201;BYMONTHDAY=1,15",
    ]


def test_a_date_that_changes_corrects_the_entry_it_had(knowledge: Knowledge, now: datetime) -> None:
    before = only(read(knowledge, BOOKED, now))
    after = only(read(knowledge, {**BOOKED, "appointment_on": date(2027, 4, 2)}, now + timedelta(minutes=5)))
    other = only(read(knowledge, BOOKED, now, owner="grace"))
    assert before["UID"] == after["UID"] != other["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]


def test_nobody_is_named_in_it(knowledge: Knowledge, now: datetime, words: Words) -> None:
    made = agenda(knowledge, BOOKED, now)
    assert b"730000001" not in calendar_file(type(made)(made.entries, now, "730000001"), words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_language_of_the_person(knowledge: Knowledge, now: datetime, language: str) -> None:
    said = {"fr": "Nouveaux rendez-vous (Haute-Savoie)", "en": "New appointments (Haute-Savoie)"}
    assert said[language] in events(read(knowledge, DATED, now, language))


def test_nothing_dated_is_no_file(knowledge: Knowledge, now: datetime, words: Words) -> None:
    nothing = agenda(knowledge, {"prefecture": "74", "procedure": "pickup"}, now)
    assert nothing.entries == ()
    with pytest.raises(ValueError, match="without entries"):
        calendar_file(nothing, words)


def test_what_is_past_and_what_is_served_are_left_out(knowledge: Knowledge, now: datetime) -> None:
    past = agenda(knowledge, {**BOOKED, "appointment_on": date(2026, 11, 20)}, now)
    assert past.entries == ()
    assert [entry.key for entry in agenda(knowledge, BOOKED, now).entries] == ["appointment"]


@given(
    st.sampled_from(["74", "38", "973", "75", "971"]),
    st.dates(date(2026, 6, 1), date(2028, 12, 31)),
    st.one_of(st.none(), st.dates(date(2026, 6, 1), date(2028, 12, 31))),
    st.datetimes(datetime(2026, 6, 1), datetime(2028, 6, 1), timezones=st.just(ZoneInfo("UTC"))),
)
def test_every_file_is_one_that_parsers_take(code: str, end: date, booked: date | None, now: datetime) -> None:
    facts: Facts = {**RENEWAL, "prefecture": code, "district": "cayenne", "expires_on": end}
    if booked is not None:
        facts = {**facts, "booked": "yes", "appointment_on": booked, "appointment_at": "09:30"}
    made = agenda(load_knowledge(), facts, now)
    if not made.entries:
        return
    file = Calendar.from_ical(calendar_file(made, words_for(load_knowledge(), "en")))
    assert len({str(event["UID"]) for event in file.walk("VEVENT")}) == len(made.entries)
    for entry, event in zip(made.entries, file.walk("VEVENT"), strict=True):
        assert event.start == entry.start
        assert not event.errors
    known = {str(zone["TZID"]) for zone in file.walk("VTIMEZONE")}
    used = {event["DTSTART"].params.get("TZID") for event in file.walk("VEVENT")} - {None}
    assert used <= known
