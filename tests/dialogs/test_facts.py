"""Each kind of fact reads back what it says, and refuses what it cannot take."""

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from dialogs.facts import (
    UNSAID,
    Agdref,
    CalendarNumbers,
    Choice,
    Clock,
    Day,
    DayBand,
    Department,
    Kind,
    Ticked,
    Town,
    Unreadable,
    Years,
    YearsBand,
)
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.places.tables import load_departments
from dialogs.understanding.reading import Value

TODAY = date(2026, 11, 21)
AGES = Years((YearsBand("child", 10), YearsBand("teen", 13), YearsBand("older", None)))
ENDS = Day((DayBand("long_ago", relativedelta(months=6)), DayBand("current", None)))
PREFECTURES = Department(("74", "973", "38"))
CARDS = Choice(("cst", "csp", "vls_ts"))

days = st.dates(date(1950, 1, 1), date(2090, 12, 31))
calendars = st.lists(st.sampled_from(["1.1", "1.2", "2", "3.1", "3.4", "4.2"]), min_size=1, unique=True).map(",".join)
values: st.SearchStrategy[tuple[Kind, Value]] = st.one_of(
    st.tuples(st.just(CARDS), st.sampled_from(CARDS.values)),
    st.tuples(st.just(PREFECTURES), st.sampled_from(sorted(load_departments()))),
    st.tuples(st.just(Town()), st.sampled_from(["Annecy", "Saint-Laurent-du-Maroni", "Le Pont-de-Claix"])),
    st.tuples(st.just(AGES), st.one_of(st.integers(0, 120), st.just(UNSAID))),
    st.tuples(st.sampled_from([ENDS, Day()]), st.one_of(days, st.just(UNSAID))),
    st.tuples(st.just(CalendarNumbers()), st.one_of(calendars, st.just(UNSAID))),
    st.tuples(st.just(Agdref()), st.sampled_from(["F002345678", "0002345678"])),
    st.tuples(st.just(Clock()), st.one_of(st.times().map(lambda hour: f"{hour:%H:%M}"), st.just(UNSAID))),
    st.tuples(st.just(Ticked()), st.sampled_from(["student.1", "common-held.2,student.1"])),
)


@given(values, days)
def test_what_is_said_is_read_back(pair: tuple[Kind, Value], today: date) -> None:
    kind, value = pair
    assert kind.parse(kind.say(value), today) == value


@given(values, days)
def test_every_value_is_in_a_cell_or_the_fact_has_none(pair: tuple[Kind, Value], today: date) -> None:
    kind, value = pair
    cell = kind.cell(value, today)
    assert cell in kind.cells if kind.cells else cell is None


@given(
    st.sampled_from([CARDS, PREFECTURES, Town(), AGES, ENDS, Day(), CalendarNumbers(), Agdref(), Clock(), Ticked()]),
    st.text(max_size=80),
)
def test_any_text_is_read_or_refused(kind: Kind, text: str) -> None:
    try:
        value = kind.parse(text, TODAY)
    except Unreadable:
        return
    assert kind.parse(kind.say(value), TODAY) == value
    assert kind.cell(value, TODAY) in (*kind.cells, None)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (CARDS, "green card"),
        (CARDS, ""),
        (PREFECTURES, "99"),
        (PREFECTURES, "Poudlard"),
        (Town(), "   "),
        (Town(), "a" * 61),
        (AGES, "douze"),
        (AGES, "121"),
        (AGES, "12 ou 13"),
        (ENDS, "2026-02-30"),
        (ENDS, "bientôt"),
        (CalendarNumbers(), "le premier"),
        (CalendarNumbers(), ""),
    ],
)
def test_refusals(kind: Kind, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind.parse(text, TODAY)
    assert refused.value.text == text
    assert refused.value.expected


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_a_day_on_which_no_window_can_be_laid_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        ENDS.parse(text, TODAY)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (CARDS, " VLS-TS ", "vls_ts"),
        (PREFECTURES, "2a", "2A"),
        (PREFECTURES, "Annecy", "74"),
        (PREFECTURES, "Guyane", "973"),
        (Town(), "  Le   Pont-de-Claix ", "Le Pont-de-Claix"),
        (AGES, "12 ans", 12),
        (ENDS, "13/04/2027", date(2027, 4, 13)),
        (ENDS, "2027-04-13", date(2027, 4, 13)),
        (CalendarNumbers(), "3.1 et 3.2, 3.1", "3.1,3.2"),
    ],
)
def test_readings(kind: Kind, text: str, value: Value) -> None:
    assert kind.parse(text, TODAY) == value


def test_before_an_age_is_strict() -> None:
    """F59: « avant l’âge de 13 ans » does not hold at 13."""
    assert [AGES.cell(age, TODAY) for age in (9, 10, 12, 13)] == ["child", "teen", "teen", "older"]


def test_more_than_six_months_ago_is_strict() -> None:
    """F39."""
    assert ENDS.cell(date(2026, 5, 21), TODAY) == "current"
    assert ENDS.cell(date(2026, 5, 20), TODAY) == "long_ago"
    assert ENDS.cell(date(2026, 8, 31), date(2027, 2, 28)) == "current"
    assert ENDS.cell(date(2026, 8, 31), date(2027, 3, 1)) == "long_ago"


def test_a_department_without_a_file_shares_one_cell() -> None:
    assert [PREFECTURES.cell(code, TODAY) for code in ("74", "75", "2A")] == ["74", "elsewhere", "elsewhere"]


def test_every_option_of_the_product_is_read_by_its_own_fact(knowledge: Knowledge) -> None:
    for entry in knowledge.questions.facts:
        for asking in entry.ask:
            for option in asking.options:
                kind = knowledge.kinds[entry.name]
                assert kind.say(kind.parse(option, TODAY)) == option
