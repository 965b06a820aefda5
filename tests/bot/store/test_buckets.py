"""What has left by a sender that processes share, slot by slot."""

import pytest

from bot.store import buckets
from bot.store.database import Database

pytestmark = pytest.mark.anyio


async def fill(database: Database, name: str, place: int, slot: int, count: int) -> None:
    await database.run(lambda: buckets.fill_slot(name, place, slot, count))


async def test_slots_are_counted_each_for_its_name(database: Database) -> None:
    await fill(database, "telegram", 7, 179_000_000_007, 3)
    await fill(database, "telegram", 8, 179_000_000_008, 1)
    await fill(database, "sms", 7, 179_000_000_007, 9)
    assert await database.run(lambda: buckets.slots("telegram", 0)) == {179_000_000_007: 3, 179_000_000_008: 1}
    assert await database.run(lambda: buckets.slots("telegram", 179_000_000_008)) == {179_000_000_008: 1}


async def test_a_place_never_goes_back(database: Database) -> None:
    for slot, count in ((50, 2), (50, 1), (40, 9), (50, 3), (60, 1), (50, 9)):
        await fill(database, "telegram", 0, slot, count)
    assert await database.run(lambda: buckets.slots("telegram", 0)) == {60: 1}
