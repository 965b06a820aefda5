"""SQLite: scripts run where they are called, and one commit carries all that came together.

Every statement takes microseconds, the commit milliseconds: it waits for the disk. So the scripts that wait are run one
after the other on the event loop, in one transaction with a savepoint each, and only the commit, where the disk is
slow, goes to a thread, which lets go of the interpreter's lock while the disk writes (the figures are in
docs/decisions/0005-store.md and 0007-speed.md).

https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous
"""

import asyncio
import sqlite3
import sys
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import aiosql
from aiosql.types import SQLOperationType

from bot.store.script import Many, Query, Script

Result = TypeVar("Result")

MOST_SCRIPTS = 256
SHORTEST, LONGEST = 0.002, 0.025
"""Seconds of scripts between two commits, within these bounds four times as long as a commit takes: meanwhile
the loop serves nobody else, and a message cannot leave before its commit."""
QUICK = 0.001
"""Seconds of a commit that the loop itself waits for: handing it to the thread and back costs more than that."""
PASSES = 3
"""Passes of the loop between two transactions. In them, the turns that were just committed go on and their replies
leave; otherwise those behind them come first, everybody's reply waits for everybody's turn, and those who are answered
together come back together."""
PATIENCE = 5.0
"""Seconds to wait for another process that writes (`rdv-sejour migrate`, a backup)."""
SWITCH = 0.0005
"""Seconds after which a thread that waits for the interpreter's lock may ask for it. With Python's 5 ms the thread that
commits starves beside a busy loop, for seconds: the loop looks at its sockets more often than that, and each look
starts the wait anew without leaving the time to take the lock. https://docs.python.org/3/library/sys.html#sys.setswitchinterval"""
CACHE = 8 << 10
"""KiB of pages kept in memory. With SQLite's 2 MB, the pages of a few hundred people push each other out.
https://www.sqlite.org/pragma.html#pragma_cache_size"""
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    f"cache_size = -{CACHE}",
)

_Job = tuple[Callable[[], Script[Any]], "asyncio.Future[Any]"]


class SqliteDatabase:
    """One file, one connection. To be used from the event loop that opened it."""

    def __init__(self, path: Path, queries: Path) -> None:
        """`path` has been migrated; `queries` is the folder of named SQL. Raises sqlite3.OperationalError."""
        self._connection = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        sys.setswitchinterval(min(SWITCH, sys.getswitchinterval()))
        for pragma in (*_PRAGMAS, "busy_timeout = 0"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.row_factory = _row
        self._queries = _named(queries)
        self._waiting: deque[_Job] = deque()
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._writer: asyncio.Task[None] | None = None
        self._commit_takes = 0.0

    async def run(self, script: Callable[[], Script[Result]], *, ahead: bool = False) -> Result:
        """The script's result, once it is on the disk with those that came at the same time."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        if ahead:
            self._waiting.appendleft((script, future))
        else:
            self._waiting.append((script, future))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await future

    async def close(self) -> None:
        """Once what still waits has been written."""
        if self._writer is not None:
            await asyncio.wait({self._writer})
        self._committer.shutdown()
        self._connection.close()

    async def _write(self) -> None:
        while self._waiting:
            try:
                await self._begin()
            except sqlite3.Error as problem:
                self._refuse([future for _, future in self._waiting], problem)
                self._waiting.clear()
                return
            await self._write_once()
            for _ in range(PASSES):
                await asyncio.sleep(0)

    async def _begin(self) -> None:
        """Waits on the loop, not in it, for another process that writes."""
        give_up = perf_counter() + PATIENCE
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as problem:
                if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or perf_counter() > give_up:
                    raise
                await asyncio.sleep(0.005)
            else:
                return

    async def _write_once(self) -> None:
        """The scripts that wait, one commit, then their results: nobody hears of what is not on the disk."""
        written_before = self._connection.total_changes
        results: list[tuple[asyncio.Future[Any], Any]] = []
        failures: list[tuple[asyncio.Future[Any], Exception]] = []
        pause = perf_counter() + min(LONGEST, max(SHORTEST, 4 * self._commit_takes))
        try:
            while self._waiting and len(results) < MOST_SCRIPTS and perf_counter() < pause:
                script, future = self._waiting.popleft()
                if future.cancelled():
                    continue
                try:
                    results.append((future, self._alone(script)))
                except Exception as problem:
                    failures.append((future, problem))
                    if not self._connection.in_transaction:
                        raise  # disk full, disk broken: SQLite has rolled everything back
            if self._connection.total_changes == written_before:
                self._connection.execute("COMMIT")
            elif self._commit_takes < QUICK:
                self._commit()
            else:
                await asyncio.get_running_loop().run_in_executor(self._committer, self._commit)
        except Exception as problem:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._refuse([future for future, _ in results], problem)
        else:
            for future, result in results:
                if not future.done():
                    future.set_result(result)
        for future, failure in failures:
            self._refuse([future], failure)

    def _commit(self) -> None:
        began = perf_counter()
        self._connection.execute("COMMIT")
        self._commit_takes += (perf_counter() - began - self._commit_takes) / 8

    def _alone(self, script: Callable[[], Script[Result]]) -> Result:
        """One script in its savepoint: what it raises undoes its own work and nothing else."""
        execute = self._connection.execute
        execute("SAVEPOINT script")
        try:
            result = self._drive(script())
        except BaseException:
            if self._connection.in_transaction:
                execute("ROLLBACK TO script")
                execute("RELEASE script")
            raise
        execute("RELEASE script")
        return result

    def _drive(self, script: Script[Result]) -> Result:
        answer: Any = None
        while True:
            try:
                query: Query | Many = script.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            sql, gives = self._queries[query.name]
            if isinstance(query, Many):
                answer = None
                self._connection.executemany(sql, query.rows)
            else:
                answer = gives(self._connection.execute(sql, query.values))

    @staticmethod
    def _refuse(futures: list["asyncio.Future[Any]"], problem: Exception) -> None:
        for future in futures:
            if not future.done():
                future.set_exception(problem)


def _named(folder: Path) -> dict[str, tuple[str, Callable[[sqlite3.Cursor], Any]]]:
    """The SQL by its names, and what each gives. aiosql's own functions cost as much again as SQLite does."""
    loaded = aiosql.from_path(folder, "sqlite3")
    functions = {name: getattr(loaded, name) for name in loaded.available_queries if not name.endswith("_cursor")}
    return {name: (each.sql, _GIVES[each.operation]) for name, each in functions.items()}


def _first(cursor: sqlite3.Cursor) -> dict[str, Any] | None:
    return next(iter(cursor.fetchall()), None)  # all of them: a statement that is not done holds the transaction


def _value(cursor: sqlite3.Cursor) -> Any:
    row = _first(cursor)
    return None if row is None else next(iter(row.values()))


_GIVES: Mapping[SQLOperationType, Callable[[sqlite3.Cursor], Any]] = {
    SQLOperationType.SELECT: sqlite3.Cursor.fetchall,
    SQLOperationType.SELECT_ONE: _first,
    SQLOperationType.SELECT_VALUE: _value,
    SQLOperationType.INSERT_UPDATE_DELETE: lambda cursor: cursor.rowcount,
}


_NAME = itemgetter(0)


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(map(_NAME, cursor.description), values, strict=True))
