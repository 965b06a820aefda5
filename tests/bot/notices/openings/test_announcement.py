"""What may be announced, and the sentence that says what would be right."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.notices.openings.announcement import Announcement, Unfit, read_announcement
from bot.notices.openings.moments import NoMoment, read_moment
from dialogs.knowledge.library import Knowledge

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
GIVEN = {"prefecture": "74", "calendar": "3.2", "slots": 20, "until": "2026-11-24 12:00"}


def read(knowledge: Knowledge, now: datetime = NOW, **given: object) -> Announcement:
    return read_announcement(knowledge, now=now, **{**GIVEN, **given})  # type: ignore[arg-type]


def test_it_is_read(knowledge: Knowledge) -> None:
    found = read(knowledge, note=" Guichet  4 ", per_slot=3)
    assert (found.prefecture, found.line.key, found.note, found.wave_size) == ("74", "3.2", "Guichet 4", 60)
    assert found.until.isoformat() == "2026-11-24T12:00:00+01:00"


@pytest.mark.parametrize(
    ("code", "calendar", "until", "utc"),
    [
        ("973", "module", "2026-11-24 12:00", "2026-11-24T15:00:00+00:00"),
        ("973", "MODULE", "2026-11-24 12:00+01:00", "2026-11-24T11:00:00+00:00"),
        ("38", "renewal", "24/11 12h30", "2026-11-24T11:30:00+00:00"),
        ("38", "campus", "2026-11-24T12:00Z", "2026-11-24T12:00:00+00:00"),
        ("75", "general", "14:30", "2026-11-21T13:30:00+00:00"),
        ("2a", "general", "02/01 9h", "2027-01-02T08:00:00+00:00"),
    ],
)
def test_the_end_is_of_the_prefecture(knowledge: Knowledge, code: str, calendar: str, until: str, utc: str) -> None:
    found = read(knowledge, prefecture=code, calendar=calendar, until=until)
    assert found.until.astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize(
    ("given", "field", "right"),
    [
        ({"prefecture": "99"}, "prefecture", "973"),
        ({"calendar": "9.9"}, "calendar", "1.1, 1.2, 1.3, 2, 3.1, 3.2, 3.3, 3.4, 4.1, 4.2"),
        ({"prefecture": "38", "calendar": "3.2"}, "calendar", "renewal"),
        ({"slots": 0}, "slots", "1 à 10000"),
        ({"per_slot": 0}, "per_slot", "1 à 100"),
        ({"until": "demain"}, "until", "2026-11-24 12:00"),
        ({"until": "2026-11-24"}, "until", "2026-11-24 12:00"),
        ({"until": "2026-11-20 12:00"}, "until", "21/11/2026 12:00"),
        ({"until": "2027-01-30 12:00"}, "until", "60 jours"),
        ({"until": "2026-02-30 12:00"}, "until", "2026-11-24 12:00"),
        ({"note": "rdv.example.org"}, "note", "site de la préfecture"),
    ],
)
def test_what_cannot_be_announced_is_said(
    knowledge: Knowledge, given: dict[str, object], field: str, right: str
) -> None:
    with pytest.raises(Unfit) as refused:
        read(knowledge, **given)
    assert refused.value.field == field
    assert right in str(refused.value)
    assert refused.value.en


def test_an_hour_that_the_clocks_leave_out_is_no_moment() -> None:
    paris = ZoneInfo("Europe/Paris")
    spring = datetime(2026, 3, 20, tzinfo=UTC)
    with pytest.raises(NoMoment):
        read_moment("2026-03-29 02:30", paris, spring)
    assert (
        read_moment("2026-03-29 03:30", paris, spring).utcoffset()
        == read_moment("29/3 3h30", paris, spring).utcoffset()
    )
    autumn = datetime(2026, 10, 20, tzinfo=UTC)
    assert read_moment("25/10 2:30", paris, autumn).isoformat() == "2026-10-25T02:30:00+02:00"
