"""Brings an embedded database up to date at the start of a process, at little cost where it already is."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.store.location import sqlite_path

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(url: str) -> None:
    """Migrates an embedded database that lacks something; a server's is migrated by the command, once a release."""
    path = sqlite_path(url)
    if path is None or _has_all(path):
        return
    from bot.store.migrate import migrate  # the migration tool takes longer to load than to look

    migrate(url)


def _has_all(path: Path) -> bool:
    """Whether the migration tool's own record names every migration of this version."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            applied = {name for (name,) in connection.execute("SELECT migration_id FROM _yoyo_migration")}
        except sqlite3.OperationalError:
            return False
    files = (file for file in MIGRATIONS.iterdir() if file.suffix in (".sql", ".py"))
    return {file.stem for file in files if not file.name.endswith(".rollback.sql")} <= applied
