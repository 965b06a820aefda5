"""What it costs to announce an opening to a crowd: the rehearsal, the draw and its waves, and how long a turn may wait.

    python -m bench.openings [--people 100000] [--postgres URL] [--folder DIR]

Twice: as an agent announces it (20 slots: everybody is drawn, the first hundred are queued), and the worst case, where
all are told in one wave. Without `--postgres`, a SQLite file in a temporary folder of `--folder` (a real disk, please:
the commits are what is measured). A URL names an empty database to be migrated and written to.
"""

import argparse
import asyncio
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from bot.agents.actor import operator
from bot.ids import TimeOrderedIds
from bot.notices.openings.announcement import MOST_SLOTS, read_announcement
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.deciding import announce
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.rehearsal import rehearse
from bot.store.database import Database
from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault
from dialogs.knowledge.library import load_knowledge

Result = TypeVar("Result")
GOAL = 5.0
"""Seconds, on SQLite, for 100,000 people."""
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


class Timed:
    """A database that notes its longest transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.longest, self.transactions = 0.0, 0

    async def run(self, script: Callable[[], Script[Result]], *, ahead: bool = False) -> Result:
        began = time.perf_counter()
        result = await self._database.run(script, ahead=ahead)
        self.longest = max(self.longest, time.perf_counter() - began)
        self.transactions += 1
        return result

    async def close(self) -> None:
        await self._database.close()


def crowd(people: int, vault: Vault) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The rows of people who wait for calendar 3.2: four in five on Telegram, one in five reads English."""
    address = vault.seal("730000001")
    for number in range(people):
        person = f"0199f3a1c800{number:018x}"
        channel, language = "sms" if number % 5 == 4 else "telegram", "en" if number % 5 == 3 else "fr"
        yield (
            "people (id, channel, digest, sealed_address, language, created_at, seen_at)",
            (*(person, channel, f"{number:064x}", address, language, 0, 0),),
        )
        subscription = f"0199f3a1c900{number:018x}"
        yield (
            "subscriptions (id, person_id, prefecture, state, releases, created_at, unanswered)",
            (*(subscription, person, "74", "active", 1, 0, 0),),
        )
        yield "subscription_calendars (subscription_id, prefecture, calendar)", (subscription, "74", "3.2")


def fill(url: str, people: int, vault: Vault) -> None:
    """Writes the crowd, by the engine's own client."""
    path = sqlite_path(url)
    tables: dict[str, list[tuple[object, ...]]] = {}
    for table, values in crowd(people, vault):
        tables.setdefault(table, []).append(values)
    if path is not None:
        import sqlite3

        with sqlite3.connect(path) as file:
            for table, rows in tables.items():
                marks = ", ".join("?" * len(rows[0]))
                file.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        file.close()
        return
    import psycopg

    with psycopg.connect(url) as server, server.cursor() as cursor:
        for table, rows in tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute("ANALYZE")


def peak() -> float:
    """The most memory this process has used, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(url: str, people: int, vault: Vault) -> float:
    """Both announcements, a day apart; the seconds of the first."""
    database = Timed(await open_database(url))
    clock = [NOON]
    desk = OpeningDesk(
        load_knowledge(),
        database,
        vault,
        Decimal("0.0798"),
        "USD",
        lambda: clock[0],
        TimeOrderedIds(),
        None,
        30.0,
        10.0,
    )
    slots = min(MOST_SLOTS, people)
    usual = await announced(desk, database, f"20 slots, {people} people", 20, 5)
    clock[0] += timedelta(hours=25)
    await announced(desk, database, "all in one wave", slots, -(-people // slots))
    await database.close()
    return usual


async def announced(desk: OpeningDesk, database: Timed, title: str, slots: int, per_slot: int) -> float:
    """One announcement until there is nothing more to do for now; its seconds."""
    now, actor, before = desk.clock(), operator("bench"), peak()
    until = (now + timedelta(hours=6)).isoformat()
    announcement = read_announcement(desk.knowledge, "74", "3.2", slots, until, now, per_slot=per_slot)
    began = time.perf_counter()
    rehearsal = await database.run(lambda: rehearse(desk, actor, announcement, now))
    rehearsed = time.perf_counter() - began
    database.longest = database.transactions = 0
    began, cpu = time.perf_counter(), time.process_time()
    await database.run(lambda: announce(desk, actor, rehearsal, now, at_once=True))
    queued = await Announcer(desk, "bench").work()
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    if queued != min(rehearsal.ready, announcement.wave_size):
        raise SystemExit(f"{queued} were queued, {min(rehearsal.ready, announcement.wave_size)} should be")
    print(
        f"{title}: rehearsal {rehearsed:.2f} s; drawn, {queued} queued in {took:.2f} s ({cpu:.2f} s of CPU), "
        f"{database.transactions} transactions, the longest {database.longest * 1000:.0f} ms; "
        f"peak memory {before:.0f} MB before, {peak():.0f} MB after"
    )
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--postgres", metavar="URL")
    parser.add_argument("--folder", metavar="DIR")
    asked = parser.parse_args()
    vault = Vault("a key for the bench, long enough for a vault")
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        url = asked.postgres or sqlite_url(Path(folder) / "bench.db")
        migrate(url)
        child = os.fork()  # what it takes to write the crowd is not part of the measure
        if child == 0:
            fill(url, asked.people, vault)
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            raise SystemExit("the crowd could not be written")
        took = asyncio.run(measure(url, asked.people, vault))
    if asked.postgres is None and took > GOAL * asked.people / 100_000:
        raise SystemExit(f"more than {GOAL:g} s for 100,000")


if __name__ == "__main__":
    main()
