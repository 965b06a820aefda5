"""One query for many rows: all of them, or none."""

import pytest

from bot.store import leases
from bot.store.database import Database
from bot.store.script import Script, query, query_many
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio


def written(*names: str, fails: bool = False) -> Script[int]:
    yield from query_many("renew_lease", [{"lease": name, "holder": name.upper(), "now_ms": 1} for name in names])
    if fails:
        raise ValueError("after all")
    holders = yield from leases.holders()
    return len(holders)


async def test_all_of_them_are_written(database: Database, database_url: str) -> None:
    assert await database.run(lambda: written("a", "b", "c")) == 3
    rows = Ledger(database_url).rows("SELECT name, holder, renewed_at FROM leases ORDER BY name")
    assert [tuple(row.values()) for row in rows] == [("a", "A", 1), ("b", "B", 1), ("c", "C", 1)]


async def test_no_rows_ask_nothing(database: Database) -> None:
    assert await database.run(lambda: written()) == 0
    assert list(query_many("no_such_query", [])) == []


async def test_none_of_them_is_left_when_the_script_fails(database: Database) -> None:
    with pytest.raises(ValueError, match="after all"):
        await database.run(lambda: written("a", "b", fails=True))
    assert await database.run(lambda: query("lease_holders")) == []
