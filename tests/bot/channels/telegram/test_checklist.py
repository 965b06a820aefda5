"""The list of documents, ticked by tapping: the same message edited, pages of eight, and a way back."""

from datetime import datetime
from itertools import chain
from typing import Any

import pytest

from bot.buttons import decode
from bot.channels.telegram.keyboards import PAGE
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import read
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.effects import Answered
from dialogs.events import Ask, Tick
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader, Step, step

FACTS = {"prefecture": "74", "procedure": "renewal", "permit": "cst", "ground": "other"}
SCREEN = 31


class Hand:
    """Somebody who taps on one message; nothing is remembered between two taps but the conversation."""

    def __init__(self, knowledge: Knowledge, reader: Reader, words: Words, now: datetime) -> None:
        self.knowledge, self.reader, self.words, self.now = knowledge, reader, words, now
        self.conversation = Conversation().tell(FACTS, "pressed")
        self.result = Step(self.conversation, (), step(knowledge, reader, self.conversation, None, now).trace)

    def taps(self, data: str) -> list[dict[str, Any]]:
        chat = {"id": 7, "type": "private"}
        message = {"message_id": SCREEN, "date": 1, "chat": chat}
        pressed = {"id": "1", "from": {"id": 7}, "data": data, "message": message}
        incoming = read({"update_id": 1, "callback_query": pressed}, self.knowledge)
        assert incoming is not None
        self.result = step(self.knowledge, self.reader, self.conversation, incoming.event, self.now)
        self.conversation = self.result.conversation
        return messages(incoming, self.result, self.words)


@pytest.fixture
def hand(knowledge: Knowledge, reader: Reader, words: Words, now: datetime) -> Hand:
    return Hand(knowledge, reader, words, now)


def buttons(message: dict[str, Any]) -> dict[str, str]:
    rows = message["reply_markup"]["inline_keyboard"]
    return {button["callback_data"]: button["text"] for button in chain.from_iterable(rows)}


def ticks(message: dict[str, Any]) -> list[str]:
    return [data for data in buttons(message) if isinstance(decode(data), Tick)]


def test_the_list_is_a_message_of_its_own_with_eight_to_tick(hand: Hand) -> None:
    (shown,) = hand.taps("?checklist")
    assert shown["method"] == "sendMessage"
    assert len(ticks(shown)) == PAGE
    assert all(buttons(shown)[data].startswith("☐ ") for data in ticks(shown))
    assert {"#papers:1", "?papers_done"} <= buttons(shown).keys()


def test_a_tap_edits_the_same_message_and_stays_on_its_page(hand: Hand) -> None:
    hand.taps("?checklist")
    (second,) = hand.taps("#papers:1")
    assert (second["method"], second["message_id"]) == ("editMessageReplyMarkup", SCREEN)
    (chosen, *others) = ticks(second)
    (ticked,) = hand.taps(chosen)
    assert (ticked["method"], ticked["message_id"]) == ("editMessageText", SCREEN)
    assert "☑" in ticked["text"]
    now_shown = ticks(ticked)
    assert now_shown[1:] == others
    assert now_shown[0] == f"-{chosen[1:]}"
    assert buttons(ticked)[now_shown[0]].startswith("☑ ")


def test_a_double_tap_is_one(hand: Hand) -> None:
    (shown,) = hand.taps("?checklist")
    chosen = ticks(shown)[0]
    assert hand.taps(chosen)
    assert hand.taps(chosen) == []
    assert hand.conversation.facts["papers"] == chosen[1:]
    hand.taps(f"-{chosen[1:]}")
    assert "papers" not in hand.conversation.facts


def test_every_document_can_be_reached_and_ticked(hand: Hand) -> None:
    (shown,) = hand.taps("?checklist")
    reached: list[str] = []
    page: dict[str, Any] | None = shown
    number = 0
    while page is not None:
        reached += ticks(page)
        number += 1
        page = hand.taps(f"#papers:{number}")[0] if f"#papers:{number}" in buttons(page) else None
    assert len(reached) == len(set(reached)) > PAGE
    for each in reached:
        hand.taps(each)
    assert set(hand.conversation.facts["papers"].split(",")) == {each[1:] for each in reached}


def test_done_goes_back_to_the_answer(hand: Hand) -> None:
    hand.taps("?checklist")
    (back,) = hand.taps("?papers_done")
    assert (back["method"], back["message_id"]) == ("editMessageText", SCREEN)
    assert any(isinstance(effect, Answered) for effect in hand.result.effects)


def test_a_page_of_a_list_that_is_gone_says_what_is_missing(hand: Hand) -> None:
    hand.taps("?checklist")
    hand.conversation = Conversation()
    (said,) = hand.taps("#papers:1")
    assert said["text"]
    assert not ticks(said)


def test_an_agenda_comes_as_a_file_under_its_words(hand: Hand) -> None:
    (said,) = hand.taps("?agenda")
    assert said["method"] == "sendDocument"
    assert said["document"]["text"].startswith("BEGIN:VCALENDAR")
    assert "Vos dates" in said["caption"]
    assert Ask("remind_me") in [decode(data) for data in buttons(said)]


def test_without_a_date_there_is_no_file(hand: Hand) -> None:
    hand.conversation = Conversation().tell({"prefecture": "38", "procedure": "pickup"}, "pressed")
    (said,) = hand.taps("?agenda")
    assert said["method"] == "sendMessage"
