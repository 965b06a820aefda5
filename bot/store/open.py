"""Opens the database that a URL names."""

from pathlib import Path

from bot.store.database import Database
from bot.store.location import sqlite_path

QUERIES = Path(__file__).parent / "queries"


async def open_database(url: str) -> Database:
    """The database, which `migrate` has brought up to date; to be closed by the caller, on the same event loop.

    Raises UnknownDatabase when the URL names none that we know, and what the engine raises when it is not there.
    """
    path = sqlite_path(url)
    if path is not None:
        from bot.store.sqlite import SqliteDatabase

        return SqliteDatabase(path, QUERIES)
    from bot.store.postgres import PostgresDatabase  # its driver is not loaded for an embedded database

    return await PostgresDatabase.connect(url, QUERIES)
