"""The assistant assembled: the store, the turn, the channels and their delivery, in one process or in several."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime

import structlog
import uvicorn

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import CHANNEL
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.handover import Handover
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.stored import StoredOutbox, this_process
from bot.reception import Reception
from bot.settings import Settings
from bot.store import inbox, people
from bot.store.database import Database
from bot.store.location import sqlite_path
from bot.store.open import open_database
from bot.store.retention import purge
from bot.store.sealed import Vault, find_key
from bot.turn import Desk, TimeOrderedIds, milliseconds
from bot.web import create_app
from bot.words import speaks
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader

log = structlog.get_logger(__name__)

PURGE_EVERY = 24 * 3600.0
"""Seconds between two purges of what is too old."""

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""How a process is told to stop."""

Clock = Callable[[], datetime]


def now() -> datetime:
    return datetime.now(UTC)


class Service:
    """What a process of the assistant is made of; which of its parts run depends on the command."""

    def __init__(self, settings: Settings, database: Database, desk: Desk, clock: Clock = now) -> None:
        self.settings, self.database, self.desk, self.clock = settings, database, desk, clock
        token = settings.telegram_token
        self.api = BotApi(token.get_secret_value(), settings.telegram_api_url) if token else None
        self.dispatcher: Dispatcher | None = None
        self.handover: Handover | None = None

    @property
    def secret(self) -> str:
        """Telegram's secret token: made from our key, so that every process knows it and nobody configures it."""
        token = self.settings.telegram_token
        assert token is not None  # noqa: S101 - asked only where Telegram is on
        return self.desk.vault.digest("telegram secret", token.get_secret_value())

    def queued(self) -> None:
        """There is something to deliver; without a dispatcher here, another process will see it."""
        if self.dispatcher is not None:
            self.dispatcher.wake()

    def reception(self) -> Reception:
        assert self.api is not None  # noqa: S101 - asked only where Telegram is on
        return Reception(self.desk, self.database, self.api, self.clock, self.queued, self.handover)

    async def ready(self) -> bool:
        """Whether the database answers."""
        try:
            await self.database.run(people.any_address)
        except Exception as problem:
            log.error("not_ready", problem=type(problem).__name__)
            return False
        return True

    # --- what may run ----------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """HTTP until the process is told to stop; on Telegram, the webhook where we have a public address."""
        webhook = self.api is not None and self.settings.public_url is not None
        receive = self.reception().receive if webhook else None
        app = create_app(self.ready, receive, self.secret if webhook else None)
        config = uvicorn.Config(
            app,
            host=self.settings.host,
            port=self.settings.port,
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
        await _Door(config).serve()

    async def register(self) -> None:
        """Tells Telegram how we want its updates, and shows the menu; tried again until it answers."""
        assert self.api is not None  # noqa: S101 - asked only where Telegram is on
        url = self.settings.public_url
        pause = 1.0
        while True:
            try:
                if url is not None:
                    await self.api.listen(f"{url}/telegram", self.secret)
                else:
                    await self.api.fall_silent()
                await self.api.show_menus(lambda language: self.desk.words(CHANNEL, language))
                return
            except Exception as problem:
                log.warning("telegram_registration", problem=type(problem).__name__, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)

    async def poll(self) -> None:
        """Asks Telegram for updates, from where the last process stopped."""
        assert self.api is not None  # noqa: S101 - asked only where Telegram is on
        offset = await self.database.run(lambda: inbox.offset(CHANNEL))

        async def save(value: int) -> None:
            await self.database.run(lambda: inbox.advance(CHANNEL, value))

        await Polling(self.api, self.reception().handle, offset, save).run()

    def delivering(self) -> Dispatcher:
        """Makes the dispatcher of this process."""
        assert self.api is not None  # noqa: S101 - asked only where Telegram is on
        overall = Pace.per_second(self.settings.telegram_rate)
        shared = None if sqlite_path(self.settings.database_url) else overall  # other processes may send as well
        owner = this_process(time.time_ns())
        outbox = StoredOutbox(self.database, self.desk.vault, CHANNEL, owner, pace=shared)
        pacing = Pacing(overall, Pace.per_second(self.settings.telegram_chat_rate))
        self.dispatcher = Dispatcher(outbox, TelegramSender(self.api), pacing, lambda: milliseconds(self.clock()))
        if shared is None:  # with several processes on a server, whoever claims takes turns with the others
            self.handover = Handover(self.dispatcher, outbox)
        return self.dispatcher

    async def tidy(self) -> None:
        """Takes away what is too old, at the start and every day."""
        while True:
            with suppress(Exception):
                while (await self.database.run(lambda: purge(milliseconds(self.clock())))).more:
                    await asyncio.sleep(0)
            await asyncio.sleep(PURGE_EVERY)


class _Door(uvicorn.Server):
    """The HTTP server. uvicorn's own raises the signal again once it has ended, before the rest of us could end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for each in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(each, self.handle_exit, each, None)
        yield


@asynccontextmanager
async def opened(settings: Settings, knowledge: Knowledge, reader: Reader) -> AsyncIterator[Service]:
    """A service on its database, with the key that its data is sealed with. The tables must be up to date."""
    vault = Vault(find_key(_secret(settings), sqlite_path(settings.database_url)))
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url)
        stack.push_async_callback(database.close)
        desk = Desk(knowledge, reader, vault, speaks(knowledge), {CHANNEL: messages}, TimeOrderedIds())
        service = Service(settings, database, desk)
        if service.api is not None:
            await service.api.open()
            stack.push_async_callback(service.api.close)
        sealed = await database.run(people.any_address)
        if sealed is not None:
            vault.open(sealed)  # raises BadKey now rather than at the first turn
        yield service


async def run(service: Service, *, web: bool, work: bool) -> None:
    """The parts of `web`, of `worker`, or of both; until a signal, or until one of them fails.

    Every process delivers: who took an update sends the reply at once, and whoever lives sends what the dead left.
    """
    parts: list[Awaitable[None]] = []
    if service.api is not None:
        parts.append(service.delivering().run())
        polls = service.settings.public_url is None
        if work if polls else web:
            parts.append(service.register())
        if work and polls:
            parts.append(service.poll())
    if work:
        parts.append(service.tidy())
    parts.append(service.serve() if web else _signalled())
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        await _first_end(tasks)
    finally:
        if service.dispatcher is not None:
            await service.dispatcher.stop()
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


def _secret(settings: Settings) -> str | None:
    return settings.rdv_key.get_secret_value() if settings.rdv_key else None
