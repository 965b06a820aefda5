"""What people read on Telegram, on every path and in every language."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import decode
from bot.channels.limits import LIMITS
from bot.channels.telegram.rendering import length, messages, split
from bot.incoming import Incoming
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.effects import (
    Answered,
    Climbed,
    Declined,
    Did,
    Effect,
    Linking,
    Listed,
    Noted,
    Question,
    Talked,
    Unreadable,
    Welcome,
)
from dialogs.events import Ask, Attach, Choose, Event, Reopen, Say, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.ladder import climb
from dialogs.machine import LANGUAGES, Step, Trace, step
from dialogs.outlook import answer
from dialogs.paths import ways
from dialogs.topics import talk
from dialogs.understanding.reader import Reader
from tests.bot_api.entities import plain, units

MOST = LIMITS["telegram"].message


def said(*effects: Effect) -> Step:
    return Step(Conversation(), effects, Trace({}, (), None))


def incoming(event: Event | None = None, **more: Any) -> Incoming:
    return Incoming("telegram", "1", "7", event, **more)


def checked(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Messages that the Bot API takes: HTML it can read, lengths, what the buttons carry."""
    for message in found:
        assert message["parse_mode"] == "HTML"
        text = plain(message["text"])
        assert 1 <= units(text) <= MOST
        assert text.strip() == text
        assert not re.search(r"</?[a-z]+>|&(?:amp|lt|gt|#\d+);|\bNone\b(?! of)|%\(", text), text
        for row in message.get("reply_markup", {}).get("inline_keyboard", ()):
            for button in row:
                assert 1 <= len(button["callback_data"].encode()) <= 64
                assert decode(button["callback_data"]) is not None
    assert not any("reply_markup" in message for message in found[:-1])
    return found


