"""What a rule answers to one person on one day: the calendar, the dates, and what has become of what was published."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialogs.answers import Answer, Deadline
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.outlook import answer, look
from dialogs.understanding.reading import Value

PARIS = ZoneInfo("Europe/Paris")


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def reached(as_of: date = date(2026, 11, 21), **facts: Value) -> Answer:
    knowledge = load_knowledge()
    outlook = look(knowledge, facts, on(as_of))
    assert outlook.rule is not None, f"asks {outlook.asks}"
    return answer(knowledge, outlook, on(as_of))


def guyane(expires_on: Value, as_of: date = date(2026, 11, 21), **facts: Value) -> Answer:
    renewal: dict[str, Value] = {"prefecture": "973", "procedure": "renewal", "district": "cayenne", "permit": "cst"}
    return reached(as_of, **{**renewal, "expires_on": expires_on, **facts})


def notes(deadline: Deadline) -> str:
    return " ".join(note.text for note in deadline.notes)


# --- Guyane: the appointment itself must fall in the window -----------------------------------------------------------


def test_a_card_that_ends_in_april_is_booked_from_february() -> None:
    """F44."""
    deadline = guyane(date(2018, 4, 13), as_of=date(2018, 2, 12)).deadlines[0]
    assert (deadline.state, deadline.opens, deadline.closes) == ("early", date(2018, 2, 13), date(2018, 4, 13))


@pytest.mark.parametrize(
    ("booked", "said"),
    [
        (date(2027, 2, 12), "trop tôt"),
        (date(2027, 2, 13), ""),
        (date(2027, 4, 13), ""),
        (date(2027, 4, 14), "après la fin"),
    ],
)
def test_a_booked_appointment_is_judged(booked: date, said: str) -> None:
    """F43: too early is cancelled; F45: after the end there is a fee."""
    deadline = guyane(date(2027, 4, 13), appointment_on=booked).deadlines[0]
    assert said in notes(deadline)
    assert bool(said) == ("{appointment}" in notes(deadline))
    assert deadline.text.values["appointment"] == booked


def test_late_costs_180_euros() -> None:
    """F45."""
    late = guyane(date(2026, 10, 1)).deadlines[0]
    assert late.state == "late"
    assert "180 €" in (late.late_fee or "")
    assert "à vérifier" in (late.late_fee or "")
    assert guyane(date(2026, 12, 1)).deadlines[0].late_fee is None


def test_more_than_six_months_late_is_another_procedure() -> None:
    """F39: exactly six months is not more."""
    assert guyane(date(2026, 5, 21)).rule == "973-renewal"
    over = guyane(date(2026, 5, 20))
    assert (over.rule, over.channel) == ("973-renewal-expired", "official_site")
    assert over.deadlines[0].state == "over"


def test_the_day_is_that_of_guyane() -> None:
    """At two in the morning in Paris it is still the day before in Cayenne."""
    knowledge = load_knowledge()
    night = datetime(2026, 11, 22, 2, tzinfo=PARIS)
    facts: dict[str, Value] = {"prefecture": "973", "procedure": "renewal", "district": "cayenne", "permit": "cst"}
    outlook = look(knowledge, {**facts, "expires_on": date(2026, 5, 21)}, night)
    assert outlook.rule is not None
    assert outlook.rule.id == "973-renewal"


def test_towns_decide_the_arrondissement() -> None:
    """F40: the west has its own way."""
    assert reached(prefecture="973", procedure="renewal", commune="Mana").rule == "973-saint-laurent"
    assert reached(prefecture="973", procedure="duplicate", commune="Maripasoula").rule == "973-saint-laurent"
    assert reached(prefecture="973", procedure="duplicate", commune="Kourou").rule == "973-change"
    georges = reached(prefecture="973", procedure="duplicate", commune="Saint-Georges")
    assert any("Saint-Georges" in remark.text for remark in georges.remarks)


# --- Isère: how far the calendar shows --------------------------------------------------------------------------------


def test_when_to_try_first_follows_from_what_the_calendar_shows() -> None:
    """F65: six weeks; the window of a card ending on 30 June opens on 30 April, seen first on 22 March."""
    card: dict[str, Value] = {
        "prefecture": "38",
        "procedure": "renewal",
        "permit": "cst",
        "expires_on": date(2027, 6, 30),
    }
    deadline = reached(**card).deadlines[0]
    assert (deadline.state, deadline.opens) == ("early", date(2027, 4, 30))
    assert deadline.try_from == date(2027, 3, 22)
    assert "{try_from}" in notes(deadline)
    now = reached(as_of=date(2027, 3, 22), **card).deadlines[0]
    assert "dès maintenant" in notes(now)
    assert "{try_from}" not in notes(now)


def test_the_place_on_the_campus_ends_with_its_date() -> None:
    """F73: a place is not repeated once its last day is past."""
    before = reached(as_of=date(2020, 12, 18), prefecture="38", procedure="pickup", permit="student")
    assert before.place is not None
    assert "Antenne Campus" in before.place.text
    after = reached(as_of=date(2020, 12, 19), prefecture="38", procedure="pickup", permit="student")
    assert after.place is None
    assert any("n’est plus valable" in warning.text for warning in after.warnings)


# --- newer knowledge --------------------------------------------------------------------------------------------------


def test_two_windows_where_the_online_way_came_later() -> None:
    """The préfecture's own counter, then the ANEF's 120 to 60 days (F93)."""
    both = reached(prefecture="74", procedure="renewal", permit="resident_10y", expires_on=date(2027, 4, 13))
    assert [deadline.timing for deadline in both.deadlines] == ["counter", "anef"]
    counter, online = both.deadlines
    assert (counter.opens, counter.closes) == (date(2027, 2, 13), date(2027, 4, 13))
    assert (online.opens, online.closes) == (date(2026, 12, 14), date(2027, 2, 12))


@pytest.mark.parametrize(("as_of", "updates", "windows"), [(date(2024, 7, 3), 0, 1), (date(2024, 7, 4), 1, 2)])
def test_an_update_begins_on_its_day(as_of: date, updates: int, windows: int) -> None:
    resident = reached(as_of, prefecture="74", procedure="renewal", permit="resident_10y")
    assert (len(resident.updates), len(resident.deadlines)) == (updates, windows)


def test_what_is_newer_cites_its_own_source() -> None:
    resident = reached(prefecture="74", procedure="renewal", permit="resident_10y")
    titles = [source.title for source in resident.sources]
    knowledge = load_knowledge()
    assert titles[0] == knowledge.sources["S0"].title
    assert knowledge.sources["N2"].title in titles


def test_the_end_of_the_exceptional_admission_is_told_on_both_sides() -> None:
    """L435-4 runs until 31/12/2026."""
    before = reached(date(2026, 12, 31), prefecture="74", procedure="exceptional_admission")
    after = reached(date(2027, 1, 1), prefecture="74", procedure="exceptional_admission")
    assert any("est ouverte jusqu’au 31 décembre 2026" in remark.text for remark in before.remarks)
    assert not any("est ouverte" in remark.text for remark in after.remarks)
    assert any("était ouverte" in remark.text for remark in after.remarks)


# --- calendars --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "calendars", "supplementary"),
    [
        ({"procedure": "renewal", "permit": "cst"}, ("3.1",), ("3.2", "3.3", "3.4")),
        ({"procedure": "renewal", "permit": "aps"}, ("3.1",), ("3.2", "3.3", "3.4")),
        ({"procedure": "renewal", "permit": "resident_10y"}, ("4.1",), ("4.2",)),
        ({"procedure": "first_request", "ground": "parent_of_french_child"}, ("1.1",), ("1.2", "1.3")),
        ({"procedure": "first_request", "permit": "aps_master"}, ("2",), ()),
        ({"procedure": "renewal", "permit": "job_search"}, ("2",), ()),
        ({"procedure": "renewal", "permit": "student"}, (), ()),
    ],
)
def test_the_calendars_of_haute_savoie(
    facts: dict[str, Value], calendars: tuple[str, ...], supplementary: tuple[str, ...]
) -> None:
    """F14 to F18."""
    found = reached(prefecture="74", **facts)
    assert (found.calendars, found.supplementary) == (calendars, supplementary)


def test_a_department_without_a_file_gets_its_own_site() -> None:
    found = reached(prefecture="69", procedure="renewal", permit="cst")
    assert (found.url, found.calendars) == ("www.rhone.gouv.fr", ())
    assert [opening.next for opening in found.openings] == [date(2026, 11, 23), date(2026, 12, 1)]


def test_the_visa_d_window_runs_from_the_entry() -> None:
    visa: dict[str, Value] = {"prefecture": "74", "procedure": "first_request", "permit": "visa_d_two_months"}
    deadline = reached(**visa, entered_on=date(2026, 12, 31)).deadlines[0]
    assert (deadline.state, deadline.opens, deadline.closes) == ("open", None, date(2027, 2, 28))
    assert str(load_knowledge().national.clamped) in notes(deadline)


def test_documents_depend_on_the_situation(knowledge: Knowledge) -> None:
    student = reached(prefecture="74", procedure="renewal", permit="student")
    resident = reached(prefecture="74", procedure="renewal", permit="resident_10y")
    assert student.checklists
    assert resident.checklists
    assert {item.text for each in student.checklists for item in each.items} != {
        item.text for each in resident.checklists for item in each.items
    }
    assert student.own_list is not None
    assert student.own_list.text == knowledge.national.own_lists["anef"].text
