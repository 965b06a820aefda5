"""Where the database is: what `DATABASE_URL` may say, and where it is when that says nothing."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path

APPLICATION = "rdv-sejour"
_POSTGRES = ("postgres", "postgresql")


class UnknownDatabase(ValueError):
    """A `DATABASE_URL` that names no database we know; its text says what would be right."""


def default_url() -> str:
    """A SQLite file in the user's data folder."""
    return sqlite_url(user_data_path(APPLICATION) / f"{APPLICATION}.db")


def sqlite_url(path: Path) -> str:
    """
    >>> sqlite_url(Path("/srv/rdv.db"))
    'sqlite:////srv/rdv.db'
    """
    return f"sqlite:///{path}"


def sqlite_path(url: str) -> Path | None:
    """The file of an embedded database, or None for a server's.

    Raises UnknownDatabase for any other URL; it is not repeated, as it may hold a password.

    >>> sqlite_path("sqlite:///rdv.db"), sqlite_path("postgres://rdv@db/rdv")
    (PosixPath('rdv.db'), None)
    """
    scheme, _, rest = url.partition("://")
    if scheme in _POSTGRES and urlsplit(url).path.strip("/"):
        return None
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/") and not rest.startswith("/:"):
        return Path(unquote(rest[1:]))
    raise UnknownDatabase("DATABASE_URL: sqlite:///file.db or postgresql://user:password@host/database is expected")