def everything(knowledge: Knowledge, now: datetime) -> Iterator[tuple[Effect, ...]]:
    """What each path can lead to: its questions, its answer, its ladder, the topics there."""
    questions = set()
    for way in ways(knowledge, now):
        reached = answer(knowledge, way.outlook, now)
        known = way.outlook.known
        yield (Noted(dict(way.asked)), Answered(reached))
        yield from ((Answered(reached, part),) for part in ("documents", "why", "dates"))
        ladder = climb(knowledge, way.outlook.rule, {**known, "full_calendars": "unsaid"}, now)
        yield (Climbed(ladder, reached),)
        yield (Climbed(ladder, None, "why"),)
        yield (Listed(dict(way.asked), "change"),)
        yield (Listed(dict(way.asked), "my_data"),)
        for fact in way.asked:
            asking = knowledge.asking(fact, knowledge.cells(known, now.date()))
            if (fact, asking.text) not in questions:
                questions.add((fact, asking.text))
                yield from ((Question(fact, asking, again),) for again in (False, True))
    for code in (None, "69", *knowledge.prefectures):
        for intent in knowledge.questions.intents:
            yield (Talked(talk(knowledge, intent, None, {"prefecture": code} if code else {}, now)),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_path_is_what_telegram_takes(
    knowledge: Knowledge, now: datetime, spoken: dict[str, Words], language: str
) -> None:
    rendered = 0
    for effects in everything(knowledge, now):
        found = checked(messages(incoming(), said(*effects), spoken[language]))
        rendered += len(found)
        if isinstance(effects[-1], Question | Answered | Climbed):
            assert len(found) == 1, effects
    assert rendered > 3000


def test_one_message_for_a_step_with_the_keyboard_under_it(knowledge: Knowledge, reader: Reader, words: Words) -> None:
    now = datetime.fromisoformat("2026-11-21T12:00:00+01:00")
    result = step(knowledge, reader, Conversation(), Tell({"prefecture": "74"}), now)
    (message,) = checked(messages(incoming(), result, words))
    assert message["method"] == "sendMessage"
    text = plain(message["text"])
    assert text.startswith("Bonjour.")
    assert "Haute-Savoie (74)" in text
    assert text.endswith("Que voulez-vous faire ?")
    assert message["reply_markup"]["inline_keyboard"][0] == [
        {"text": "Renouveler mon titre", "callback_data": "procedure=renewal"}
    ]


def test_a_tap_is_answered_where_it_was_made(knowledge: Knowledge, words: Words) -> None:
    effects = said(Question("issued_by", knowledge.entries["issued_by"].ask[0]))
    (message,) = messages(incoming(Choose("permit", "long_term_resident_eu"), screen="31"), effects, words)
    assert (message["method"], message["message_id"]) == ("editMessageText", 31)


def test_a_double_tap_says_nothing(knowledge: Knowledge, reader: Reader, words: Words, now: datetime) -> None:
    tap = Choose("prefecture", "74")
    once = step(knowledge, reader, Conversation(), tap, now)
    twice = step(knowledge, reader, once.conversation, tap, now)
    assert messages(incoming(tap, screen="3"), once, words) != []
    assert messages(incoming(tap, screen="3"), twice, words) == []


def test_an_attachment_is_declined_and_the_question_asked_again(
    knowledge: Knowledge, reader: Reader, words: Words, now: datetime
) -> None:
    result = step(knowledge, reader, Conversation(), Attach("photo"), now)
    assert [type(effect) for effect in result.effects] == [Declined, Question]
    (message,) = checked(messages(incoming(), result, words))
    assert message["reply_markup"]["inline_keyboard"]


def test_who_comes_back_is_not_welcomed_again(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    first = step(knowledge, reader, Conversation(), Tell({"prefecture": "74", "gone": "x", "permit": "x"}), now)
    assert isinstance(first.effects[0], Welcome)
    assert first.conversation.facts == {"prefecture": "74"}
    again = step(knowledge, reader, first.conversation, Tell({}), now)
    assert again.effects[0] == Did("resumed")
    assert [type(effect) for effect in again.effects] == [Did, Question]


def test_a_link_that_changes_an_answer_says_so(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    before = Conversation().tell({"prefecture": "74"}, "pressed")
    result = step(knowledge, reader, before, Tell({"prefecture": "38", "procedure": "renewal"}), now)
    assert Noted({"prefecture": "38", "procedure": "renewal"}, {"prefecture": "74"}) in result.effects
    assert result.conversation.back() == before


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text(min_size=1, max_size=300).filter(lambda text: text.strip()))
def test_a_person_cannot_write_markup(spoken: dict[str, Words], language: str, text: str) -> None:
    typed = f"<b>{text}</i> & {{{text}}}"
    effect = Unreadable("expires_on", typed, "une date, par exemple 2027-04-13 ou 13/04/2027")
    (message,) = messages(incoming(), said(effect), spoken[language])
    assert typed in plain(message["text"])


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_page_changes_the_keyboard_alone(knowledge: Knowledge, reader: Reader, words: Words, now: datetime) -> None:
    conversation = Conversation().tell({"prefecture": "74"}, "pressed")
    result = step(knowledge, reader, conversation, None, now)
    (message,) = messages(incoming(page=("procedure", 1), screen="3"), result, words)
    assert set(message) == {"method", "message_id", "reply_markup"}
    assert (message["method"], message["message_id"]) == ("editMessageReplyMarkup", 3)
    assert message["reply_markup"]["inline_keyboard"][-2] == [
        {"text": "‹ … 1/3", "callback_data": "#procedure:0"},
        {"text": "… 3/3 ›", "callback_data": "#procedure:2"},
    ]
    assert message["reply_markup"]["inline_keyboard"][-1] == [{"text": "‹ Retour", "callback_data": "?back"}]


def test_a_page_of_an_older_question_still_turns(
    knowledge: Knowledge, reader: Reader, words: Words, now: datetime
) -> None:
    conversation = Conversation().tell({"prefecture": "74", "procedure": "renewal", "permit": "student"}, "pressed")
    result = step(knowledge, reader, conversation, None, now)
    (message,) = messages(incoming(page=("permit", 2), screen="3"), result, words)
    data = [row[0]["callback_data"] for row in message["reply_markup"]["inline_keyboard"]]
    assert data == ["permit=other", "#permit:1"]


@pytest.mark.parametrize("fact", ["commune", "expires_on", "entered_on"])
def test_a_page_of_what_has_no_options(
    knowledge: Knowledge, reader: Reader, words: Words, now: datetime, fact: str
) -> None:
    result = step(knowledge, reader, Conversation(), None, now)
    found = messages(incoming(page=(fact, 0), screen="3"), result, words)
    assert all(
        decode(row[0]["callback_data"]) is not None for m in found for row in m["reply_markup"]["inline_keyboard"]
    )


# --- long texts -----------------------------------------------------------------------------------------------------


def test_a_long_reply_is_cut_between_paragraphs(knowledge: Knowledge, words: Words) -> None:
    asked = Question("issued_by", knowledge.entries["issued_by"].ask[0])
    noted = Noted(dict.fromkeys(("commune", "district", "full_calendars"), "x" * 900))
    declined = Unreadable("expires_on", "y" * 2000, "une date")
    found = checked(messages(incoming(Reopen("issued_by"), screen="3"), said(noted, declined, asked), words))
    assert [message["method"] for message in found] == ["editMessageText", "sendMessage"]
    assert plain(found[1]["text"]).startswith("Je n’arrive pas à lire")
    assert "reply_markup" in found[1]


pieces = st.sampled_from(["a", "é", "😀", "&amp;", "&#39;", " ", "\n", "\n\n", "mot", "<b>titre</b>"])


@given(st.lists(pieces, max_size=120).map("".join), st.integers(8, 40))
def test_whatever_is_cut_is_whole_and_fits(text: str, most: int) -> None:
    parts = split(text, most)
    assert all(length(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(re.fullmatch(r"(?:[^&]|&(?:amp|#39);)*", part) for part in parts)


@given(st.lists(pieces, max_size=60).map("".join))
def test_lengths_are_those_of_telegram(text: str) -> None:
    assert length(text) == units(plain(text))


def test_the_terminal_says_it_plain(knowledge: Knowledge) -> None:
    effect = Unreadable("expires_on", "<b> & co", "une date")
    assert "« <b> & co »" in Words(knowledge, "fr").effect(effect)
    assert "« &lt;b&gt; &amp; co »" in Words(knowledge, "fr", "telegram").effect(effect)


@pytest.mark.parametrize("event", [Ask("help"), Say("bonjour"), Tell({}), Ask("language")])
def test_somebody_english_reads_english(
    knowledge: Knowledge, reader: Reader, spoken: dict[str, Words], now: datetime, event: Event
) -> None:
    result = step(knowledge, reader, Conversation(language="en", language_chosen=True), event, now)
    found = checked(messages(incoming(event), result, spoken[result.conversation.language]))
    assert found[-1]["reply_markup"]


def test_sharing_one_s_number_takes_a_button_of_its_own(
    knowledge: Knowledge, reader: Reader, words: Words, now: datetime
) -> None:
    """https://core.telegram.org/bots/api#keyboardbutton"""
    asked = Ask("share_number")
    (message,) = messages(incoming(asked), step(knowledge, reader, Conversation(), asked, now), words)
    ((button,),) = message["reply_markup"]["keyboard"]
    assert button == {"text": "Partager mon numéro", "request_contact": True}
    assert "gratuitement" in message["text"]
    assert "oublier mon numéro" in message["text"]
    (message,) = messages(incoming(), said(Linking("shared")), words)
    assert message["reply_markup"] == {"remove_keyboard": True}


def test_a_code_is_said_with_what_to_do_with_it(words: Words) -> None:
    (message,) = messages(incoming(), said(Linking("code", "012345")), words)
    assert message["text"].count("012345") == 2
    assert "reply_markup" not in message
