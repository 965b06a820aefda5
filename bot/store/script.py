"""What a transaction does, without saying on which database: a generator of named queries.

A script yields a `Query` and receives its result. SQLite runs a whole script in one hop to its thread, PostgreSQL
awaits query after query; the script, and the SQL it names, are the same.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Query:
    """A query of the `.sql` files by its name, and its values."""

    name: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Many:
    """A query that changes rows and is run once for each of these values, in one go; nothing comes back."""

    name: str
    rows: Sequence[Mapping[str, object]]


Script = Generator[Query | Many, Any, Result]


def query(name: str, **values: object) -> Script[Any]:
    """One query, as a step of a script: `rows = yield from query("queued", now=now)`.

    What comes back is what the query's mark in the `.sql` file says: a row or None (`^`), a value (`$`), the number
    of rows changed (`!`), else a list of rows. Rows are mappings.
    """
    result = yield Query(name, values)
    return result


def query_many(name: str, rows: Sequence[Mapping[str, object]]) -> Script[None]:
    """One query for many rows, as a step of a script: `yield from query_many("add_draw", rows)`."""
    if rows:
        yield Many(name, rows)
