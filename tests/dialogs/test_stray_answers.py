"""Answers that fit nothing that is asked now, and a bare date under an answer that wants one."""

from datetime import date, datetime

import pytest

from dialogs.conversation import Conversation
from dialogs.effects import Answered, Did, Lost, Noted, Question
from dialogs.events import Ask, Choose, Say, Stray
from dialogs.knowledge.library import Knowledge
from dialogs.machine import open_question, step
from dialogs.understanding.reader import Reader

FACTS = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}


@pytest.fixture
def asked(knowledge: Knowledge, reader: Reader, now: datetime) -> Conversation:
    """Somebody who is asked what they want to do."""
    return step(knowledge, reader, Conversation(), Choose("prefecture", "74"), now).conversation


@pytest.fixture
def answered() -> Conversation:
    return Conversation().tell(FACTS, "pressed")


def test_a_number_of_no_list_asks_again_and_changes_nothing(
    asked: Conversation, knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    result = step(knowledge, reader, asked, Stray("no_such_number"), now)
    assert result.conversation == asked
    assert result.effects == (Did("no_such_number"), open_question(knowledge, reader, asked, now))


def test_where_things_changed_since_we_say_where_we_are(
    answered: Conversation, knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    result = step(knowledge, reader, answered, Stray("changed"), now)
    assert result.conversation == answered
    said, reached = result.effects
    assert said == Did("changed")
    assert isinstance(reached, Answered)
    assert step(knowledge, reader, answered, Stray("no_such_number"), now).effects == (Did("no_such_number"),)


def test_the_open_question_is_the_one_that_was_asked(
    asked: Conversation, answered: Conversation, knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    before = step(knowledge, reader, Conversation(), Ask("restart"), now)
    assert open_question(knowledge, reader, Conversation(), now) in before.effects
    question = open_question(knowledge, reader, asked, now)
    assert isinstance(question, Question)
    assert question.fact == "procedure"
    assert open_question(knowledge, reader, answered, now) is None


def test_a_bare_date_under_the_answer_is_the_one_it_wants(
    answered: Conversation, knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    result = step(knowledge, reader, answered, Say("13/04/2027"), now)
    assert result.conversation.facts["expires_on"] == date(2027, 4, 13)
    assert any(isinstance(effect, Answered) and effect.part == "dates" for effect in result.effects)


def test_other_words_under_the_answer_are_not_taken_for_a_date(
    answered: Conversation, knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    for text in ("je ne sais pas", "3", "blabla"):
        result = step(knowledge, reader, answered, Say(text), now)
        assert "expires_on" not in result.conversation.facts, text
    assert isinstance(step(knowledge, reader, answered, Say("blabla"), now).effects[0], Lost)


def test_an_option_that_was_only_begun_is_said_back(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    said = step(knowledge, reader, Conversation(), Choose("prefecture", "38", guessed=True), now).effects
    assert said[0] == Noted({"prefecture": "38"})
    assert step(knowledge, reader, Conversation(), Choose("prefecture", "38"), now).effects == said[1:]
