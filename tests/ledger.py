"""The database seen from outside: read with the engine's own client, beside the assistant that writes to it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bot.channels.telegram.updates import CHANNEL
from bot.store.location import sqlite_path
from bot.store.sealed import Vault

KEY = "a key for the tests, long enough for a vault"

Row = dict[str, Any]


class Ledger:
    """What a database holds. Personal data is opened with the key of the tests."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.vault = Vault(KEY)

    def rows(self, sql: str) -> list[Row]:
        with self._open() as connection:
            return [dict(row) for row in connection.execute(sql).fetchall()]

    def run(self, *statements: str) -> None:
        """Changes the database under the assistant's feet."""
        with self._open() as connection:
            for statement in statements:
                connection.execute(statement)

    def count(self, table: str, where: str = "1 = 1") -> int:
        count: int = self.rows(f"SELECT COUNT(*) AS rows FROM {table} WHERE {where}")[0]["rows"]  # noqa: S608
        return count

    def person(self, number: int) -> Row | None:
        """Somebody's row, by the number of their chat."""
        digest = self.vault.digest(CHANNEL, str(number))
        return next(iter(self.rows(f"SELECT * FROM people WHERE digest = '{digest}'")), None)  # noqa: S608

    def facts(self, person: Row | None) -> Row:
        """What a person told us, as it is kept."""
        if person is None or person["sealed_conversation"] is None:
            return {}
        given = json.loads(self.vault.open(person["sealed_conversation"]))["given"]
        return {fact: value for fact, value, *_ in given if value is not None}

    def messages(self, person: Row | None) -> list[Row]:
        """The messages to a person, oldest first."""
        assert person is not None
        return self.rows(f"SELECT * FROM outbox WHERE person_id = '{person['id']}' ORDER BY id")  # noqa: S608

    def open_messages(self) -> int:
        return self.count("outbox", "state IN ('queued', 'dispatching')")

    def tables(self) -> list[str]:
        """Their names, those of the migrations' own record included."""
        if sqlite_path(self.url) is not None:
            names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        else:
            names = self.rows("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
        return [row["name"] for row in names]

    def everything(self) -> str:
        """All rows of all tables, and where the database is a file, its bytes and those of its log."""
        dump = "\n".join(str(row) for table in self.tables() for row in self.rows(f'SELECT * FROM "{table}"'))  # noqa: S608
        path = sqlite_path(self.url)
        if path is not None:
            files = [path.with_name(path.name + end) for end in ("", "-wal", "-shm")]
            dump += "\n".join(file.read_bytes().decode("utf-8", "replace") for file in files if file.exists())
        return dump

    @contextmanager
    def broken(self) -> Iterator[None]:
        """A turn that gets as far as its replies, and cannot queue them."""
        if sqlite_path(self.url) is not None:
            broken = ["CREATE TRIGGER broken BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'broken'); END"]
            mended = ["DROP TRIGGER broken"]
        else:
            refusal = "CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''broken''; END'"
            broken = [refusal, "CREATE TRIGGER broken BEFORE INSERT ON outbox EXECUTE FUNCTION refusal()"]
            mended = ["DROP TRIGGER broken ON outbox", "DROP FUNCTION refusal"]
        self.run(*broken)
        try:
            yield
        finally:
            self.run(*mended)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        path = sqlite_path(self.url)
        if path is None:
            with psycopg.connect(self.url, autocommit=True, row_factory=dict_row) as server:
                yield server
            return
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as file:
            file.row_factory = sqlite3.Row
            yield file
