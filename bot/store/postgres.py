"""PostgreSQL: a pool of connections, one for each script that runs; several processes may share the database.

Transactions are READ COMMITTED: a statement that has waited for a row's lock sees the row as it is then. The scripts
rely on it to take turns on one person's row, or on a lease.

https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED,
https://magicstack.github.io/asyncpg/current/api/index.html#connection-pools
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosql
import asyncpg
from aiosql.adapters.asyncpg import AsyncPGAdapter
from aiosql.types import SQLOperationType

from bot.store.script import Many, Query, Script

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
        self._statements = _statements(queries)

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

    async def run(
        self,
        script: Callable[[], Script[Result]],
        *,
        ahead: bool = False,  # noqa: ARG002 - there is no line
    ) -> Result:
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
                query: Query | Many = script.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            statement = self._statements[query.name]
            if isinstance(query, Many):
                rows = [[row[name] for name in statement.parameters] for row in query.rows]
                answer = await connection.executemany(statement.sql, rows)
            else:
                answer = await statement.run(connection, [query.values[name] for name in statement.parameters])


async def _leave(connection: Any) -> None:
    """Scripts leave nothing on a connection, so there is nothing to reset: a round trip less a turn."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """A named query as PostgreSQL takes it (`$1`), and the names of its parameters in their order."""

    sql: str
    parameters: tuple[str, ...]
    operation: SQLOperationType

    async def run(self, connection: Any, values: Sequence[object]) -> Any:
        match self.operation:
            case SQLOperationType.SELECT:
                return [dict(record) for record in await connection.fetch(self.sql, *values)]
            case SQLOperationType.SELECT_ONE:
                record = await connection.fetchrow(self.sql, *values)
                return None if record is None else dict(record)
            case SQLOperationType.SELECT_VALUE:
                return await connection.fetchval(self.sql, *values)
            case _:
                tag: str = await connection.execute(self.sql, *values)
                return int(tag.rpartition(" ")[2])  # `INSERT 0 1`, `UPDATE 3`


def _statements(folder: Path) -> dict[str, _Statement]:
    """aiosql's own asyncpg functions look at each call whether the connection is a pool: 30 µs. So only its reading."""
    queries = aiosql.from_path(folder, "asyncpg")
    orders = cast(AsyncPGAdapter, queries.driver_adapter).var_sorted
    functions = {name: getattr(queries, name) for name in queries.available_queries}
    return {
        name: _Statement(function.sql, tuple(orders[name]), function.operation)
        for name, function in functions.items()
        if not name.endswith("_cursor")
    }
