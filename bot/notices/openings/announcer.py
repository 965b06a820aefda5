"""The announcer: the worker that draws, tells wave after wave, and closes what is over. One process at a time."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.delivery.drive import DEAD
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.waves import Place, Step, step
from bot.notices.openings.wording import Sealing, is_quiet, sealed
from bot.store import leases, openings
from bot.store.openings import OpeningRow
from bot.store.script import Script

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds between two looks for what is due."""
LEASE = "openings"


class Announcer:
    """`holder` names this process as no other; `queued` is called when there is something new to deliver."""

    def __init__(self, desk: OpeningDesk, holder: str, queued: Callable[[], None] = lambda: None) -> None:
        self._desk, self._holder, self._queued = desk, holder, queued
        self._sealed: dict[tuple[str, bool], Sealing] = {}
        self._stamp = 0
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until `stop`. A database that fails is tried again."""
        while not self._stopping.is_set():
            try:
                await self.work()
            except Exception as problem:
                log.error("announcer_failed", problem=type(problem).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._stopping.wait()
        with suppress(Exception):  # else the lease ends by itself
            await self._desk.database.run(lambda: leases.release(self._holder))

    def stop(self) -> None:
        """Ends `run` after the step it is in."""
        self._stopping.set()

    async def work(self) -> int:
        """All that is due now; how many messages were queued. Nothing is written where nothing is due."""
        queued = 0
        for id in await self._desk.database.run(lambda: openings.due(self._desk.now_ms())):
            place: Place | None = Place()
            while place is not None and not self._stopping.is_set():
                done = await self._desk.database.run(partial(self._step, id, place, self._now()))
                place = done.place
                queued += done.queued
                if done.queued:
                    self._queued()
        if len(self._sealed) > 64:
            self._sealed.clear()
        return queued

    def _step(self, id: str, place: Place, now_ms: int) -> Script[Step]:
        """A step, if this is the process that takes them."""
        if (yield from leases.drive(LEASE, self._holder, now_ms, now_ms - DEAD)) is None:
            return Step(None)
        return (yield from step(self._desk, id, place, now_ms, self._texts))

    def _now(self) -> int:
        """A millisecond of its own for each step."""
        self._stamp = max(self._desk.now_ms(), self._stamp + 1)
        return self._stamp

    def _texts(self, opening: OpeningRow) -> Sealing:
        """Sealed once for all its steps. What leaves in the last moments before the quiet hours comes silently too."""
        lasting = timedelta(seconds=opening.wave_size / self._desk.messages)
        moment = datetime.fromtimestamp(self._stamp / 1000, UTC)
        key = (opening.id, is_quiet(self._desk, opening.prefecture, moment, lasting))
        if key not in self._sealed:
            self._sealed[key] = sealed(self._desk, opening, silent=key[1])
        return self._sealed[key]
