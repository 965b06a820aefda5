"""What one waits for: the calendars of a situation, and all that an agent may announce for."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.outlook import look
from dialogs.paths import ways
from dialogs.understanding.reading import Value
from dialogs.waiting import GENERAL, Subscription, alert, all_lines, lines, yes_or_no


def keys(knowledge: Knowledge, now: datetime, **facts: Value) -> tuple[str, ...]:
    return tuple(line.key for line in lines(knowledge, look(knowledge, facts, now)))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"prefecture": "74", "procedure": "renewal", "permit": "cst"}, ("3.1", "3.2", "3.3", "3.4")),
        ({"prefecture": "74", "procedure": "asylum_and_stay"}, ("2",)),
        ({"prefecture": "74", "full_calendars": "4.2"}, ("4.1", "4.2")),
        ({"prefecture": "74", "full_calendars": "unsaid"}, ()),
        ({"prefecture": "74", "procedure": "driving_medical"}, ("driving",)),
        ({"prefecture": "38", "procedure": "renewal", "permit": "cst"}, ("renewal",)),
        ({"prefecture": "38", "procedure": "first_request", "permit": "visa_d_two_months"}, ("first-slot",)),
        ({"prefecture": "38", "procedure": "pickup", "permit": "student"}, ("campus",)),
        ({"prefecture": "38", "procedure": "first_request", "ground": "illness"}, ()),  # a form
        ({"prefecture": "38", "procedure": "renewal", "permit": "resident_10y"}, ()),  # an e-mail
        ({"prefecture": "74", "procedure": "renewal", "permit": "student"}, ()),  # the ANEF
        ({"prefecture": "69", "procedure": "renewal", "permit": "cst"}, (GENERAL,)),
        ({"procedure": "renewal", "permit": "cst"}, ()),
    ],
)
def test_the_calendars_of_a_situation(
    knowledge: Knowledge, now: datetime, facts: dict[str, Value], expected: tuple[str, ...]
) -> None:
    assert keys(knowledge, now, **facts) == expected


def test_all_that_can_be_announced(knowledge: Knowledge) -> None:
    assert [line.key for line in all_lines(knowledge, "74")] == [
        *("1.1", "1.2", "1.3", "2", "3.1", "3.2", "3.3", "3.4", "4.1", "4.2"),
        "driving",
    ]
    assert {line.key for line in all_lines(knowledge, "38")} >= {"renewal", "first-slot", "campus", "pickup"}
    assert [line.key for line in all_lines(knowledge, "69")] == [GENERAL]


def test_whatever_one_waits_for_can_be_announced_and_has_a_name(knowledge: Knowledge, now: datetime) -> None:
    for way in ways(knowledge, now):
        wanted = lines(knowledge, way.outlook)
        assert {line.key for line in wanted} <= {
            line.key for line in all_lines(knowledge, str(way.outlook.known.get("prefecture", "69")))
        }
        for line in wanted:
            assert line.title.text
            assert "/" not in line.key
            assert "," not in line.key


def test_an_alert_tells_when_new_ones_come(knowledge: Knowledge, now: datetime) -> None:
    shown = alert(knowledge, {}, Subscription("74", ("3.1", "gone")), now)
    assert [line.key for line in shown.lines] == ["3.1"]
    assert [opening.next.isoformat() for opening in shown.openings] == ["2026-11-23T08:00:00+01:00"]
    assert not shown.night
    assert alert(knowledge, {}, Subscription("38", ("renewal",)), now).night


def test_without_releases_none_is_told(knowledge: Knowledge, now: datetime) -> None:
    assert alert(knowledge, {}, Subscription("74", ("3.1",), releases=False), now).openings == ()


@pytest.mark.parametrize("code", [*load_knowledge().prefectures, "69", "2A", "976"])
def test_every_line_can_be_shown(knowledge: Knowledge, now: datetime, code: str) -> None:
    for line in all_lines(knowledge, code):
        shown = alert(knowledge, {}, Subscription(code, (line.key,)), now)
        assert shown.lines == (line,)
        assert shown.site


@given(st.text(max_size=30))
def test_only_a_bare_yes_or_no_is_one(text: str) -> None:
    assert yes_or_no(text) in (True, False, None)
    assert yes_or_no(f"{text} Annecy demain") is None
