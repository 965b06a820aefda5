"""Dates, hours and lists as people say them."""

from datetime import date, datetime

import pytest

from bot.words import Words, catalogue
from dialogs.answers import Phrase
from dialogs.effects import Did, Noted
from dialogs.knowledge.library import Knowledge


@pytest.fixture
def french(knowledge: Knowledge) -> Words:
    return Words(knowledge, "fr")


@pytest.fixture
def english(knowledge: Knowledge) -> Words:
    return Words(knowledge, "en")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2027, 2, 13), "samedi 13 février 2027"),
        (date(2026, 12, 1), "mardi 1er décembre 2026"),
        (date(2026, 12, 11), "vendredi 11 décembre 2026"),
        (date(2026, 12, 21), "lundi 21 décembre 2026"),
        (datetime(2026, 11, 23, 8), "lundi 23 novembre 2026 à 8 h"),
        (datetime(2026, 11, 23, 0), "lundi 23 novembre 2026 à 0 h"),
        (datetime(2026, 11, 23, 13, 30), "lundi 23 novembre 2026 à 13 h 30"),
        (("3.2",), "3.2"),
        (("3.2", "3.3"), "3.2 ou 3.3"),
        (("3.2", "3.3", "3.4"), "3.2, 3.3 ou 3.4"),
        ("0002345678", "0002345678"),
    ],
)
def test_in_french(french: Words, value: object, said: str) -> None:
    assert french.value(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 12, 1), "Tuesday, 1 December 2026"),
        (("3.2", "3.3"), "3.2 or 3.3"),
        (("3.2", "3.3", "3.4"), "3.2, 3.3, or 3.4"),
    ],
)
def test_in_english(english: Words, value: object, said: str) -> None:
    plain = english.value(value).replace(",", "")
    assert plain == said.replace(",", "")


@pytest.mark.parametrize(
    ("moment", "hour"),
    [(datetime(2026, 11, 23, 8), "8"), (datetime(2026, 11, 23, 13, 30), "30"), (datetime(2026, 11, 23), "")],
)
def test_an_hour_in_english(english: Words, moment: datetime, hour: str) -> None:
    said = english.value(moment)
    assert "November 2026" in said
    assert hour in said
    assert " à " not in said
    assert " h" not in said


def test_a_phrase_is_filled_in(french: Words) -> None:
    phrase = Phrase("Entre le {opens} et le {closes}.", {"opens": date(2027, 2, 1), "closes": date(2027, 4, 13)})
    assert french.phrase(phrase) == "Entre le lundi 1er février 2027 et le mardi 13 avril 2027."


def test_a_text_without_values_keeps_its_braces(french: Words) -> None:
    assert french.text("Une accolade { seule") == "Une accolade { seule"
    assert french.text("Une accolade { seule", {}) == "Une accolade { seule"


def test_facts_by_their_labels(french: Words) -> None:
    assert french.fact("prefecture", "74") == "Haute-Savoie (74)"
    assert french.fact("prefecture", "2A") == "Corse-du-Sud (2A)"
    assert french.fact("permit", "student") == "Étudiant"
    assert french.fact("age_at_entry", 12) == "12"
    assert french.fact("commune", "Mana") == "Mana"
    assert french.fact("expires_on", date(2027, 4, 13)) == "mardi 13 avril 2027"


def test_a_change_says_what_was_before(french: Words) -> None:
    said = french.effect(Noted({"permit": "csp", "age_at_entry": 9}, {"permit": "cst"}))
    assert french.fact("permit", "cst") in said
    assert french.fact("permit", "csp") in said
    assert len(said.splitlines()) == 2


def test_what_a_person_types_is_never_read_as_a_template(french: Words) -> None:
    said = french.effect(Noted({"commune": "{site} %(title)s {{ 7 * 7 }}"}))
    assert "{site} %(title)s {{ 7 * 7 }}" in said


def test_both_languages_say_every_word_of_confirmation(french: Words, english: Words) -> None:
    for what in ("back", "at_start", "restarted", "erased", "needs_situation"):
        assert french.effect(Did(what)) != english.effect(Did(what)) != ""


def test_french_is_its_own_catalogue() -> None:
    assert catalogue("fr") == {}
    assert catalogue("en")
