"""Brings the tables up to date: the files of `migrations/`, in order, each once.

yoyo keeps the record. Its own lock stays behind when a process is killed, so ours, which dies with its process, stands
around it; a lock of yoyo's found inside is a dead one. https://ollycope.com/software/yoyo/latest/
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from yoyo.backends.base import DatabaseBackend  # type: ignore[import-untyped]
from yoyo.connections import DatabaseURI, parse_uri  # type: ignore[import-untyped]
from yoyo.migrations import MigrationList, default_migration_table, read_migrations  # type: ignore[import-untyped]

from bot.store.location import sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"
PATIENCE = 60.0
"""Seconds to wait for another process that migrates the same database."""
_LOCK = 0x7264_7673  # any number, the same in every process


def migrate(url: str, migrations: MigrationList | None = None) -> int:
    """Applies what is missing and returns how many that were; none is the usual case.

    Safe when processes start at once: one works, the others wait and find it done. Makes the file of an embedded
    database, and its folder, for the user alone. Raises UnknownDatabase, and what the engine raises.
    """
    with _alone(url):
        backend = _backend(url)
        backend.init_database()
        with backend:
            backend.break_lock()
            missing = backend.to_apply(known_migrations() if migrations is None else migrations)
            backend.apply_migrations(missing)
            return len(missing)


def known_migrations() -> MigrationList:
    """The migrations of this version, oldest first."""
    return read_migrations(str(MIGRATIONS))


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """For the one process that migrates; the lock goes with the connection that holds it."""
    path = sqlite_path(url)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        # An empty database beside ours, locked whole: ours must stay free for yoyo's own connections.
        with closing(sqlite3.connect(f"{path}.migrating", timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT set_config('lock_timeout', %s, false)", (f"{PATIENCE:.0f}s",))
        server.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        yield


def _backend(url: str) -> DatabaseBackend:
    """yoyo's, made by hand: `get_backend` would look through every installed package for it."""
    path = sqlite_path(url)
    if path is not None:
        from yoyo.backends.core.sqlite3 import SQLiteBackend  # type: ignore[import-untyped]

        # yoyo puts the name into a `file:` address as it is.
        where = DatabaseURI("sqlite", None, None, None, None, quote(str(path)), {})
        return SQLiteBackend(where, default_migration_table)
    from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend  # type: ignore[import-untyped]

    return PostgresqlPsycopgBackend(parse_uri(url), default_migration_table)
