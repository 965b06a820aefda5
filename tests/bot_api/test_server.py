"""The server itself: what Telegram would do, as far as the product leans on it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.bot_api import BotApiServer, Fault, Person
from tests.bot_api.entities import BadEntities, plain
from tests.bot_api.limits import Limits

pytestmark = pytest.mark.anyio


class Client:
    def __init__(self, server: BotApiServer) -> None:
        self.server, self.session = server, aiohttp.ClientSession()

    async def __call__(self, method: str, **parameters: Any) -> dict[str, Any]:
        async with self.session.post(f"{self.server.url}/bot42:TEST/{method}", json=parameters) as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] is (answer.status == 200)
            return body


@pytest.fixture
async def call() -> AsyncIterator[Client]:
    async with BotApiServer() as server:
        client = Client(server)
        yield client
        await client.session.close()


class Hook:
    """A webhook that answers with these statuses in turn, then with 200 and `reply`."""

    def __init__(self, statuses: tuple[int, ...] = (), reply: dict[str, Any] | None = None) -> None:
        self.statuses, self.reply = list(statuses), reply
        self.got: list[tuple[int, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.got.append((update["update_id"], request.headers["X-Telegram-Bot-Api-Secret-Token"]))
        if self.statuses:
            return web.Response(status=self.statuses.pop(0))
        return web.json_response(self.reply) if self.reply else web.Response()

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_post("/telegram", self.take)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/telegram"  # type: ignore[union-attr]

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()


async def test_updates_stay_until_they_are_confirmed(call: Client) -> None:
    numbers = [await Person(call.server, 7).say(text) for text in ("one", "two", "three")]
    for _ in range(2):
        assert [each["update_id"] for each in (await call("getUpdates"))["result"]] == numbers
    assert len((await call("getUpdates", limit=1))["result"]) == 1
    left = (await call("getUpdates", offset=numbers[2]))["result"]
    assert [each["message"]["text"] for each in left] == ["three"]
    assert (await call("getUpdates", offset=numbers[2] + 1))["result"] == []


async def test_a_negative_offset_keeps_the_last(call: Client) -> None:
    numbers = [await Person(call.server, 7).say(text) for text in ("one", "two", "three")]
    assert [each["update_id"] for each in (await call("getUpdates", offset=-1))["result"]] == numbers[2:]
    assert [each["update_id"] for each in (await call("getUpdates"))["result"]] == numbers[2:]


async def test_a_long_poll_wakes_up(call: Client) -> None:
    waiting = asyncio.create_task(call("getUpdates", timeout=10))
    await asyncio.sleep(0)
    number = await Person(call.server, 7).say("bonjour")
    assert (await waiting)["result"][0]["update_id"] == number


async def test_two_who_poll_are_told(call: Client) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=10))
    while call.server.queue._poll == 0:
        await asyncio.sleep(0)
    await call("getUpdates")
    assert (await first)["error_code"] == 409


async def test_only_the_kinds_that_were_asked_for(call: Client) -> None:
    await call("getUpdates", allowed_updates=["message"])
    await Person(call.server, 7).correct("corrected")
    await Person(call.server, 7).say("said")
    assert [next(iter(each)) for each in (await call("getUpdates"))["result"]] == ["message"]


async def test_a_webhook_gets_each_update_until_it_takes_it(call: Client) -> None:
    call.server.queue.pause = 0.01
    hook = Hook(statuses=(500, 503))
    async with hook as url:
        first = await Person(call.server, 7).say("waiting")
        await call("setWebhook", url=url, secret_token="s3cret", max_connections=1)  # noqa: S106
        second = await Person(call.server, 7).say("later")
        async with asyncio.timeout(5):
            await call.server.queue.settled()
        assert (await call("getUpdates"))["error_code"] == 409
        await call("deleteWebhook")
    assert hook.got == [(first, "s3cret")] * 3 + [(second, "s3cret")]
    assert call.server.queue.posts == [(first, 500), (first, 503), (first, 200), (second, 200)]
    assert (await call("getUpdates"))["result"] == []


async def test_a_webhook_may_answer_with_a_call(call: Client) -> None:
    hook = Hook(reply={"method": "sendMessage", "chat_id": 7, "text": "par retour"})
    async with hook as url:
        await call("setWebhook", url=url)
        await Person(call.server, 7).say("bonjour")
        await call.server.until(1, "sendMessage")
    assert call.server.chats[7].last.text == "par retour"
    assert [each.by_webhook for each in call.server.of("sendMessage")] == [True]


async def test_limits(call: Client) -> None:
    call.server.limits = Limits(overall=3, chat=1)
    assert (await call("sendMessage", chat_id=1, text="a"))["ok"]
    again = await call("sendMessage", chat_id=1, text="b")
    assert (again["error_code"], again["parameters"]) == (429, {"retry_after": 1})
    assert (await call("sendMessage", chat_id=2, text="a"))["ok"]
    assert (await call("sendMessage", chat_id=3, text="a"))["ok"]
    assert (await call("sendMessage", chat_id=4, text="a"))["error_code"] == 429
    assert (await call("sendChatAction", chat_id=1, action="typing"))["ok"]
    assert call.server.limits.refused == 2


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "é" * 33}]]}},
            "BUTTON_DATA",
        ),
    ],
)
async def test_what_telegram_refuses(call: Client, parameters: dict[str, Any], description: str) -> None:
    refused = await call("sendMessage", chat_id=7, **parameters)
    assert refused["error_code"] == 400
    assert description in refused["description"]
    assert not call.server.chats[7].messages


async def test_an_unknown_method_and_a_wrong_token(call: Client) -> None:
    assert (await call("sendDice", chat_id=7))["error_code"] == 404
    call.server.token = "42:OTHER"  # noqa: S105
    assert (await call("getMe"))["error_code"] == 401


async def test_faults_strike_whom_they_name(call: Client) -> None:
    call.server.faults.add(Fault("too_many", method="sendMessage", chat=7, times=2, seconds=3))
    assert (await call("getMe"))["ok"]
    assert (await call("sendMessage", chat_id=8, text="x"))["ok"]
    struck = [await call("sendMessage", chat_id=7, text="x") for _ in range(3)]
    assert [each["ok"] for each in struck] == [False, False, True]
    assert [each.fault for each in call.server.calls] == [None, None, "too_many", "too_many", None]


async def test_the_same_seed_gives_the_same_course() -> None:
    async def course() -> list[bool]:
        async with BotApiServer() as server:
            server.faults.add(Fault("error_after", times=None, share=0.5))
            client = Client(server)
            answers = [(await client("getMe"))["ok"] for _ in range(20)]
            await client.session.close()
            return answers

    first = await course()
    assert first == await course()
    assert {True, False} == set(first)


@pytest.mark.parametrize(
    "html", ["<b>", "</b>", "<b><i></b></i>", "<x>", "a & b", "1 < 2", "<a onclick='x'>", "&nbsp;", "<!-- -->"]
)
def test_html_that_telegram_cannot_read(html: str) -> None:
    with pytest.raises(BadEntities):
        plain(html)


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bot_api", "--port", "0", "--history", "10", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with aiohttp.ClientSession(url) as session:

        async def control(path: str, body: object = None) -> Any:
            async with session.request("GET" if body is None else "POST", path, json=body) as answer:
                return await answer.json()

        assert await control("/control/act", {"chat": 7, "say": "bonjour"}) == 1001
        assert await control("/control/updates", [{"message": {"text": "x"}}]) == [1002]
        await control("/control/settings", {"delay": 0.001, "chat": 1})
        await control("/control/faults", [{"kind": "too_many", "seconds": 2}])
        keyboard = {"inline_keyboard": [[{"text": "Oui", "callback_data": "a=b"}]]}
        for _ in range(2):
            body = {"chat_id": 7, "text": "salut", "reply_markup": keyboard}
            async with session.post("/bot1:T/sendMessage", json=body):
                pass
        assert [call["status"] for call in await control("/control/calls")] == [429, 200]
        assert [message["text"] for message in await control("/control/chats/7")] == ["salut"]
        assert await control("/control/act", {"chat": 7, "press": "Oui"}) == 1003
        assert await control("/control/act", {"chat": 7, "block": True}) == 1004
        counts = await control("/control/counts")
        assert counts == {"calls": {"sendMessage": 2}, "pending": 4, "refused": 0}
    process.terminate()
    assert await process.wait() == 0
