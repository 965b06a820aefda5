"""A foreigner's number is answered and forgotten, however it is given."""

import json
from datetime import datetime

import pytest

from bot.situation import Situation, respond
from dialogs.conversation import Conversation
from dialogs.events import Choose, Say
from dialogs.knowledge.library import Knowledge
from dialogs.machine import step
from dialogs.understanding.reader import Reader
from tests.person import Person

NUMBERS = ["F973123456", "973123456", "9731234567", "F002345678", "97 31 23 45 67"]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "message",
    ["{}", "mon numéro est {}", "je renouvelle ma carte à Cayenne, numéro étranger {}", "my foreigner number is {}"],
)
def test_a_number_that_is_typed(knowledge: Knowledge, reader: Reader, now: datetime, message: str, number: str) -> None:
    person = Person(knowledge, reader, now)
    person.types([message.format(number), "mes données"])
    conversation = person.conversation
    kept = json.dumps(conversation.to_json())
    digits = "".join(sign for sign in number if sign.isdigit())
    assert "agdref" not in kept
    assert number not in kept
    assert digits not in kept
    assert digits not in repr(conversation)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("fact", ["agdref", "permit", "expires_on", "full_calendars", "age_at_entry", "prefecture"])
def test_a_number_that_is_sent_as_an_option(
    knowledge: Knowledge, reader: Reader, now: datetime, fact: str, number: str
) -> None:
    result = step(knowledge, reader, Conversation(), Choose(fact, number), now)
    assert number not in json.dumps(result.conversation.to_json())
    assert number not in str(result.trace)


def test_a_number_is_no_part_of_the_trace(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    result = step(knowledge, reader, Conversation(), Say("mon numéro est F973123456"), now)
    assert "973123456" not in str(result.trace)


def test_a_number_in_a_situation_comes_back_only_as_what_to_type(knowledge: Knowledge, now: datetime) -> None:
    reply = respond(knowledge, Situation({"prefecture": "973", "agdref": "F973123456"}, now))
    assert reply["agdref"] == "9731023456"
    assert "F973123456" not in json.dumps({field: value for field, value in reply.items() if field != "text"})
