"""Quiet hours: nights, Sundays, holidays of each territory, and the nights when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.quiet import opens_at, quiet_until
from dialogs.knowledge.library import Knowledge

PARIS, CAYENNE = "Europe/Paris", "America/Cayenne"


@pytest.mark.parametrize(
    ("now", "zone", "code", "opens"),
    [
        ("2026-11-24T10:00", PARIS, "38", "2026-11-24T10:00"),
        ("2026-11-24T07:59", PARIS, "38", "2026-11-24T08:00"),
        ("2026-11-24T19:59", PARIS, "38", "2026-11-24T19:59"),
        ("2026-11-24T20:00", PARIS, "38", "2026-11-25T08:00"),
        ("2026-11-22T12:00", PARIS, "38", "2026-11-23T08:00"),  # a Sunday
        ("2026-11-11T12:00", PARIS, "38", "2026-11-12T08:00"),  # the armistice
        ("2026-12-24T20:30", PARIS, "38", "2026-12-26T08:00"),
        ("2026-12-24T20:30", PARIS, "67", "2026-12-28T08:00"),  # in Alsace the 26th as well, then a Sunday
        ("2026-06-10T12:00", CAYENNE, "973", "2026-06-11T08:00"),  # the abolition of slavery, in Guyane alone
        ("2026-06-10T12:00", PARIS, "38", "2026-06-10T12:00"),
        ("2026-03-28T21:00", PARIS, "38", "2026-03-30T08:00"),  # the night that is an hour short, then a Sunday
        ("2026-10-24T21:00", PARIS, "38", "2026-10-26T08:00"),  # the night that is an hour long
        ("2026-10-31T19:30", PARIS, "38", "2026-10-31T19:30"),
        ("2026-10-31T20:00", PARIS, "38", "2026-11-02T08:00"),  # All Saints' is a Sunday
    ],
)
def test_when_a_notice_may_leave(now: str, zone: str, code: str, opens: str) -> None:
    local = ZoneInfo(zone)
    moment = datetime.fromisoformat(now).replace(tzinfo=local).astimezone(UTC)
    assert opens_at(moment, zone, code) == datetime.fromisoformat(opens).replace(tzinfo=local)


def test_grenoble_and_cayenne_do_not_sleep_at_the_same_time(knowledge: Knowledge) -> None:
    until = quiet_until(knowledge)
    late = round(datetime(2026, 11, 24, 20, tzinfo=UTC).timestamp() * 1000)
    assert until("973", late) == late
    assert until("38", late) == late + 11 * 3600 * 1000


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(
        [(PARIS, "38"), (PARIS, "57"), (CAYENNE, "973"), ("Indian/Reunion", "974"), ("Pacific/Noumea", "988")]
    ),
)
def test_it_leaves_by_day_on_a_working_day_within_the_week(moment: datetime, place: tuple[str, str]) -> None:
    opens = opens_at(moment, *place)
    assert moment <= opens < moment + timedelta(days=5)
    assert 8 <= opens.hour < 20
    assert opens.weekday() != 6
    assert opens_at(opens, *place) == opens
