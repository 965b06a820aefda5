"""What the store costs: a turn's transaction (claim, meet, save, queue) by engine and by how many are in flight.

    python -m bench.store [URL …] [--turns 3000] [--work 0 1]

Without a URL: a SQLite file in a temporary folder (a real disk, please: the commit is what is measured). A URL names a
database to be migrated and written to. `--work` is what the loop computes besides each turn, in ms. Where aiosqlite is
installed, the same statements are also awaited one by one on it.
"""

import argparse
import asyncio
import importlib.util
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
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


async def measure(name: str, run: Run, turns: int, in_flight: int, work: float) -> None:
    started = time.time_ns() // 1000
    numbers = iter(range(turns))
    waits: list[float] = []

    async def client() -> None:
        for number in numbers:
            compute(work)
            asked = time.perf_counter()
            await run(lambda number=number: turn(number, started))
            waits.append(time.perf_counter() - asked)

    begun, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(in_flight)))
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    waits.sort()
    print(
        f"{name:22} {in_flight:3} in flight, {work:g} ms besides: {turns / took:6.0f} turns/s, "
        f"{cpu / turns * 1000 - work:5.2f} ms of CPU each, waits {waits[turns // 2] * 1000:6.2f} ms, "
        f"1 % over {waits[turns * 99 // 100] * 1000:6.2f} ms",
        flush=True,
    )


def compute(milliseconds: float) -> None:
    """Keeps the loop busy, as dialogs and rendering do."""
    end = time.thread_time() + milliseconds / 1000
    while time.thread_time() < end:
        sum(range(100))


async def on(url: str, turns: int, works: list[float]) -> None:
    """Every case on one database."""
    migrate(url)
    path = sqlite_path(url)
    database = await open_database(url)
    for in_flight, work in cases(works):
        await measure("postgres" if path is None else "sqlite", database.run, turns, in_flight, work)
    await database.close()
    if path is not None and importlib.util.find_spec("aiosqlite"):
        for in_flight, work in cases(works):
            await by_statement(path, turns, in_flight, work)


async def by_statement(path: Path, turns: int, in_flight: int, work: float) -> None:
    """The same turns on aiosqlite: every statement a hop to its thread and back, one transaction at a time."""
    import aiosqlite

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

        await measure("sqlite by statements", run, turns, in_flight, work)


def cases(works: list[float]) -> Iterator[tuple[int, float]]:
    return ((in_flight, work) for work in works for in_flight in IN_FLIGHT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--turns", type=int, default=3000)
    parser.add_argument("--work", type=float, nargs="+", default=[0.0, 1.0], metavar="MS")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in asked.urls or [sqlite_url(Path(folder) / "bench.db")]:
            asyncio.run(on(url, asked.turns, asked.work))


if __name__ == "__main__":
    main()
