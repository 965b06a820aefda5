"""PostgreSQL: a pool of connections, one for each script that runs; several processes may share the database.

Transactions are READ COMMITTED: a statement that has waited for a row's lock sees the row as it is then. The scripts
rely on it to take turns on one person's row, or on a lease.

https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED,
https://magicstack.github.io/asyncpg/current/api/index.html#connection-pools
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosql
import asyncpg
from aiosql.adapters.asyncpg import AsyncPGAdapter
from aiosql.types import SQLOperationType

from bot.store.script import Query, Script

Result = TypeVar("Result")

TRIES = 3
"""How often a transaction is tried that PostgreSQL gave up in favour of another."""
MOST_CONNECTIONS = 10
"""A connection is busy for the length of a transaction, some milliseconds; the smallest plans allow twenty."""
PATIENCE = 30.0
"""Seconds for one statement, locks included."""
_GIVEN_UP = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class PostgresDatabase:
    """The scripts on a pool of connections."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", queries: Path) -> None:
        self._pool = pool
        self._queries = aiosql.from_path(queries, _OneConnection)

    @classmethod
    async def connect(cls, url: str, queries: Path) -> "PostgresDatabase":
        """`url` has been migrated; `queries` is the folder of named SQL. Raises OSError or asyncpg.PostgresError."""
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=MOST_CONNECTIONS,
            command_timeout=PATIENCE,
            reset=_leave,
            server_settings={"application_name": "rdv-sejour"},
        )
        return cls(pool, queries)

    async def run(self, script: Callable[[], Script[Result]]) -> Result:
        """The script's result, once committed. A connection lost during the commit raises: nobody knows."""
        async with self._pool.acquire() as connection:
            for tried in range(1, TRIES + 1):
                try:
                    async with connection.transaction():
                        return await self._drive(connection, script())
                except _GIVEN_UP:
                    if tried == TRIES:
                        raise
        raise AssertionError("unreachable")

    async def close(self) -> None:
        await self._pool.close()

    async def _drive(self, connection: Any, script: Script[Result]) -> Result:
        answer: Any = None
        while True:
            try:
                query: Query = script.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            function = getattr(self._queries, query.name)
            if function.operation is SQLOperationType.SELECT:
                answer = [row async for row in function(connection, **query.values)]
            else:
                answer = await function(connection, **query.values)


async def _leave(connection: Any) -> None:
    """Scripts leave nothing on a connection, so there is nothing to reset: a round trip less a turn."""


class _OneConnection(AsyncPGAdapter):
    """aiosql's asyncpg adapter for the connection of a transaction: never acquires one, gives dicts and row counts."""

    async def select(
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> AsyncIterator[dict[str, Any]]:
        for record in await conn.fetch(sql, *self.maybe_order_params(query_name, parameters)):
            yield dict(record)

    async def select_one(
        self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None
    ) -> dict[str, Any] | None:
        record = await conn.fetchrow(sql, *self.maybe_order_params(query_name, parameters))
        return None if record is None else dict(record)

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self.maybe_order_params(query_name, parameters))

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> int:
        """The rows changed, out of the command's tag: `INSERT 0 1`, `UPDATE 3`."""
        tag: str = await conn.execute(sql, *self.maybe_order_params(query_name, parameters))
        return int(tag.rpartition(" ")[2])
