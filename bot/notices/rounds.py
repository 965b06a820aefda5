"""A worker that goes its rounds: it does what is due, waits, and looks again, until it is told to stop.

What raises is logged and the next round tries again. What the worker holds is free as soon as it has stopped.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import structlog

from bot.store import leases
from bot.store.database import Database

log = structlog.get_logger(__name__)


class Rounds(ABC):
    """`holder` names this process as no other, and `queued` is called when there is something new to deliver.

    `every` is the seconds between two rounds, or `rests` times as long as the round took, where that is more; `failed`
    is what is logged of a round that raised.
    """

    def __init__(
        self,
        database: Database,
        holder: str,
        queued: Callable[[], None],
        *,
        every: float,
        failed: str,
        rests: float = 0.0,
    ) -> None:
        self._database, self._holder, self._queued = database, holder, queued
        self._every, self._failed, self._rests = every, failed, rests
        self._stopping = asyncio.Event()

    @abstractmethod
    async def work(self) -> int:
        """All that is due now; how many messages were queued. Nothing is written where nothing is due."""

    async def run(self) -> None:
        """Works until `stop`. A database that fails is tried again."""
        while not self._stopping.is_set():
            began = perf_counter()
            try:
                await self.work()
            except Exception as problem:
                log.error(self._failed, problem=type(problem).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(self._every, self._rests * (perf_counter() - began))):
                    await self._stopping.wait()
        with suppress(Exception):  # else the lease ends by itself
            await self._database.run(lambda: leases.release(self._holder))

    def stop(self) -> None:
        """Ends `run` after what it is at."""
        self._stopping.set()
