"""The trail on both databases: it grows, and nobody changes what it says."""

import pytest

from bot.store import trail
from bot.store.database import Database
from bot.store.trail import Entry
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio


async def note(database: Database, id: str, at: int, prefecture: str | None = "38") -> None:
    await database.run(
        lambda: trail.note(id, at, "agent Ana", "pickups.import", prefecture=prefecture, subject="b1", people=12)
    )


async def listed(database: Database, **filters: object) -> list[str]:
    entries = await database.run(lambda: trail.entries(**filters))  # type: ignore[arg-type]
    return [each.id for each in entries]


async def test_an_entry_is_read_as_it_was_noted(database: Database) -> None:
    await note(database, "t1", 5)
    (entry,) = await database.run(trail.entries)
    assert entry == Entry("t1", 5, "agent Ana", "pickups.import", "38", "b1", 12, None)


async def test_the_latest_come_first_page_by_page(database: Database) -> None:
    for number in range(5):
        await note(database, f"t{number}", number)
    assert await listed(database, most=2) == ["t4", "t3"]
    assert await listed(database, most=2, before_id="t3") == ["t2", "t1"]
    assert await listed(database, since_ms=3) == ["t4", "t3"]


async def test_each_sees_the_prefectures_asked_for(database: Database) -> None:
    for id, code in (("t1", "38"), ("t2", "74"), ("t3", "973"), ("t4", None)):
        await note(database, id, 1, code)
    assert await listed(database) == ["t4", "t3", "t2", "t1"]
    assert await listed(database, prefectures=["74"]) == ["t2"]
    assert await listed(database, prefectures=["38", "973"]) == ["t3", "t1"]
    assert await listed(database, prefectures=["7"]) == []
    assert await listed(database, prefectures=[]) == []


@pytest.mark.parametrize(
    "change", ["UPDATE trail SET actor = 'nobody'", "DELETE FROM trail", "DELETE FROM trail WHERE id = 't1'"]
)
async def test_nobody_changes_what_was_noted(database: Database, database_url: str, change: str) -> None:
    await note(database, "t1", 5)
    with pytest.raises(Exception, match="append-only"):
        Ledger(database_url).run(change)
    assert await listed(database) == ["t1"]


@pytest.mark.parametrize("engine", ["postgres"])
async def test_nor_empties_it(database: Database, database_url: str) -> None:
    await note(database, "t1", 5)
    with pytest.raises(Exception, match="append-only"):
        Ledger(database_url).run("TRUNCATE trail")
    assert await listed(database) == ["t1"]
