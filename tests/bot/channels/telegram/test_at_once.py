"""What is answered beside the turn."""

import asyncio
from typing import Any

import pytest

from bot.channels.telegram.activity import activity
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.at_once import at_once
from bot.incoming import Incoming
from bot.words import Words
from dialogs.events import Ask, Say
from tests.bot_api import BotApiServer, Fault

GROUP = {"id": -100, "type": "group", "title": "Entraide"}


def in_group(**content: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 3, "date": 0, "chat": GROUP, **content}}


def test_a_pressed_button_stops_its_clock(words: Words) -> None:
    update = {"update_id": 1, "callback_query": {"id": "9", "from": {"id": 7}, "data": "permit=cst"}}
    assert at_once(update, words) == {"method": "answerCallbackQuery", "callback_query_id": "9"}


@pytest.mark.parametrize(
    "content",
    [
        {"text": "/start@rdv_sejour_bot"},
        {"text": "@rdv_sejour_bot bonjour", "entities": [{"type": "mention", "offset": 0, "length": 15}]},
        {"text": "et en Isère ?", "reply_to_message": {"message_id": 2}},
    ],
)
def test_a_group_that_speaks_to_us_is_told_where_to_write(words: Words, content: dict[str, Any]) -> None:
    call = at_once(in_group(**content), words)
    assert call is not None
    assert (call["method"], call["chat_id"]) == ("sendMessage", -100)
    assert "conversation privée" in call["text"]


def test_what_a_group_says_among_itself_is_its_own(words: Words) -> None:
    assert at_once(in_group(text="bonjour à tous"), words) is None
    assert at_once(in_group(photo=[]), words) is None
    assert at_once({"update_id": 1, "channel_post": {"message_id": 3, "chat": GROUP, "text": "x"}}, words) is None


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("left", "member", True),
        ("left", "administrator", True),
        ("member", "administrator", False),
        ("member", "left", False),
    ],
)
def test_whoever_adds_us_is_told_once(words: Words, before: str, after: str, told: bool) -> None:
    states = {"old_chat_member": {"status": before}, "new_chat_member": {"status": after}}
    update = {"update_id": 1, "my_chat_member": {"chat": {"id": -5, "type": "channel"}, **states}}
    assert (at_once(update, words) is not None) is told


def test_a_private_message_is_answered_by_its_turn(words: Words) -> None:
    chat = {"id": 7, "type": "private"}
    assert at_once({"update_id": 1, "message": {"message_id": 3, "chat": chat, "text": "/start"}}, words) is None
    states = {"old_chat_member": {"status": "kicked"}, "new_chat_member": {"status": "member"}}
    assert at_once({"update_id": 1, "my_chat_member": {"chat": chat, **states}}, words) is None


@pytest.mark.anyio
async def test_typing_is_shown_while_an_answer_takes_long(api: BotApi, server: BotApiServer) -> None:
    said = Incoming("telegram", "1", "7", Say("bonjour"))
    async with activity(api, said, patience=0):
        await server.until(1, "sendChatAction")
    assert server.of("sendChatAction")[0].parameters == {"chat_id": 7, "action": "typing"}


@pytest.mark.anyio
async def test_typing_is_not_shown_for_what_is_done_at_once(api: BotApi, server: BotApiServer) -> None:
    async with activity(api, Incoming("telegram", "1", "7", Say("bonjour")), patience=0):
        pass
    async with activity(api, Incoming("telegram", "2", "7", Ask("why")), patience=0):
        await asyncio.sleep(0)
    await api.at_once({"method": "answerCallbackQuery", "callback_query_id": "9"})
    assert [call.method for call in server.calls] == ["answerCallbackQuery"]


@pytest.mark.anyio
async def test_its_loss_costs_nothing(api: BotApi, server: BotApiServer) -> None:
    server.faults.add(Fault("reset_before"), Fault("error_before"))
    await api.at_once({"method": "answerCallbackQuery", "callback_query_id": "9"})
    await api.at_once({"method": "answerCallbackQuery", "callback_query_id": "9"})
    assert server.counts["answerCallbackQuery"] == 2


@pytest.mark.anyio
async def test_nobody_waits_for_it(server: BotApiServer) -> None:
    server.faults.add(Fault("no_answer", method="answerCallbackQuery", times=None))
    api = BotApi("42:TEST", server.url, connections=2)
    await api.open()
    for number in range(10):
        api.beside({"method": "answerCallbackQuery", "callback_query_id": str(number)})
    await server.until(1, "answerCallbackQuery")
    status, _ = await api.post("sendMessage", {"chat_id": 7, "text": "x"})
    assert (status, server.counts["answerCallbackQuery"]) == (200, 1), "a place is left for the replies"
    async with asyncio.timeout(5):
        await api.close()
