"""The assistant assembled: the store, the turn, and the parts that are configured, in one process or in several."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime

import structlog
import uvicorn

from bot.agents.chat import AgentChat
from bot.channels.telegram import rendering
from bot.channels.telegram.updates import CHANNEL as TELEGRAM
from bot.door import SIGNALS, Door, bound
from bot.ids import TimeOrderedIds
from bot.notices.openings.desk import OpeningDesk
from bot.parts import Part
from bot.parts.agents import agents_api
from bot.parts.base import Base
from bot.parts.notices import NoticesPart
from bot.parts.telegram import TelegramPart
from bot.settings import Settings
from bot.stop_page import StopPage
from bot.store import people
from bot.store.location import sqlite_path
from bot.store.open import open_database
from bot.store.retention import purge
from bot.store.sealed import Vault, find_key
from bot.turn import Desk
from bot.web import create_app
from bot.webhook import Webhook
from bot.windows import WINDOWS
from bot.words import speaks
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader

log = structlog.get_logger(__name__)

PURGE_EVERY = 24 * 3600.0
"""Seconds between two purges of what is too old."""


def now() -> datetime:
    return datetime.now(UTC)


class Service:
    """What a process of the assistant is made of; which of it runs depends on the command."""

    def __init__(self, base: Base) -> None:
        settings = base.settings
        self.base = base
        token = settings.telegram_token
        self.telegram = TelegramPart(base, token.get_secret_value()) if token else None
        self.parts: list[Part] = [self.telegram] if self.telegram else []
        account = settings.twilio
        if account is not None:
            from bot.parts.sms import SmsPart  # not loaded where there is no SMS

            self.parts.append(SmsPart(base, *account))
        self.parts.append(NoticesPart(base, self._queued))

    def _queued(self) -> None:
        for part in self.parts:
            part.wake()

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            await self.base.database.run(people.any_address)
        except Exception as problem:
            log.error("not_ready", problem=type(problem).__name__)
            return False
        return True

    # --- what may run ----------------------------------------------------------------------------------------

    async def serve(self, listening: asyncio.Event) -> None:
        """HTTP until the process is told to stop; on Telegram, the webhook where we have a public address."""
        base = self.base
        webhook = None
        routes = [route for part in self.parts for route in part.routes]
        if base.settings.public_url is not None:
            routes += StopPage(base.database, base.desk.words, base.clock).routes
            if self.telegram is not None:
                webhook = Webhook(self.telegram.reception.receive, self.telegram.secret)
        config = uvicorn.Config(
            create_app(self.ready, routes, webhook, agents_api(base)),
            loop="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            http="httptools",
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=5,
        )
        settings = base.settings
        await Door(config, listening).serve([bound(settings.host, settings.port, config.backlog)])

    async def tidy(self) -> None:
        """Takes away what is too old, at the start and every day."""
        while True:
            with suppress(Exception):
                while (await self.base.database.run(lambda: purge(self.base.now_ms()))).more:
                    await asyncio.sleep(0)
            await asyncio.sleep(PURGE_EVERY)


@asynccontextmanager
async def opened(
    settings: Settings, knowledge: Knowledge, reader: Reader, clock: Callable[[], datetime] = now
) -> AsyncIterator[Service]:
    """A service on its database, with the key that its data is sealed with. The tables must be up to date."""
    key = settings.rdv_key.get_secret_value() if settings.rdv_key else None
    vault = Vault(find_key(key, sqlite_path(settings.database_url)))
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        ids = TimeOrderedIds()
        agents = AgentChat(OpeningDesk.of(settings, knowledge, database, vault, clock, ids))
        renderers = {TELEGRAM: rendering.messages}
        desk = Desk(knowledge, reader, vault, speaks(knowledge), renderers, ids, WINDOWS, agents)
        service = Service(Base(settings, database, desk, clock))
        for part in service.parts:
            await part.open()
            stack.push_async_callback(part.close)
        sealed = await database.run(people.any_address)
        if sealed is not None:
            vault.open(sealed)  # raises BadKey now rather than at the first turn
        yield service


async def run(service: Service, *, web: bool, work: bool) -> None:
    """The parts of `web`, of `worker`, or of both; until a signal, or until one of them fails.

    Who is told of our address is told once we listen there.
    """
    listening = asyncio.Event()
    tasks = [asyncio.ensure_future(service.serve(listening) if web else _signalled())]
    try:
        if web:
            listens = asyncio.ensure_future(listening.wait())
            await asyncio.wait({listens, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            listens.cancel()
            if tasks[0].done():
                tasks[0].result()
        running: list[Awaitable[None]] = [each for part in service.parts for each in part.runs(web=web, work=work)]
        if work:
            running.append(service.tidy())
        tasks[:0] = [asyncio.ensure_future(each) for each in running]
        await _first_end(tasks)
    finally:
        await asyncio.gather(*(part.stop() for part in service.parts))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _first_end(tasks: Sequence[asyncio.Future[None]]) -> None:
    """Returns when the last part (which waits for the signal) ends; raises what another part raised."""
    waiting = set(tasks)
    while tasks[-1] in waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()


async def _signalled() -> None:
    """Until the process is told to stop."""
    told = asyncio.Event()
    for each in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(each, told.set)
    await told.wait()
