"""What an SMS means to somebody who has a list of options before them, or an old one, or none."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import RESERVED_WORDS
from bot.channels.sms.reading import WORDS, More, Screen, hear, is_numbered, named, signature
from dialogs.conversation import Conversation
from dialogs.effects import Question
from dialogs.events import Ask, Choose, Event, Reopen, Say, Stray
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.machine import open_question, step
from dialogs.understanding.reader import Reader

KNOWLEDGE = load_knowledge()


def asked(fact: str, **cells: str) -> Question:
    return Question(fact, KNOWLEDGE.asking(fact, cells))


def screen_of(question: Question) -> Screen:
    """The screen of a question, its labels as on the SMS."""
    options = question.asking.options
    return {
        "asked": signature(question),
        "choices": [[KNOWLEDGE.label(question.fact, value), f"{question.fact}={value}"] for value in options],
        "numbered": is_numbered(question.asking),
        "rest": [],
        "end": "",
    }


PREFECTURE = asked("prefecture")
PROCEDURE = asked("procedure")
AGE = asked("age_at_entry")
EXPIRY = asked("expires_on")


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("1", PREFECTURE, Choose("prefecture", "74")),
        ("2.", PREFECTURE, Choose("prefecture", "38")),
        (" 3) ", PREFECTURE, Choose("prefecture", "973")),
        ("n°2", PREFECTURE, Choose("prefecture", "38")),
        ("numéro 2", PREFECTURE, Choose("prefecture", "38")),
        ("٢", PREFECTURE, Choose("prefecture", "38")),
        ("2 Isère (38)", PREFECTURE, Choose("prefecture", "38")),
        ("2 isere", PREFECTURE, Choose("prefecture", "38", guessed=True)),
        ("38", PREFECTURE, Choose("prefecture", "38")),
        ("973", PREFECTURE, Choose("prefecture", "973")),
        ("69", PREFECTURE, Say("69")),
        ("38000", PREFECTURE, Say("38000")),
        ("haute savoie", PREFECTURE, Choose("prefecture", "74", guessed=True)),
        ("ISERE", PREFECTURE, Choose("prefecture", "38", guessed=True)),
        ("Lyon", PREFECTURE, Say("Lyon")),
        ("17", PROCEDURE, Choose("procedure", "vehicle_registration")),
        ("18", PROCEDURE, Stray("no_such_number")),
        ("0018", PROCEDURE, Say("0018")),
        ("nationalite", PROCEDURE, Choose("procedure", "naturalisation", guessed=True)),
        ("Nationalité française", PROCEDURE, Choose("procedure", "naturalisation")),
        ("renouveler", PROCEDURE, Say("renouveler")),
        ("renouveler mon t", PROCEDURE, Choose("procedure", "renewal", guessed=True)),
        ("1 renouveler mon titre", PROCEDURE, Choose("procedure", "renewal")),
        ("carte", PROCEDURE, Say("carte")),
        ("je veux renouveler", PROCEDURE, Say("je veux renouveler")),
        ("9", AGE, Say("9")),
        ("1", AGE, Say("1")),
        ("je ne sais pas", AGE, Choose("age_at_entry", "unsaid")),
        ("1", EXPIRY, Say("1")),
        ("13/04/2027", EXPIRY, Say("13/04/2027")),
        ("1 2", PREFECTURE, Say("1 2")),
        ("1.1", PREFECTURE, Say("1.1")),
    ],
)
def test_an_answer_to_the_question_on_the_screen(text: str, question: Question, expected: Event) -> None:
    assert hear(text, screen_of(question), question) == expected


@pytest.mark.parametrize("screen", [None, screen_of(PROCEDURE), screen_of(AGE)])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", Ask("back")),
        ("O", Ask("back")),
        ("Retour !", Ask("back")),
        ("SUITE", More()),
        ("la suite", More()),
        ("more", More()),
        ("PIECES", Ask("documents")),
        ("pièces ?", Ask("documents")),
        ("Docs", Ask("documents")),
        ("Pourquoi ?", Ask("why")),
        ("why", Ask("why")),
        ("plein", Ask("calendar_full")),
        ("FULL", Ask("calendar_full")),
    ],
)
def test_the_words_of_the_sms_at_any_moment(text: str, screen: Screen | None, expected: Event | More) -> None:
    assert hear(text, screen, PROCEDURE) == expected


@pytest.mark.parametrize(
    ("screen", "question"),
    [
        (screen_of(PREFECTURE), PROCEDURE),  # answered in another window
        (screen_of(PROCEDURE), None),  # the answer was reached there
        (screen_of(AGE), PROCEDURE),
        (screen_of(PROCEDURE), AGE),
        ({**screen_of(PROCEDURE), "asked": ["procedure", ["renewal", "pickup"]]}, PROCEDURE),  # the options changed
        (None, PROCEDURE),  # asked in another window only
        ({"asked": None, "choices": [], "numbered": True, "rest": [], "end": ""}, PROCEDURE),  # asked there since
    ],
)
def test_a_number_for_another_question_is_not_believed(screen: Screen | None, question: Question | None) -> None:
    assert hear("2", screen, question) == Stray("changed")


def test_words_still_say_what_they_say_when_the_question_changed() -> None:
    assert hear("Isère (38)", screen_of(PREFECTURE), PROCEDURE) == Say("Isère (38)")


def test_what_was_offered_may_be_taken_whatever_is_asked() -> None:
    screen = {"asked": None, "choices": [["Carte grise", "~permit"], ["Autre", "?why"]], "numbered": True, "rest": []}
    assert hear("1", screen, PROCEDURE) == Reopen("permit")
    assert hear("autre", screen, None) == Ask("why")
    assert hear("3", screen, PROCEDURE) == Stray("no_such_number")
    assert hear("38", screen, PREFECTURE) == Choose("prefecture", "38")


def test_a_bare_number_with_nothing_asked_changes_nothing() -> None:
    """« 22 » after an answer is no move to the Côtes-d’Armor."""
    assert hear("22", None, None) == Stray("no_such_number")
    assert hear("38000", None, None) == Say("38000")


@given(st.sampled_from(sorted(RESERVED_WORDS | WORDS.keys())))
def test_no_word_of_the_carriers_or_of_ours_names_an_option(word: str) -> None:
    for entry in KNOWLEDGE.questions.facts:
        for asking in entry.ask:
            labels = [KNOWLEDGE.label(entry.name, value) for value in asking.options]
            chosen = named(word, labels)
            assert chosen is None or word not in RESERVED_WORDS, (word, labels)
    assert not RESERVED_WORDS & WORDS.keys()


@given(st.text(max_size=30))
def test_any_text_means_something(text: str) -> None:
    assert hear(text, screen_of(PROCEDURE), PROCEDURE) is not None


def test_the_question_asked_again_changes_nothing(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = step(knowledge, reader, Conversation(), Choose("prefecture", "38"), now).conversation
    question = open_question(knowledge, reader, conversation, now)
    assert question is not None
    assert question.fact == "procedure"
    event = hear("99", screen_of(question), question)
    assert isinstance(event, Stray)
    result = step(knowledge, reader, conversation, event, now)
    assert result.conversation == conversation
    assert question in result.effects
