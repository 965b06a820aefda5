"""Updates asked for: in order for each person, and confirmed only when they are done."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.channels.telegram import polling
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.polling import Handle, Polling
from bot.channels.telegram.updates import Update
from tests.bot_api import BotApiServer, Fault, Person

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def running(poll: Polling) -> AsyncIterator[None]:
    task = asyncio.create_task(poll.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.01)


class Heard:
    """Takes updates; `fails` says how often each one fails before it works."""

    def __init__(self, fails: dict[str, int] | None = None) -> None:
        self.texts: dict[int, list[str]] = defaultdict(list)
        self.fails = fails or {}
        self.tries = 0

    async def __call__(self, update: Update) -> None:
        self.tries += 1
        text = update["message"]["text"]
        await asyncio.sleep(0)
        if self.fails.get(text, 0) > 0:
            self.fails[text] -= 1
            raise OSError("the store is away")
        self.texts[update["message"]["chat"]["id"]].append(text)


async def test_everybody_is_heard_in_their_order(api: BotApi, server: BotApiServer) -> None:
    for number in range(250):
        await Person(server, 1 + number % 10).say(str(number))
    heard, saved = Heard(), []

    async def save(offset: int) -> None:
        saved.append(offset)

    async with running(Polling(api, heard, save=save)):
        async with asyncio.timeout(10):
            await server.queue.settled()
    assert heard.texts == {1 + n: [str(number) for number in range(n, 250, 10)] for n in range(10)}
    assert saved == sorted(saved)
    assert saved[-1] == 1001 + 250


async def test_what_fails_comes_again_and_is_not_confirmed_before(api: BotApi, server: BotApiServer) -> None:
    ada, bob = Person(server, 1), Person(server, 2)
    await ada.say("a1")
    await bob.say("b1")
    await ada.say("a2")
    heard = Heard({"b1": 2})
    async with running(Polling(api, heard)):
        async with asyncio.timeout(10):
            await server.queue.settled()
    assert heard.texts[2] == ["b1"]
    # Told again what had been heard behind the failure: the inbox knows it, this listener does not.
    assert heard.texts[1][0] == "a1"
    assert set(heard.texts[1]) == {"a1", "a2"}


async def test_after_a_failure_nothing_of_the_same_person_overtakes(api: BotApi, server: BotApiServer) -> None:
    for text in ("one", "two", "three"):
        await Person(server, 1).say(text)
    heard = Heard({"two": 3})
    async with running(Polling(api, heard)):
        async with asyncio.timeout(10):
            await server.queue.settled()
    assert heard.texts[1] == ["one", "two", "three"]


@pytest.mark.parametrize("kind", ["too_many", "error_before", "reset_before", "reset_after"])
async def test_a_server_in_trouble_is_asked_again(api: BotApi, server: BotApiServer, kind: str) -> None:
    server.faults.add(Fault(kind, method="getUpdates", times=2, seconds=0))  # type: ignore[arg-type]
    await Person(server, 1).say("bonjour")
    heard = Heard()
    async with running(Polling(api, heard)):
        async with asyncio.timeout(10):
            await server.queue.settled()
    assert heard.texts[1] == ["bonjour"]


async def test_it_begins_where_it_was(api: BotApi, server: BotApiServer) -> None:
    first = await Person(server, 1).say("old")
    await Person(server, 1).say("new")
    heard = Heard()
    async with running(Polling(api, heard, offset=first + 1)):
        async with asyncio.timeout(10):
            await server.queue.settled()
    assert heard.texts[1] == ["new"]


async def test_only_what_is_read_is_asked_for(api: BotApi, server: BotApiServer) -> None:
    handle: Handle = Heard()
    async with running(Polling(api, handle, wait=0)):
        await server.until(1, "getUpdates")
    assert server.of("getUpdates")[0].parameters["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]
