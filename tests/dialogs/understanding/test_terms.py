"""« C'est quoi … ? »: every term of the glossary is found by each of its words, and only when its meaning is asked."""

from datetime import date, datetime

import pytest

from dialogs.conversation import Conversation
from dialogs.effects import Defined
from dialogs.events import Say
from dialogs.knowledge.library import Knowledge
from dialogs.machine import step
from dialogs.understanding.reader import Reader

TODAY = date(2026, 11, 21)


def test_every_word_of_every_term(knowledge: Knowledge, reader: Reader) -> None:
    for name, term in knowledge.glossary.terms.items():
        for word in term.words:
            for question in (f"c'est quoi {word} ?", f"ça veut dire quoi {word}", f"what is {word}?"):
                reading = reader.read(question, TODAY)
                assert (reading.term, dict(reading.facts), reading.intent) == (name, {}, None), question


@pytest.mark.parametrize(
    "text", ["je renouvelle mon APS", "c'est quoi les documents pour une APS", "what is my AGDREF"]
)
def test_other_messages_ask_for_no_meaning(reader: Reader, text: str) -> None:
    assert reader.read(text, TODAY).term is None


def test_the_question_on_the_screen_comes_again(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    result = step(knowledge, reader, Conversation(), Say("c'est quoi un récépissé ?"), now)
    assert [type(effect).__name__ for effect in result.effects] == [Defined.__name__, "Question"]
    assert result.conversation.facts == {}
