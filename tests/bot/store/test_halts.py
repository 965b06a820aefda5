"""A sender that stands still: it is known why, and since when."""

import pytest

from bot.store import halts
from bot.store.database import Database
from bot.store.halts import Halt

pytestmark = pytest.mark.anyio


async def test_a_halt_goes_on_until_it_is_lifted(database: Database) -> None:
    assert await database.run(lambda: halts.current("sms")) is None
    await database.run(lambda: halts.halt("sms", "21606", 10, 500))
    await database.run(lambda: halts.halt("other", "20003", 5, 50))
    await database.run(lambda: halts.halt("sms", "30007", 20, 60))
    assert await database.run(lambda: halts.current("sms")) == Halt("sms", "30007", 10, 500)
    assert [each.sender for each in await database.run(halts.everywhere)] == ["other", "sms"]
    assert await database.run(lambda: halts.lift("sms"))
    assert not await database.run(lambda: halts.lift("sms"))
    assert await database.run(lambda: halts.current("sms")) is None
