"""What `Database.run` promises, on both databases: all of a script or nothing, and it fails alone."""

import asyncio
import sqlite3
from collections.abc import Callable

import asyncpg
import pytest

from bot.store import inbox, people
from bot.store.database import Database
from bot.store.location import sqlite_path
from bot.store.open import open_database
from bot.store.script import Script

pytestmark = pytest.mark.anyio


class Mishap(Exception):
    pass


def claims(*ids: str, mishap: bool = False) -> Callable[[], Script[str]]:
    def script() -> Script[str]:
        for id in ids:
            yield from inbox.claim("telegram", id, 1)
        if mishap:
            raise Mishap
        return ids[-1]

    return script


async def known(database: Database, *ids: str) -> list[str]:
    """Which of them had been claimed (all of them are, after this)."""
    return [id for id in ids if not await database.run(lambda id=id: inbox.claim("telegram", id, 1))]


async def test_a_script_that_raises_leaves_nothing_and_fails_alone(database: Database) -> None:
    results = await asyncio.gather(
        database.run(claims("1")),
        database.run(claims("2", "3", mishap=True)),
        database.run(claims("4")),
        database.run(lambda: people.meet("telegram", None, "", "id", 1)),  # type: ignore[arg-type]
        database.run(claims("5")),
        return_exceptions=True,
    )
    assert results[0::2] == ["1", "4", "5"]
    assert isinstance(results[1], Mishap)
    assert "null" in str(results[3]).lower()
    assert await known(database, "1", "2", "3", "4", "5") == ["1", "4", "5"]


async def test_what_is_answered_survives_the_process(database: Database, database_url: str) -> None:
    await asyncio.gather(*(database.run(claims(str(number))) for number in range(300)))
    witness = await open_database(database_url)
    assert len(await known(witness, *map(str, range(300)))) == 300
    await witness.close()


async def test_a_caller_who_gives_up_harms_nobody(database: Database) -> None:
    leaving = asyncio.create_task(database.run(claims("1")))
    staying = asyncio.create_task(database.run(claims("2")))
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == "2"
    assert await database.run(claims("3")) == "3"


async def test_close_writes_what_still_waits(database_url: str) -> None:
    database = await open_database(database_url)
    waiting = [asyncio.create_task(database.run(claims(str(number)))) for number in range(20)]
    await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    await database.close()
    witness = await open_database(database_url)
    assert len(await known(witness, *map(str, range(20)))) == 20
    await witness.close()


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_sqlite_waits_for_another_process_without_holding_up_the_loop(
    database: Database, database_url: str
) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(database.run(claims("1")))
    ticks = 0
    while ticks < 10:
        await asyncio.sleep(0.001)
        ticks += 1
    assert not waiting.done()
    other.execute("COMMIT")
    other.close()
    assert await waiting == "1"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_sqlite_is_asked_for_the_disk_at_every_commit(database_url: str) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    database = await open_database(database_url)
    connection = database._connection  # type: ignore[attr-defined]
    assert connection.execute("PRAGMA synchronous").fetchone() == {"synchronous": 2}
    assert connection.execute("PRAGMA journal_mode").fetchone() == {"journal_mode": "wal"}
    await database.close()


@pytest.mark.parametrize("engine", ["postgres"])
async def test_postgres_tries_again_what_it_gave_up(database: Database, database_url: str) -> None:
    """A script and another process lock two people in opposite orders: the script is given up, and comes to its end."""
    tries: list[str] = []

    def script() -> Script[str]:
        tries.append("begun")
        yield from people.meet("telegram", "a", "", "a", 1)
        tries.append("holds a")
        yield from people.meet("telegram", "b", "", "b", 1)
        return "done"

    await database.run(script)
    tries.clear()
    other = await asyncpg.connect(database_url, server_settings={"deadlock_timeout": "1min"})
    async with other.transaction():
        await other.execute("UPDATE people SET seen_at = 2 WHERE id = 'b'")
        running = asyncio.create_task(database.run(script))
        while "holds a" not in tries:
            await asyncio.sleep(0)
        await other.execute("UPDATE people SET seen_at = 2 WHERE id = 'a'")
    await other.close()
    assert await running == "done"
    assert tries.count("begun") == 2
