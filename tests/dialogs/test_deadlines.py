"""Windows laid on the calendar."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from dialogs.deadlines import Window, lay, place

ORDER = {"early": 0, "open": 1, "late": 2, "over": 3}
TWO_MONTHS = Window(relativedelta(months=-2), relativedelta(), relativedelta(months=6))

anchors = st.dates(date(2000, 1, 1), date(2060, 12, 31))
before = st.one_of(
    st.none(),
    st.builds(relativedelta, months=st.integers(-6, -1)),
    st.builds(relativedelta, days=st.integers(-200, -1)),
)
around = st.one_of(st.none(), st.just(relativedelta()), st.builds(relativedelta, months=st.integers(1, 3)))
after = st.one_of(st.none(), st.builds(relativedelta, months=st.integers(4, 12)))
windows = st.builds(Window, before, around, after)
offsets = st.integers(-500, 500)


@given(windows, anchors, st.lists(offsets, min_size=2, max_size=12))
def test_the_states_follow_each_other_in_time(window: Window, anchor: date, days: list[int]) -> None:
    states = [ORDER[lay(window, anchor, anchor + timedelta(days=day)).state] for day in sorted(days)]
    assert states == sorted(states)


@given(windows, anchors)
def test_the_bounds_are_inside(window: Window, anchor: date) -> None:
    dates = lay(window, anchor, anchor)
    day = timedelta(days=1)
    if dates.opens is not None:
        assert lay(window, anchor, dates.opens).state == "open"
        assert lay(window, anchor, dates.opens - day).state == "early"
    if dates.closes is not None:
        assert lay(window, anchor, dates.closes).state == "open"
        assert lay(window, anchor, dates.closes + day).state == "late"
        if dates.late_until is not None:
            assert lay(window, anchor, dates.late_until).state == "late"
            assert lay(window, anchor, dates.late_until + day).state == "over"


@given(windows, anchors, offsets)
def test_a_clamped_month_is_told(window: Window, anchor: date, days: int) -> None:
    """Of the days that are said: the last day of lateness is said only to those who are late."""
    dates = lay(window, anchor, anchor + timedelta(days=days))
    said = [(dates.opens, window.opens), (dates.closes, window.closes)]
    if dates.state in ("late", "over"):
        said.append((dates.late_until, window.late_until))
    moved = any(day and offset and offset.months and day.day != anchor.day for day, offset in said)
    assert dates.clamped == moved


@given(windows, anchors)
def test_a_clamped_day_is_the_last_of_its_month(window: Window, anchor: date) -> None:
    dates = lay(window, anchor, anchor)
    for day, offset in (
        (dates.opens, window.opens),
        (dates.closes, window.closes),
        (dates.late_until, window.late_until),
    ):
        if day and offset and offset.months and day.day != anchor.day:
            assert (day + timedelta(days=1)).day == 1


@given(windows, anchors)
def test_without_a_date_nothing_is_computed(window: Window, today: date) -> None:
    dates = lay(window, None, today)
    assert (dates.state, dates.opens, dates.closes, dates.late_until, dates.clamped) == (
        "unknown",
        None,
        None,
        None,
        False,
    )


def test_the_worked_example_of_guyane() -> None:
    """F44: a permit that ends on 13 April 2018 is renewed between 13 February and 13 April."""
    end = date(2018, 4, 13)
    dates = lay(TWO_MONTHS, end, date(2018, 2, 12))
    assert (dates.opens, dates.closes) == (date(2018, 2, 13), end)
    assert dates.state == "early"
    assert lay(TWO_MONTHS, end, date(2018, 2, 13)).state == "open"


def test_exactly_six_months_late_is_still_late() -> None:
    """F39: « plus de 6 mois » is strict."""
    end = date(2026, 5, 21)
    assert lay(TWO_MONTHS, end, date(2026, 11, 21)).state == "late"
    assert lay(TWO_MONTHS, end, date(2026, 11, 22)).state == "over"


@pytest.mark.parametrize(
    ("end", "opens"),
    [
        (date(2027, 4, 30), date(2027, 2, 28)),
        (date(2028, 4, 30), date(2028, 2, 29)),
        (date(2027, 4, 29), date(2027, 2, 28)),
        (date(2028, 4, 29), date(2028, 2, 29)),
        (date(2026, 8, 31), date(2026, 6, 30)),
    ],
)
def test_two_months_before_the_end_of_a_longer_month(end: date, opens: date) -> None:
    dates = lay(TWO_MONTHS, end, end)
    assert dates.opens == opens
    assert dates.clamped == (opens.day != end.day)


def test_late_from_the_29th_of_february() -> None:
    dates = lay(Window(None, relativedelta(), relativedelta(years=1, months=0)), date(2028, 2, 29), date(2028, 2, 29))
    assert dates.late_until == date(2029, 2, 28)


def test_an_open_end_never_is_late() -> None:
    assert place(date(2099, 1, 1), date(2026, 1, 1), None, None) == "open"
