"""A database that fails, or waits, when a test tells it to."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.store.database import Database
from bot.store.script import Script

Result = TypeVar("Result")


class Faulty:
    """Another database's scripts, with a fault before one of them. `ran` counts those that were committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.ran = 0
        self.fails_at: int | None = None
        self.reached = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def run(self, script: Callable[[], Script[Result]], *, ahead: bool = False) -> Result:
        self.reached.set()
        await self.goes_on.wait()
        if self.ran == self.fails_at:
            self.fails_at = None
            raise ConnectionError("06 39 98 00 01 is in the words of the error")
        result = await self._database.run(script, ahead=ahead)
        self.ran += 1
        return result

    async def close(self) -> None:
        await self._database.close()
