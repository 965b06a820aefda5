"""One situation in, the next question or the answer out."""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.situation import IN_CONVERSATION_ONLY, BadSituation, Situation, moment, respond
from dialogs.knowledge.library import load_knowledge
from dialogs.paths import samples

KNOWLEDGE = load_knowledge()
NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))
CHANNELS = {
    "booking",
    "form",
    "anef",
    "natali",
    "ants",
    "email",
    "walk_in",
    "pickup_notice",
    "other_office",
    "official_site",
}
ANSWER_FIELDS = {
    "status",
    "rule",
    "channel",
    "calendars",
    "supplementary",
    "url",
    "email",
    "place",
    "documents",
    "releases",
    "deadline",
    "warnings",
    "sources",
    "text",
}


def ask(intent: str | None = None, as_of: str = "2026-11-21", language: str = "fr", **facts: str) -> dict[str, Any]:
    return respond(KNOWLEDGE, Situation(facts, moment(as_of), intent, language))


def typed() -> st.SearchStrategy[dict[str, str]]:
    values = {
        name: st.sampled_from([kind.say(value) for value in samples(kind, NOW.date())])
        for name, kind in KNOWLEDGE.kinds.items()
        if kind.cells
    }
    return st.fixed_dictionaries(
        {}, optional={**values, "full_calendars": st.sampled_from(["3.1", "1.1,1.2", "unsaid"])}
    )


intents = st.sampled_from([None, *(set(KNOWLEDGE.questions.intents) - IN_CONVERSATION_ONLY)])


@given(typed(), intents, st.sampled_from(["fr", "en"]))
def test_every_situation_has_a_question_or_an_answer(facts: dict[str, str], intent: str | None, language: str) -> None:
    reply = respond(KNOWLEDGE, Situation(facts, NOW, intent, language))
    assert json.loads(json.dumps(reply)) == reply
    assert reply["text"]
    if reply["status"] == "question":
        assert reply["fact"] in KNOWLEDGE.kinds
        assert all(option["value"] and option["label"] for option in reply["options"])
        return
    assert reply.keys() >= ANSWER_FIELDS
    assert reply["channel"] in CHANNELS
    assert reply["sources"]
    for release in reply["releases"]:
        assert date.fromisoformat(release["next"][:10]) > NOW.date()


def test_the_first_question() -> None:
    reply = ask()
    assert (reply["status"], reply["fact"]) == ("question", "prefecture")
    assert {"value": "74", "label": "Haute-Savoie (74)"} in reply["options"]


def test_an_answer() -> None:
    reply = ask(prefecture="74", procedure="renewal", permit="cst", expires_on="2027-04-13")
    assert reply["rule"] == "74-renewal-short"
    assert (reply["channel"], reply["calendars"], reply["supplementary"]) == ("booking", ["3.1"], ["3.2", "3.3", "3.4"])
    assert reply["releases"][0]["next"] == "2026-11-23T08:00:00+01:00"
    deadline = reply["deadline"]
    assert (deadline["state"], deadline["opens"], deadline["closes"]) == ("early", "2027-02-13", "2027-04-13")
    assert reply["documents"]
    assert "samedi 13 février 2027" in reply["text"]


def test_full_calendars_give_the_ladder() -> None:
    reply = ask("calendar_full", prefecture="74", procedure="renewal", permit="cst", full_calendars="3.1")
    assert (reply["calendars"], reply["supplementary"]) == (["3.1"], ["3.2", "3.3", "3.4"])
    assert any("3.2, 3.3 ou 3.4" in rung for rung in reply["ladder"])


def test_full_calendars_need_the_prefecture() -> None:
    assert ask("calendar_full")["fact"] == "prefecture"


def test_a_topic_needs_no_situation() -> None:
    reply = ask("scam")
    assert (reply["status"], reply["rule"]) == ("answer", "topic-scam")
    assert reply["sources"]


def test_the_number_is_answered_and_its_digits_given() -> None:
    reply = ask(agdref="F973123456", prefecture="973")
    assert reply["agdref"] == "9731023456"
    assert "9731023456" in reply["text"]
    assert ask(agdref="1234")["agdref"] is None


def test_documents_and_why_say_only_that() -> None:
    facts = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
    whole, documents, why = (ask(intent, **facts)["text"] for intent in (None, "documents", "why"))
    assert len({whole, documents, why}) == 3
    assert "calendrier 3.1" in whole
    assert "calendrier 3.1" not in documents
    assert "Comment prendre un rendez-vous" in why


def test_in_english_the_words_change_and_the_facts_do_not() -> None:
    facts = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
    french, english = ask(**facts), ask(language="en", **facts)
    assert french["text"] != english["text"]
    for field in ("rule", "channel", "calendars", "supplementary", "url"):
        assert french[field] == english[field]


def test_noon_in_paris_is_the_same_day_everywhere_in_france() -> None:
    now = moment("2026-11-21")
    for zone in ("America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "America/Guadeloupe"):
        assert now.astimezone(ZoneInfo(zone)).date() == date(2026, 11, 21)


def test_without_a_date_it_is_now() -> None:
    assert moment(None, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)) == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "wrong", "right"),
    [
        ({"star_sign": "leo"}, "star_sign", "prefecture"),
        ({"permit": "green"}, "green", "vls_ts"),
        ({"prefecture": "99"}, "99", "74"),
        ({"expires_on": "bientôt"}, "bientôt", "2027-04-13"),
        ({"expires_on": "9999-12-31"}, "9999-12-31", "2027-04-13"),
        ({"age_at_entry": "jeune"}, "jeune", "12"),
        ({"full_calendars": "le premier"}, "le premier", "3.1"),
    ],
)
def test_what_is_wrong_and_what_would_be_right(facts: dict[str, str], wrong: str, right: str) -> None:
    with pytest.raises(BadSituation) as refused:
        ask(**facts)
    assert wrong in str(refused.value)
    assert right in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("intent", ["back", "restart", "change", "nonsense"])
def test_an_intent_of_a_conversation_is_refused(intent: str) -> None:
    with pytest.raises(BadSituation, match="calendar_full"):
        ask(intent)


@pytest.mark.parametrize("as_of", ["demain", "2026-13-01", "", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused(as_of: str) -> None:
    with pytest.raises(BadSituation, match="2026-11-21"):
        ask(as_of=as_of)
