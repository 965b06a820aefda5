"""The worker: it works while it runs, and leaves its place when it stops."""

import asyncio

import pytest

from bot.notices.openings.announcer import LEASE, Announcer
from bot.notices.openings.desk import OpeningDesk
from tests.bot.notices.openings.conftest import Announce
from tests.bot.notices.openings.crowd import Crowd

pytestmark = pytest.mark.anyio


async def test_it_tells_who_waits_and_leaves_in_good_order(
    desk: OpeningDesk, crowd: Crowd, announced: Announce
) -> None:
    crowd.many(3)
    await announced()
    queued = asyncio.Event()
    announcer = Announcer(desk, "this process", queued.set)
    running = asyncio.create_task(announcer.run())
    async with asyncio.timeout(10):
        await queued.wait()
        announcer.stop()
        await running
    assert len(crowd.told()) == 3
    (lease,) = crowd.ledger.rows(f"SELECT holder, renewed_at FROM leases WHERE name = '{LEASE}'")  # noqa: S608
    assert lease == {"holder": "this process", "renewed_at": 0}


async def test_with_nothing_due_nothing_is_written(desk: OpeningDesk, crowd: Crowd) -> None:
    assert await Announcer(desk, "this process").work() == 0
    assert crowd.ledger.count("leases") == 0


async def test_a_database_that_fails_is_tried_again(desk: OpeningDesk, crowd: Crowd, announced: Announce) -> None:
    crowd.many(2)
    await announced()
    announcer = Announcer(desk, "this process")
    with crowd.ledger.broken(), pytest.raises(Exception, match="broken"):
        await announcer.work()
    assert crowd.told() == {}
    assert {crowd.subscription(each)["unanswered"] for each in ("p000", "p001")} == {0}
    assert await announcer.work() == 2
