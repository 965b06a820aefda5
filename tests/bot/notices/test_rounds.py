"""A worker's rounds: one after the other whatever raises, and its place is free once it has stopped."""

import asyncio

import pytest

from bot.notices.rounds import Rounds
from bot.store import leases
from bot.store.database import Database

pytestmark = pytest.mark.anyio

HOLDER = "this process"
OTHER = "that process"


class Stumbling(Rounds):
    """Holds a lease; its first rounds raise, the one after them stops it."""

    def __init__(self, database: Database, stumbles: int, every: float = 0.0, rests: float = 0.0) -> None:
        super().__init__(database, HOLDER, lambda: None, every=every, rests=rests, failed="stumbled")
        self.rounds = 0
        self._stumbles = stumbles

    async def work(self) -> int:
        self.rounds += 1
        assert await self._database.run(lambda: leases.take("stumbling", HOLDER, 1, 0))
        if self.rounds <= self._stumbles:
            raise OSError
        self.stop()
        return 0


async def test_a_round_that_raises_is_followed_by_the_next(database: Database) -> None:
    worker = Stumbling(database, stumbles=2)
    async with asyncio.timeout(10):
        await worker.run()
    assert worker.rounds == 3


async def test_what_it_held_is_free_once_it_has_stopped(database: Database) -> None:
    async with asyncio.timeout(10):
        await Stumbling(database, stumbles=0).run()
    assert await database.run(lambda: leases.take("stumbling", OTHER, 1, 0))


@pytest.mark.parametrize(("every", "rests"), [(3600.0, 0.0), (0.0, 1e9)])
async def test_told_to_stop_it_does_not_wait_for_the_next_round(database: Database, every: float, rests: float) -> None:
    worker = Stumbling(database, stumbles=1, every=every, rests=rests)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(10):
        while not worker.rounds:
            await asyncio.sleep(0)
        worker.stop()
        await running
    assert worker.rounds == 1
