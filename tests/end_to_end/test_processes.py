"""Starting, ending, and sharing the work: two `web` and a `worker` on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import cycle
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.bot_api import BotApiServer
from tests.end_to_end.process import TOKEN, Process
from tests.end_to_end.running import Running, process, running
from tests.end_to_end.talk import Talk
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

PATH = ("prefecture=973", "procedure=renewal", "district=cayenne", "permit=cst", "expires_on=unsaid")
BOOKING = "guyane.gouv.fr/booking/create/4150"


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_it_ends_in_good_order_and_goes_on_later(tmp_path: Path, database_url: str, webhook: bool) -> None:
    async with running(tmp_path, database_url, webhook=webhook) as assistant:
        person = assistant.person()
        await person.told("/start")
        await person.tapped("prefecture=973")
        assert await assistant.process.stop() == 0
        assert assistant.ledger.count("outbox", "state <> 'accepted'") == 0
        assert assistant.ledger.count("leases", "name LIKE 'owner:%'") == 0
        await person.press("procedure=renewal")
        await person.say("Cayenne")
        await assistant.process.start()
        await assistant.quiet()
        facts = assistant.ledger.facts(assistant.ledger.person(person.number))
        assert facts.keys() >= {"prefecture", "procedure", "district"}
        assert "permit=cst" in person.buttons


async def test_it_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    refused = Process("web", tmp_path, DATABASE_URL="postgresql://rdv@/rdv")
    with pytest.raises(AssertionError):
        await refused.start()
    assert refused.log.count("\n") == 1
    assert "RDV_KEY" in refused.log


@asynccontextmanager
async def shared(*processes: Process) -> AsyncIterator[str]:
    """One address for several processes, each asked in turn, as a host's router does."""
    turns = cycle(processes)

    async def forward(request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.startswith(("X-", "Content-Type"))}
        url = f"{next(turns).url}{request.path}"
        async with session.post(url, data=await request.read(), headers=headers) as answer:
            body = await answer.read()
            return web.Response(status=answer.status, body=body, content_type=answer.content_type)

    app = web.Application()
    app.router.add_post("/telegram", forward)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    async with aiohttp.ClientSession() as session:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()


@pytest.fixture
async def cluster(tmp_path: Path, database_url: str, anyio_backend: str) -> AsyncIterator[Running]:  # noqa: ARG001
    """Two processes that receive, one that sends."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BotApiServer(token=TOKEN))
        doors = [process("web", tmp_path, server, database_url) for _ in range(2)]
        worker = process("worker", tmp_path, server, database_url)
        url = await stack.enter_async_context(shared(*doors))
        for each in (*doors, worker):
            each.configure(PUBLIC_URL=url)
            await stack.enter_async_context(each)
        await server.until(3, "setMyCommands", seconds=20)
        yield Running(server, Ledger(database_url), worker, webhook=True)


@pytest.mark.parametrize("engine", ["postgres"])
async def test_processes_that_share_their_people(cluster: Running) -> None:
    people = [cluster.person() for _ in range(40)]

    async def walk(person: Talk) -> None:
        await person.told("/start")
        for button in PATH:
            await person.tapped(button)

    await asyncio.gather(*(walk(person) for person in people))
    await cluster.quiet()
    for person in people:
        assert BOOKING in person.last.text
        assert len(person.shown) == 1
        row = cluster.ledger.person(person.number)
        assert cluster.ledger.facts(row) == dict(button.split("=") for button in PATH)
        rows = cluster.ledger.messages(row)
        assert [each["state"] for each in rows] == ["accepted"] * (1 + len(PATH))
        assert [each["attempt"] for each in rows] == [1] * (1 + len(PATH))


@pytest.mark.parametrize("engine", ["postgres"])
async def test_messages_written_in_a_row_are_answered_in_their_order(cluster: Running) -> None:
    """Each message goes to the other process than the one before; nobody waits for the reply."""
    people = [cluster.person() for _ in range(20)]

    async def hurry(person: Talk) -> None:
        for text in ("/start", "Guyane", "renouvellement", "Cayenne", "CST"):
            await person.say(text)

    await asyncio.gather(*(hurry(person) for person in people))
    await cluster.quiet()
    for person in people:
        assert len(person.shown) == 5
        asked = [message.buttons[0]["callback_data"].partition("=")[0] for message in person.chat.messages.values()]
        assert asked == ["prefecture", "procedure", "district", "permit", "expires_on"]
