"""The inbox on both databases: once, whatever is delivered twice."""

import pytest

from bot.store import inbox
from bot.store.database import Database

pytestmark = pytest.mark.anyio


async def test_an_update_is_claimed_once(database: Database) -> None:
    assert await database.run(lambda: inbox.claim("telegram", "1", 1000))
    assert not await database.run(lambda: inbox.claim("telegram", "1", 2000))
    assert await database.run(lambda: inbox.claim("sms", "1", 2000)), "another channel counts for itself"


async def test_the_polling_offset_only_advances(database: Database) -> None:
    assert await database.run(lambda: inbox.offset("telegram")) is None
    for value in (10, 12, 11):
        await database.run(lambda value=value: inbox.advance("telegram", value))
    assert await database.run(lambda: inbox.offset("telegram")) == 12


async def test_old_updates_go_a_part_at_a_time(database: Database) -> None:
    for number in range(5):
        await database.run(lambda number=number: inbox.claim("telegram", str(number), number))
    assert await database.run(lambda: inbox.purge(4, 3)) == 3
    assert await database.run(lambda: inbox.purge(4, 3)) == 1
    assert not await database.run(lambda: inbox.claim("telegram", "4", 9)), "the newest is still known"
