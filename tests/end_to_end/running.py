"""An assistant at work: a Bot API server, a database, and the processes between the two."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count, cycle
from pathlib import Path
from typing import Literal

import aiohttp
from aiohttp import web

from tests.bot_api import BotApiServer
from tests.end_to_end.process import TOKEN, Process, until
from tests.end_to_end.talk import Talk
from tests.ledger import KEY, Ledger

Mode = Literal["polling", "webhook", "split"]
"""How updates come, to one process; or by webhook to two `web` processes beside a `worker`."""


class Running:
    """What a test sees of the assistant at work. Every person it asks for is a new one."""

    def __init__(self, server: BotApiServer, ledger: Ledger, processes: list[Process], mode: Mode) -> None:
        self.server, self.ledger, self.processes = server, ledger, processes
        self.webhook = mode != "polling"
        self._numbers: Iterator[int] = count(710_000_001)

    @property
    def process(self) -> Process:
        """The one that sends."""
        return self.processes[0]

    def person(self, language: str = "fr") -> Talk:
        return Talk(self.server, next(self._numbers), language)

    async def quiet(self) -> None:
        """Returns when every update has been taken and every reply has been sent."""
        await until(lambda: not self.server.queue.pending and not self.ledger.open_messages())


@asynccontextmanager
async def running(folder: Path, database_url: str, mode: Mode, *, delay: float = 0.0) -> AsyncIterator[Running]:
    """The assistant, told of its updates from then on. `delay`: seconds the server takes for an answer."""

    def process(command: str) -> Process:
        return Process(command, folder, TELEGRAM_API_URL=server.url, DATABASE_URL=database_url, RDV_KEY=KEY)

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(BotApiServer(token=TOKEN, delay=delay))
        if mode == "split":
            processes = [process("worker"), process("web"), process("web")]
            url = await stack.enter_async_context(_shared(*processes[1:]))
        else:
            processes = [process("run")]
            url = processes[0].url
        for each in processes:
            if mode != "polling":
                each.configure(PUBLIC_URL=url)
            await stack.enter_async_context(each)
        await until(lambda: len(server.commands) == 3)
        yield Running(server, Ledger(database_url), processes, mode)


@asynccontextmanager
async def _shared(*processes: Process) -> AsyncIterator[str]:
    """One address for several processes, each asked in turn, as a host's router does."""
    turns = cycle(processes)

    async def forward(request: web.Request) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.startswith(("X-", "Content-Type"))}
        url = f"{next(turns).url}{request.path}"
        try:
            async with session.post(url, data=await request.read(), headers=headers) as answer:
                body = await answer.read()
                return web.Response(status=answer.status, body=body, content_type=answer.content_type)
        except aiohttp.ClientError:
            return web.Response(status=502)

    app = web.Application()
    app.router.add_post("/telegram", forward)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    async with aiohttp.ClientSession() as session:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()
