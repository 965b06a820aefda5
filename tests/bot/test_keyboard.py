"""What can be pressed under a message."""

import pytest

from bot.keyboard import Option, menu, options
from bot.menus import FILES
from bot.words import Words
from dialogs.effects import Did, Listed, Lost, Noted, Offered, Question
from dialogs.events import Ask, Choose, Reopen
from dialogs.knowledge.library import Knowledge
from dialogs.understanding.reading import Guess


@pytest.fixture
def words(knowledge: Knowledge) -> Words:
    return Words(knowledge, "fr")


def question(knowledge: Knowledge, fact: str) -> Question:
    return Question(fact, knowledge.entries[fact].ask[-1])


def test_a_question_offers_its_options_in_their_order(knowledge: Knowledge, words: Words) -> None:
    asked = question(knowledge, "issued_by")
    assert options([asked], words) == [
        Option("La France", Choose("issued_by", "france")),
        Option("Un autre pays européen", Choose("issued_by", "other_eu")),
    ]


def test_a_question_passes_before_a_menu(knowledge: Knowledge, words: Words) -> None:
    asked = question(knowledge, "issued_by")
    assert options([Lost(menu=True), asked], words) == options([asked], words)


def test_guesses_pass_before_everything(knowledge: Knowledge, words: Words) -> None:
    offered = Offered((Guess("permit", "cst"), Guess(None, "calendar_full")))
    assert options([offered, question(knowledge, "issued_by")], words) == [
        Option(words.fact("permit", "cst"), Choose("permit", "cst")),
        Option(words.intent("calendar_full"), Ask("calendar_full")),
    ]


def test_to_change_offers_each_answer(words: Words) -> None:
    listed = Listed({"prefecture": "69", "age_at_entry": 12}, "change")
    assert options([listed], words) == [
        Option("Préfecture : Rhône (69)", Reopen("prefecture")),
        Option("Âge à l’entrée en France : 12", Reopen("age_at_entry")),
    ]


def test_a_word_of_confirmation_offers_nothing(words: Words) -> None:
    assert options([Did("back")], words) == []
    assert options([Noted({"permit": "cst"})], words) == []
    assert options([], words) == []


def test_no_two_options_are_called_the_same(knowledge: Knowledge) -> None:
    for language in ("fr", "en"):
        words = Words(knowledge, language)
        shown = [asking.options for entry in knowledge.questions.facts for asking in entry.ask]
        for entry in knowledge.questions.facts:
            for asking in entry.ask:
                labels = [words.fact(entry.name, option) for option in asking.options]
                assert len(labels) == len(set(labels)), (entry.name, labels)
        assert shown


def test_every_menu_offers_intents(knowledge: Knowledge, words: Words) -> None:
    for name, intents in knowledge.questions.menus.items():
        offered = [option.event for option in menu(name, words)]
        assert offered == [Ask(intent) for intent in intents if intent not in FILES]
