"""What a transaction does, without saying on which database: a generator of named queries.

A script yields a `Query` and receives its result. SQLite runs a whole script in one hop to its thread, PostgreSQL
awaits query after query; the script, and the SQL it names, are the same.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
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


def together(scripts: Iterable[Script[None]]) -> Script[None]:
    """Scripts that only change rows and wait for no answer, each of their queries run once for all of them.

    The queries follow each other in the order in which they first come: a server is asked as often as there are
    queries, not as there are scripts.

    >>> def greet(person):
    ...     yield from query("add_person", id=person)
    ...     yield from query("add_message", person_id=person)
    >>> [(many.name, len(many.rows)) for many in together(map(greet, ["Ana", "Bea", "Cleo"]))]
    [('add_person', 3), ('add_message', 3)]
    """
    rows: dict[str, list[Mapping[str, object]]] = {}
    for script in scripts:
        for step in script:
            rows.setdefault(step.name, []).extend(step.rows if isinstance(step, Many) else (step.values,))
    for name, values in rows.items():
        yield Many(name, values)
