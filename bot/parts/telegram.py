"""Telegram in this process: its updates by webhook or by polling, and what is sent to it."""

import asyncio
import time
from collections.abc import Awaitable, Sequence

import structlog
from starlette.routing import BaseRoute

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import CHANNEL
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.handover import Handover
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.parcel import Lane
from bot.delivery.process import this_process
from bot.delivery.shared import SharedWindow
from bot.delivery.stored import StoredOutbox
from bot.delivery.window import Window
from bot.parts.base import Base
from bot.reception import Reception
from bot.store import inbox
from bot.store.location import sqlite_path

log = structlog.get_logger(__name__)


class TelegramPart:
    """A bot. Every process delivers: who took an update sends the reply at once, whoever lives what the dead left.
    Notices and broadcasts are sent by one of them at a time."""

    routes: Sequence[BaseRoute] = ()  # the webhook is faster than any router: see bot/webhook.py

    def __init__(self, base: Base, token: str) -> None:
        self._base, self._token = base, token
        settings = base.settings
        self.api = BotApi(token, settings.telegram_api_url)
        rate = settings.telegram_rate
        # Other processes may send as well.
        shared = None if sqlite_path(settings.database_url) else SharedWindow(CHANNEL, rate)
        outbox = StoredOutbox(
            base.database,
            base.desk.vault,
            CHANNEL,
            this_process(time.time_ns()),
            pace=shared,
            sender=CHANNEL,
            driven=(Lane.NOTICE, Lane.BROADCAST),
        )
        pacing = Pacing(Window(rate), Pace.per_second(settings.telegram_chat_rate), others=Pace.beside(rate))
        self._dispatcher = Dispatcher(outbox, TelegramSender(self.api), pacing, base.now_ms)
        # With several processes on a server, whoever claims takes turns with the others.
        handover = Handover(self._dispatcher, outbox) if shared is None else None
        self.reception = Reception(base.desk, base.database, self.api, base.clock, self._dispatcher.wake, handover)

    @property
    def secret(self) -> str:
        """Telegram's secret token: made from our key, so that every process knows it and nobody configures it."""
        return self._base.desk.vault.digest("telegram secret", self._token)

    @property
    def _polls(self) -> bool:
        return self._base.settings.public_url is None

    async def open(self) -> None:
        """Nothing: the line opens with the first call."""

    def runs(self, *, web: bool, work: bool) -> Sequence[Awaitable[None]]:
        parts: list[Awaitable[None]] = [self._dispatcher.run()]
        if work if self._polls else web:
            parts.append(self._register())
        if work and self._polls:
            parts.append(self._poll())
        return parts

    def wake(self) -> None:
        self._dispatcher.wake()

    async def stop(self) -> None:
        await self._dispatcher.stop()

    async def close(self) -> None:
        await self.api.close()

    async def _register(self) -> None:
        """Tells Telegram how we want its updates, and shows the menu; tried again until it answers."""
        await self.api.load()
        url = self._base.settings.public_url
        pause = 1.0
        while True:
            try:
                if url is not None:
                    await self.api.listen(f"{url}/telegram", self.secret)
                else:
                    await self.api.fall_silent()
                await self.api.show_menus(lambda language: self._base.desk.words(CHANNEL, language))
                return
            except Exception as problem:
                log.warning("telegram_registration", problem=type(problem).__name__, pause=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 60.0)

    async def _poll(self) -> None:
        """Asks Telegram for updates, from where the last process stopped."""
        database = self._base.database
        offset = await database.run(lambda: inbox.offset(CHANNEL))

        async def save(value: int) -> None:
            await database.run(lambda: inbox.advance(CHANNEL, value))

        await Polling(self.api, self.reception.handle, offset, save).run()
