"""Numbers that want nothing any more."""

import pytest

from bot.store import opt_outs, outbox, people
from bot.store.database import Database
from tests.bot.store.conftest import Queue

pytestmark = pytest.mark.anyio


async def test_out_and_in_again(database: Database) -> None:
    assert not await database.run(lambda: opt_outs.is_out("sms", "ada"))
    assert await database.run(lambda: opt_outs.opt_out("sms", "ada", 5))
    assert not await database.run(lambda: opt_outs.opt_out("sms", "ada", 6)), "known already"
    assert await database.run(lambda: opt_outs.is_out("sms", "ada"))
    assert not await database.run(lambda: opt_outs.is_out("telegram", "ada"))
    assert await database.run(lambda: opt_outs.opt_in("sms", "ada"))
    assert not await database.run(lambda: opt_outs.opt_in("sms", "ada"))
    assert not await database.run(lambda: opt_outs.is_out("sms", "ada"))


async def test_what_waits_in_any_lane_is_cancelled(database: Database, queue: Queue) -> None:
    for lane in (0, 1, 2):
        await queue(f"ada{lane}", "ada", lane=lane, channel="sms")
    await queue("bea", "bea", channel="sms")
    assert await database.run(lambda: opt_outs.end_all("sms", "ada", "ada", 7))
    for lane in (0, 1, 2):
        status = await database.run(lambda lane=lane: outbox.status(f"ada{lane}"))  # type: ignore[misc]
        assert status is not None
        assert (status.state, status.reason, status.finished_at) == ("cancelled", opt_outs.REASON, 7)
    status = await database.run(lambda: outbox.status("bea"))
    assert status is not None
    assert status.state == "queued"


async def test_it_outlives_the_person(database: Database, queue: Queue) -> None:
    await queue("m", "ada", channel="sms")
    await database.run(lambda: opt_outs.end_all("sms", "ada", "ada", 7))
    await database.run(lambda: people.erase("ada"))
    assert await database.run(lambda: opt_outs.is_out("sms", "ada"))
