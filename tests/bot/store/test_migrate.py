"""Migrations on both databases: from nothing, from every earlier version, and by two processes at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from yoyo.migrations import MigrationList

from bot.store import inbox
from bot.store.location import UnknownDatabase, sqlite_path, sqlite_url
from bot.store.migrate import _backend, known_migrations, migrate
from bot.store.open import open_database

VERSIONS = range(len(known_migrations()))


@pytest.mark.anyio
@pytest.mark.parametrize("version", VERSIONS)
async def test_every_earlier_version_becomes_this_one(empty_url: str, version: int) -> None:
    known = known_migrations()
    assert migrate(empty_url, MigrationList(list(known)[:version])) == version
    assert migrate(empty_url) == len(known) - version
    assert migrate(empty_url) == 0
    database = await open_database(empty_url)
    assert await database.run(lambda: inbox.claim("telegram", "1", 1))
    await database.close()


def test_processes_that_start_at_once_migrate_once(empty_url: str) -> None:
    program = "import sys; from bot.store.migrate import migrate; print(migrate(sys.argv[1]))"
    processes = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    applied = sorted(int(process.communicate(timeout=60)[0]) for process in processes)
    assert applied == [0, 0, len(known_migrations())]


def test_a_process_killed_while_migrating_stops_nobody(empty_url: str) -> None:
    migrate(empty_url)
    with _backend(empty_url) as backend:
        backend._insert_lock_row(1, timeout=0)
    assert migrate(empty_url) == 0


def test_the_folder_and_the_file_are_the_user_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "a folder?" / "50%" / "rdv.db"
    url = sqlite_url(path)
    migrate(url)
    assert sqlite_path(url) == path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_size > 0


@pytest.mark.parametrize("url", ["mysql://db/rdv", "sqlite:///:memory:", "sqlite://", "rdv.db", "postgres://db"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(UnknownDatabase, match="DATABASE_URL"):
        migrate(url)
