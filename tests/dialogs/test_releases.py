"""When calendars open, on both sides of a change of hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.releases import Release

PARIS, CAYENNE = ZoneInfo("Europe/Paris"), ZoneInfo("America/Cayenne")
MONDAY_8 = Release("monday-8", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8", "Europe/Paris")
MONDAY_0 = Release("monday-0", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=0", "Europe/Paris", weeks_visible=6)
TWICE_A_MONTH = Release("first-and-fifteenth", "FREQ=MONTHLY;BYMONTHDAY=1,15", "Europe/Paris")
GUYANE = Release("monday-8", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8", "America/Cayenne")

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))
days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(st.sampled_from([MONDAY_8, MONDAY_0, GUYANE]), moments)
def test_the_next_opening_is_a_monday_to_come_at_its_hour(release: Release, now: datetime) -> None:
    opening = release.next(now)
    zone = ZoneInfo(release.timezone)
    assert now < opening <= now + timedelta(days=7, hours=1)
    assert opening.tzinfo == zone
    assert opening.weekday() == 0
    assert (opening.hour, opening.minute, opening.second, opening.microsecond) == (
        0 if release is MONDAY_0 else 8,
        0,
        0,
        0,
    )


@given(moments)
def test_openings_of_the_month_are_the_1st_and_the_15th(now: datetime) -> None:
    upcoming = TWICE_A_MONTH.upcoming(now)
    first, second = next(upcoming), next(upcoming)
    assert now < first < second
    assert {first.day, second.day} == {1, 15}


@given(st.sampled_from([MONDAY_8, MONDAY_0, GUYANE, TWICE_A_MONTH]), moments)
def test_openings_come_in_order_and_none_is_skipped(release: Release, now: datetime) -> None:
    upcoming = release.upcoming(now)
    openings = [next(upcoming) for _ in range(4)]
    assert openings == sorted(set(openings))
    for earlier, later in pairwise(openings):
        assert release.next(earlier) == later


def test_an_opening_that_begins_now_is_not_the_next_one() -> None:
    assert MONDAY_8.next(datetime(2026, 11, 23, 8, tzinfo=PARIS)) == datetime(2026, 11, 30, 8, tzinfo=PARIS)
    assert MONDAY_8.next(datetime(2026, 11, 23, 7, 59, 59, tzinfo=PARIS)) == datetime(2026, 11, 23, 8, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "utc"),
    [
        # The nights of 25 October 2026 and 28 March 2027: the hour changes, « lundi 8 h » does not.
        (datetime(2026, 10, 19, 9, tzinfo=PARIS), datetime(2026, 10, 26, 7, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 26, 7, tzinfo=UTC)),
        (datetime(2027, 3, 22, 9, tzinfo=PARIS), datetime(2027, 3, 29, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 29, 6, tzinfo=UTC)),
        (datetime(2027, 3, 28, 1, 1, tzinfo=UTC), datetime(2027, 3, 29, 6, tzinfo=UTC)),
    ],
)
def test_eight_in_the_morning_across_a_change_of_hour(now: datetime, utc: datetime) -> None:
    assert MONDAY_8.next(now) == utc


def test_midnight_after_the_night_that_changes_the_hour() -> None:
    assert MONDAY_0.next(datetime(2026, 10, 24, 12, tzinfo=PARIS)) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    assert MONDAY_0.next(datetime(2027, 3, 27, 12, tzinfo=PARIS)) == datetime(2027, 3, 28, 22, tzinfo=UTC)


def test_monday_in_guyane_is_not_monday_in_paris() -> None:
    early_monday_in_paris = datetime(2026, 11, 23, 1, tzinfo=PARIS)
    assert GUYANE.next(early_monday_in_paris) == datetime(2026, 11, 23, 8, tzinfo=CAYENNE)
    after_eight_in_paris = datetime(2026, 11, 23, 9, tzinfo=PARIS)
    assert GUYANE.next(after_eight_in_paris) == datetime(2026, 11, 23, 11, tzinfo=UTC)


@given(days, st.sampled_from([1, 4, 6, 8]))
def test_the_first_opening_that_shows_a_day(day: date, weeks: int) -> None:
    release = Release("weekly", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=0", "Europe/Paris", weeks)
    opening = release.first_showing(day)
    horizon = timedelta(weeks=weeks)
    assert opening.weekday() == 0
    assert opening <= day + timedelta(days=6)
    assert day <= opening + horizon
    assert opening - timedelta(weeks=1) + horizon < day


def test_four_weeks_ahead_from_a_monday() -> None:
    release = Release("weekly", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=0", "Europe/Paris", 4)
    assert release.first_showing(date(2026, 11, 30)) == date(2026, 11, 2)
    assert release.first_showing(date(2026, 12, 1)) == date(2026, 11, 9)


def test_a_day_without_an_hour_is_known_as_such() -> None:
    assert MONDAY_8.has_hour
    assert not TWICE_A_MONTH.has_hour
