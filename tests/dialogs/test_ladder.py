"""When everything is full: which calendars are left, what to do, and in which order."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.knowledge.library import load_knowledge
from dialogs.ladder import Ladder, climb
from dialogs.outlook import look
from dialogs.understanding.reading import Value

NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))
KNOWLEDGE = load_knowledge()
RENEWAL: dict[str, Value] = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}


def ladder(**facts: Value) -> Ladder:
    outlook = look(KNOWLEDGE, facts, NOW)
    return climb(KNOWLEDGE, outlook.rule, outlook.known, NOW)


def texts(found: Ladder) -> list[str]:
    return [rung.text for rung in found.rungs]


def rung(code: str, name: str) -> str:
    return KNOWLEDGE.find("rungs", name, code).text  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("full", "remaining"),
    [
        ("3.1", ("3.2", "3.3", "3.4")),
        ("3.1,3.2", ("3.3", "3.4")),
        ("3.3", ("3.2", "3.4")),
        ("unsaid", ("3.2", "3.3", "3.4")),
        ("3", ("3.2", "3.3", "3.4")),
        ("4.1", ("3.2", "3.3", "3.4")),
    ],
)
def test_the_supplementary_calendars_that_are_left(full: str, remaining: tuple[str, ...]) -> None:
    """F15, F31; a number of another situation is not followed."""
    found = ladder(**RENEWAL, full_calendars=full)
    assert (found.calendars, found.remaining) == (("3.1",), remaining)
    assert rung("74", "supplementary") in texts(found)


def test_when_all_of_them_are_full_it_says_so() -> None:
    found = ladder(**RENEWAL, full_calendars="3.1,3.2,3.3,3.4")
    assert found.remaining == ()
    assert texts(found)[0] == rung("74", "all-full")
    assert rung("74", "supplementary") not in texts(found)


def test_calendar_2_has_no_supplementary_calendar() -> None:
    """F17."""
    found = ladder(prefecture="74", procedure="first_request", permit="aps_master", full_calendars="2")
    assert (found.calendars, found.remaining) == (("2",), ())
    assert rung("74", "no-supplementary") in texts(found)
    assert rung("74", "all-full") not in texts(found)


def test_a_calendar_alone_tells_what_is_left() -> None:
    """Before the situation is known, « 1.1 est complet » is enough to go on."""
    found = ladder(prefecture="74", full_calendars="1.1")
    assert (found.calendars, found.remaining) == (("1.1",), ("1.2", "1.3"))


def test_an_unknown_calendar_gives_all_the_ways() -> None:
    for full in ("unsaid", "9", "5"):
        found = ladder(prefecture="74", full_calendars=full)
        assert (found.calendars, found.remaining) == ((), ())
        assert rung("74", "which-supplementary") in texts(found)


def test_haute_savoie_is_never_called() -> None:
    """F30: it is useless to telephone or to write."""
    calls = ("appelez la préfecture", "téléphonez", "écrivez à la préfecture, par")
    for way in (
        RENEWAL,
        {"prefecture": "74"},
        {"prefecture": "74", "procedure": "first_request", "permit": "aps_master"},
    ):
        said = texts(ladder(**way, full_calendars="unsaid"))
        assert rung("74", "no-call") in said
        assert rung("74", "written-evidence") in said
        for text in said:
            assert text == rung("74", "no-call") or not any(call in text.lower() for call in calls)


def test_what_the_prefecture_says_comes_before_what_holds_everywhere() -> None:
    found = texts(ladder(**RENEWAL, full_calendars="3.1"))
    own = [found.index(rung("74", name)) for name in ("supplementary", "later", "monday", "no-call")]
    national = [found.index(rung("74", name)) for name in ("evidence", "defender", "judge")]
    assert own == sorted(own)
    assert national == sorted(national)
    assert max(own) < min(national)


def test_the_judge_comes_last() -> None:
    for code in ("74", "38", "973", "69"):
        found = texts(ladder(prefecture=code, procedure="renewal", permit="cst", full_calendars="unsaid"))
        judges = [place for place, text in enumerate(found) if "tribunal" in text]
        assert judges == list(range(len(found) - len(judges), len(found)))
        assert judges


@pytest.mark.parametrize(
    ("code", "next_release"),
    [
        ("74", datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Paris"))),
        ("38", datetime(2026, 11, 23, 0, tzinfo=ZoneInfo("Europe/Paris"))),
        ("69", date(2026, 11, 23)),
    ],
)
def test_when_to_try_again(code: str, next_release: datetime | date) -> None:
    """F33, F65; elsewhere a hint, and no hour."""
    assert (
        ladder(prefecture=code, procedure="renewal", permit="cst", full_calendars="unsaid").next_release == next_release
    )


@pytest.mark.parametrize("procedure", ["naturalisation", "vehicle_registration", "duplicate", "address_change"])
def test_where_nothing_is_booked_no_opening_is_waited_for(procedure: str) -> None:
    found = ladder(prefecture="74", procedure=procedure, full_calendars="unsaid")
    assert found.openings == ()
    assert not {rung("74", "monday"), rung("74", "later"), rung("74", "no-call")} & set(texts(found))


def test_guyane_publishes_no_day() -> None:
    """F50: nothing is promised but a hint."""
    found = ladder(prefecture="973", procedure="duplicate", district="cayenne", full_calendars="unsaid")
    assert rung("973", "no-release-known") in texts(found)


@given(
    st.sampled_from(["74", "38", "973", "69", "2A"]),
    st.sampled_from([None, *KNOWLEDGE.kinds["procedure"].cells]),
    st.sampled_from([None, *KNOWLEDGE.kinds["permit"].cells]),
    st.lists(st.sampled_from(["1.1", "1.2", "2", "3.1", "3.2", "4.1", "4.2", "7"]), max_size=4, unique=True),
)
def test_there_is_always_a_next_step_with_a_source(
    code: str, procedure: str | None, permit: str | None, full: list[str]
) -> None:
    given_facts = {
        "prefecture": code,
        "procedure": procedure,
        "permit": permit,
        "full_calendars": ",".join(full) or "unsaid",
    }
    found = ladder(**{fact: value for fact, value in given_facts.items() if value is not None})
    assert found.sources
    assert len(texts(found)) == len(set(texts(found)))
    assert texts(found)
    assert not set(found.remaining) & set(full)
    for said in found.rungs:
        assert "None" not in said.text.format_map(said.values)  # every placeholder has something to say
