"""What may be asked at any moment."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dialogs.knowledge.library import Knowledge
from dialogs.outlook import look
from dialogs.serving import ALERTS
from dialogs.topics import Topic, talk
from dialogs.understanding.reading import Value

NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))


def topic(knowledge: Knowledge, intent: str, **facts: Value) -> Topic:
    outlook = look(knowledge, facts, NOW)
    return talk(knowledge, intent, outlook.rule, outlook.known, NOW)


def said(found: Topic) -> str:
    return "\n".join(phrase.text for phrase in found.paragraphs)


@pytest.mark.parametrize("code", [None, "74", "38", "973", "69"])
def test_every_topic_has_something_to_say_everywhere(knowledge: Knowledge, code: str | None) -> None:
    facts: dict[str, Value] = {"prefecture": code} if code else {}
    for intent in knowledge.national.topics:
        found = topic(knowledge, intent, **facts)
        assert found.paragraphs, f"{intent} in {code}"
        assert found.sources
        for phrase in found.paragraphs:
            phrase.text.format_map(phrase.values)


def test_what_the_machine_does_not_do_itself_is_a_topic(knowledge: Knowledge) -> None:
    done = {
        "calendar_full",
        "why",
        "change",
        "back",
        "restart",
        "erase",
        "documents",
        "stop_reminders",
        "papers_done",
        *ALERTS,
    }
    assert set(knowledge.questions.intents) - done <= set(knowledge.national.topics)


@pytest.mark.parametrize(("printed", "typed"), [("F002345678", "0002345678"), ("973123456", "9731023456")])
def test_a_number_is_answered_first(knowledge: Knowledge, printed: str, typed: str) -> None:
    """F48, F49."""
    found = topic(knowledge, "agdref", prefecture="973", agdref=printed)
    first = found.paragraphs[0]
    assert "{number}" in first.text
    assert first.values["number"] == typed
    assert "F973123456" not in said(found)


@pytest.mark.parametrize("printed", ["12345678", "F12345678", "12345678901", "abc"])
def test_a_number_of_another_length_is_never_guessed(knowledge: Knowledge, printed: str) -> None:
    found = topic(knowledge, "agdref", agdref=printed)
    assert "{number}" not in said(found)
    assert "bonne longueur" in found.paragraphs[0].text


def test_without_a_number_the_rule_is_told(knowledge: Knowledge) -> None:
    found = said(topic(knowledge, "agdref", prefecture="973"))
    assert "F002345678" in found
    assert "F973123456" in found
    assert "bonne longueur" not in found


def test_fifteen_minutes_are_of_guyane_alone(knowledge: Knowledge) -> None:
    """F52."""
    assert "15 minutes" in said(topic(knowledge, "booking_trouble", prefecture="973"))
    for code in ("74", "38", "69"):
        assert "15 minutes" not in said(topic(knowledge, "booking_trouble", prefecture=code))


def test_nobody_is_promised_the_right_to_work(knowledge: Knowledge) -> None:
    found = said(topic(knowledge, "may_i_work"))
    assert "Je ne peux pas promettre" in found


@pytest.mark.parametrize(
    ("permit", "expires_on", "state", "until"),
    [
        ("resident_10y", date(2026, 11, 1), "open", date(2027, 2, 1)),
        ("csp", date(2026, 8, 21), "open", date(2026, 11, 21)),
        ("csp", date(2026, 8, 20), "late", date(2026, 11, 20)),
    ],
)
def test_three_months_of_rights_are_counted(
    knowledge: Knowledge, permit: str, expires_on: date, state: str, until: date
) -> None:
    """F94."""
    found = topic(knowledge, "may_i_work", permit=permit, expires_on=expires_on).deadline
    assert found is not None
    assert (found.state, found.closes) == (state, until)


def test_a_card_of_one_year_has_no_such_months(knowledge: Knowledge) -> None:
    assert topic(knowledge, "may_i_work", permit="cst", expires_on=date(2026, 11, 1)).deadline is None


def test_the_prefecture_speaks_before_the_others(knowledge: Knowledge) -> None:
    found = topic(knowledge, "human", prefecture="973")
    assert "0594 39 45 00" in found.paragraphs[0].text
    assert "0594 39 45 00" not in said(topic(knowledge, "human", prefecture="74"))


def test_an_unknown_intent_says_nothing(knowledge: Knowledge) -> None:
    assert topic(knowledge, "nonsense").paragraphs == ()
