"""What each of these commands stands on: the database of the settings, its key, the clock, whoever is at the server."""

import asyncio
import getpass
import os
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import typer

from bot.agents.actor import Actor, operator
from bot.agents.names import BadName, read_name
from bot.clock import milliseconds
from bot.commands.refusing import refuse as refuse
from bot.ids import TimeOrderedIds
from bot.settings import Misconfigured, Settings, load_settings
from bot.store.database import Database
from bot.store.location import sqlite_path
from bot.store.open import open_database
from bot.store.sealed import BadKey, Vault, find_key
from bot.store.version import bring_up_to_date

Result = TypeVar("Result")

INTERRUPTED = 3
"""The exit code of a command whose database failed in its middle."""


@dataclass(frozen=True)
class Office:
    """A database that is up to date and open, and its key."""

    settings: Settings
    database: Database
    vault: Vault
    ids: Callable[[datetime], str]
    clock: Callable[[], datetime]

    def now_ms(self) -> int:
        """This moment in unix milliseconds."""
        return milliseconds(self.clock())

    def new_id(self) -> str:
        """An id that sorts by this moment."""
        return self.ids(self.clock())


def at_work(work: Callable[[Office], Awaitable[Result]]) -> Result:
    """What `work` gives. What the settings or the key lack ends the command in one line with exit code 2, a database
    that fails later with 3."""
    try:
        settings = load_settings()
        bring_up_to_date(settings.database_url)
        key = settings.rdv_key.get_secret_value() if settings.rdv_key else None
        vault = Vault(find_key(key, sqlite_path(settings.database_url)))
    except (Misconfigured, BadKey) as problem:
        refuse(str(problem))

    async def open_and_work() -> Result:
        try:
            database = await open_database(settings.database_url)
        except Exception as problem:  # its words may hold the password
            refuse(f"DATABASE_URL : la base ne répond pas ({type(problem).__name__}). Est-elle démarrée et joignable ?")
        try:
            return await work(Office(settings, database, vault, TimeOrderedIds(), lambda: datetime.now(UTC)))
        finally:
            await database.close()

    try:
        return asyncio.run(open_and_work())
    except Exception as problem:
        if not isinstance(problem, _failures()):
            raise
        print(
            f"La base a cessé de répondre ({type(problem).__name__}). Ce qui était fait est gardé : relancez la même "
            "commande, elle reprend où elle en était.",
            file=sys.stderr,
        )
        raise typer.Exit(INTERRUPTED) from None


def _failures() -> tuple[type[Exception], ...]:
    """What a database raises that fails while one works with it. The server's driver may not have been loaded."""
    import asyncpg

    return (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)


def at_the_server(name: str | None) -> Actor:
    """Whoever runs the command: as they say by `--as`, else as their user on this machine."""
    if name is None:
        return operator(_user())
    try:
        return operator(read_name(name))
    except BadName as problem:
        refuse(f"--as : {problem}.")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number that has no name
        return f"uid {os.getuid()}"
