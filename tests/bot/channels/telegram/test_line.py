"""The line to the Bot API, and python-telegram-bot over it."""

import asyncio

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, TimedOut

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.line import Line
from bot.channels.telegram.unanswered import NotConnected
from bot.channels.telegram.updates import ALLOWED
from tests.bot.channels.telegram.conftest import TOKEN
from tests.bot_api import BotApiServer, Fault, Person

pytestmark = pytest.mark.anyio


async def test_its_bot_works_as_ever(api: BotApi, server: BotApiServer) -> None:
    me = await api.bot.get_me()
    assert me.username == "rdv_sejour_bot"
    message = await api.bot.send_message(7, "été")
    assert (message.message_id, message.text) == (server.chats[7].last.id, "été")


async def test_errors_are_those_of_the_library(api: BotApi, server: BotApiServer) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await api.bot.send_message(7, " ")
    await Person(server, 7).block()
    with pytest.raises(Forbidden):
        await api.bot.send_message(7, "x")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset_before", NetworkError),
        ("reset_after", NetworkError),
        ("no_answer", TimedOut),
        ("error_after", NetworkError),
    ],
)
async def test_broken_lines(api: BotApi, server: BotApiServer, fault: str, error: type[Exception]) -> None:
    server.faults.add(Fault(fault))  # type: ignore[arg-type]
    with pytest.raises(error):
        await api.bot.send_message(7, "x")


async def test_times_given_for_one_call(api: BotApi, server: BotApiServer) -> None:
    assert api.bot.request.read_timeout == 0.3
    server.faults.add(Fault("slow", seconds=0.1))
    with pytest.raises(TimedOut):
        await api.bot.send_message(7, "x", read_timeout=0.01)


async def test_a_server_that_is_not_there_is_told_apart() -> None:
    async with BotApiServer() as gone:
        url = gone.url
    line = Line()
    await line.open()
    with pytest.raises(NotConnected):
        await line.post(f"{url}/bot{TOKEN}/getMe", {})
    await line.close()


async def test_it_is_opened_and_closed(server: BotApiServer) -> None:
    line = Line()
    with pytest.raises(RuntimeError, match="not open"):
        await line.post(server.url, {})
    await line.open()
    await line.open()
    await line.close()
    await line.close()


async def test_it_opens_with_the_first_call(server: BotApiServer) -> None:
    api = BotApi(TOKEN, server.url)
    answers = await asyncio.gather(*(api.post("getMe", {}) for _ in range(3)))
    assert [status for status, _ in answers] == [200] * 3
    await api.close()
    with pytest.raises(RuntimeError, match="not open"):
        await api.post("getMe", {})


async def test_what_was_never_opened_is_closed_all_the_same(server: BotApiServer) -> None:
    await BotApi(TOKEN, server.url).close()


async def test_the_webhook_is_set_and_taken_back(api: BotApi, server: BotApiServer) -> None:
    await api.listen("http://127.0.0.1:9/telegram", "s3cret", connections=2)
    assert server.queue.webhook == {
        "url": "http://127.0.0.1:9/telegram",
        "secret_token": "s3cret",
        "max_connections": 2,
        "allowed_updates": list(ALLOWED),
    }
    await Person(server, 7).say("bonjour")
    await api.fall_silent()
    assert server.queue.webhook == {}
    assert len(server.queue.pending) == 1
