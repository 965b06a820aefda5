"""The server's time: the real one, or one that stands still until a test moves it."""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import count


class Clock:
    """`start` holds the clock at that moment until `advance`; None lets it run, as `running` says.

    `settle` is awaited before the clock moves and after each thing that came due: what it set off is then over.
    """

    def __init__(
        self,
        start: datetime | None = None,
        settle: Callable[[], Awaitable[None]] | None = None,
        running: Callable[[], float] = time.time,
    ) -> None:
        self._held = None if start is None else start.timestamp()
        self._running = running
        self._settle = settle
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._timers: set[asyncio.TimerHandle] = set()

    @property
    def held(self) -> bool:
        return self._held is not None

    def now(self) -> float:
        """Unix seconds."""
        return self._running() if self._held is None else self._held

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        if self._held is not None:
            heapq.heappush(self._due, (self._held + seconds, next(self._order), action))
            return

        def run() -> None:
            self._timers.discard(timer)
            action()

        timer = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(timer)

    async def advance(self, seconds: float) -> None:
        """Moves a held clock; what comes due happens in order, each thing at its own moment."""
        if self._held is None:
            raise RuntimeError("this clock follows real time: start the server with `at=` to hold it")
        until = self._held + seconds
        if self._settle is not None:
            await self._settle()
        while self._due and self._due[0][0] <= until:
            self._held, _, action = heapq.heappop(self._due)
            action()
            if self._settle is not None:
                await self._settle()
        self._held = until

    def stop(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._due.clear()


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
