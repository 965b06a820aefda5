"""What the store costs: a turn's transaction (claim, meet, save, queue) by engine and by how many are in flight.

    python -m bench.store [URL …] [--turns 3000] [--busy-turns 300]

Without a URL: a SQLite file in a temporary folder (a real disk, please: the commit is what is measured). A URL names a
database to be migrated and written to. « Busy »: meanwhile the loop has a millisecond to compute whenever it is asked,
as when it renders for others. Where aiosqlite is installed, the same statements are also awaited one by one on it.
"""

import argparse
import asyncio
import importlib
import importlib.util
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import aiosql

from bot.store import inbox, outbox, people
from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from bot.store.open import QUERIES, open_database
from bot.store.script import Script

IN_FLIGHT = (1, 32)
PEOPLE = 1000
CONVERSATION, MESSAGE = "c" * 800, "m" * 900
"""About as long as they are, sealed."""

Run = Callable[[Callable[[], Script[None]]], Awaitable[None]]


def turn(number: int, started: int) -> Script[None]:
    """What bot/turn.py asks of the store."""
    person = f"{number % PEOPLE:08d}"
    yield from inbox.claim("bench", f"{started}-{number}", started)
    row = yield from people.meet("bench", person, "sealed address", person, started)
    yield from people.save_conversation(row.id, CONVERSATION, "fr", started)
    yield from outbox.add(f"{started}-{number:08d}", row.id, "bench", 0, MESSAGE, started, started, None)


async def measure(name: str, run: Run, turns: int, in_flight: int, busy: bool) -> None:
    started = time.time_ns() // 1000
    numbers = iter(range(turns))
    waits: list[float] = []

    async def client() -> None:
        for number in numbers:
            asked = time.perf_counter()
            await run(partial(turn, number, started))
            waits.append(time.perf_counter() - asked)

    besides = asyncio.create_task(compute()) if busy else None
    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(in_flight)))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    if besides is not None:
        besides.cancel()
    waits.sort()
    spent = "           busy loop" if busy else f"{cpu / turns * 1000:5.2f} ms of CPU each"
    print(
        f"{name:20} {in_flight:3} in flight: {turns / took:5.0f} turns/s, {spent}, "
        f"wait {waits[turns // 2] * 1000:6.1f} ms, 1 % over {waits[turns * 99 // 100] * 1000:6.1f} ms",
        flush=True,
    )


async def compute() -> None:
    """Keeps the loop busy, a millisecond at a time."""
    while True:
        end = time.thread_time() + 0.001
        while time.thread_time() < end:
            sum(range(100))
        await asyncio.sleep(0)


async def on(url: str, turns: int, busy_turns: int) -> None:
    """Every case on one database."""
    migrate(url)
    path = sqlite_path(url)
    database = await open_database(url)
    for busy, in_flight in product((False, True), IN_FLIGHT):
        name = "postgres" if path is None else "sqlite"
        await measure(name, database.run, busy_turns if busy else turns, in_flight, busy)
    await database.close()
    if path is not None and importlib.util.find_spec("aiosqlite"):
        async with by_statement(path) as run:
            for busy, in_flight in product((False, True), IN_FLIGHT):
                await measure("sqlite by statements", run, busy_turns if busy else turns, in_flight, busy)


@asynccontextmanager
async def by_statement(path: Path) -> AsyncIterator[Run]:
    """aiosqlite: every statement a hop to its thread and back, one transaction at a time."""
    aiosqlite = importlib.import_module("aiosqlite")
    queries: Any = aiosql.from_path(QUERIES, "aiosqlite")
    alone = asyncio.Lock()
    async with aiosqlite.connect(path, isolation_level=None) as connection:
        connection.row_factory = lambda cursor, row: {c[0]: v for c, v in zip(cursor.description, row, strict=True)}
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            await connection.execute(f"PRAGMA {pragma}")

        async def run(script: Callable[[], Script[None]]) -> None:
            async with alone:
                await connection.execute("BEGIN IMMEDIATE")
                steps, answer = script(), None
                try:
                    while True:
                        query = steps.send(answer)
                        answer = await getattr(queries, query.name)(connection, **query.values)
                except StopIteration:
                    await connection.execute("COMMIT")

        yield run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--turns", type=int, default=3000)
    parser.add_argument("--busy-turns", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in asked.urls or [sqlite_url(Path(folder) / "bench.db")]:
            asyncio.run(on(url, asked.turns, asked.busy_turns))


if __name__ == "__main__":
    main()
