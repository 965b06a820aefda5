"""What the migrations written in Python do alike, on whichever engine their connection is to.

They are applied somewhere already: what this does stays what it does.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

Column = tuple[str, str, str]
"""A table, a column that it is to have, and its type."""


def is_embedded(connection: Any) -> bool:
    """Whether it is to SQLite; else it is to PostgreSQL."""
    return isinstance(connection, sqlite3.Connection)


def grow(connection: Any, columns: Iterable[Column], statements: Iterable[str]) -> None:
    """Adds the columns that are not there yet, then runs the statements, which may have been run before."""
    embedded = is_embedded(connection)
    cursor = connection.cursor()
    for table, column, kind in columns:
        if embedded:
            cursor.execute("SELECT name FROM pragma_table_info(?)", (table,))
            if column not in {name for (name,) in cursor.fetchall()}:
                cursor.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        else:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {kind}")
    for statement in statements:
        cursor.execute(statement)
