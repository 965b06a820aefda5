"""What a turn asks of SQLite: found by what is open, however long somebody's past is."""

import sqlite3
from pathlib import Path

import aiosql
import pytest

from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from bot.store.open import QUERIES


@pytest.fixture
def connection(tmp_path: Path) -> sqlite3.Connection:
    path = tmp_path / "rdv.db"
    migrate(sqlite_url(path))
    return sqlite3.connect(path)


def steps(connection: sqlite3.Connection, sql: str, **values: object) -> int:
    """The steps SQLite takes for a query (https://www.sqlite.org/c3ref/progress_handler.html)."""
    taken = 0

    def step() -> None:
        nonlocal taken
        taken += 1

    connection.set_progress_handler(step, 1)
    connection.execute(sql, values).fetchall()
    connection.set_progress_handler(None, 0)
    return taken


def test_a_long_past_makes_nobody_wait(connection: sqlite3.Connection) -> None:
    queries = aiosql.from_path(QUERIES, "sqlite3")
    met = {"id": "ana", "channel": "telegram", "digest": "d", "sealed_address": "s", "now_ms": 0}
    connection.execute(queries.meet.sql, met).fetchall()

    def said(first: int, last: int) -> None:
        for number in range(first, last):
            text = {"id": f"m{number:05}", "person_id": "ana", "channel": "telegram", "lane": 0, "sealed_message": ""}
            connection.execute(queries.add_claimed_message.sql, {**text, "now_ms": number, "owner": "us"})
            connection.execute("UPDATE outbox SET state = 'accepted', finished_at = 1 WHERE id = ?", (text["id"],))

    said(0, 10)
    soon = steps(connection, queries.open_message_of.sql, person_id="ana")
    said(10, 1000)
    assert steps(connection, queries.open_message_of.sql, person_id="ana") == soon
