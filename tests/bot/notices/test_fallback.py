"""Telegram failed: an SMS, once."""

import asyncio

import pytest

from bot.notices.desk import NoticeDesk
from bot.notices.fallback import FallBack, fall_back
from bot.notices.pickups import import_rows
from bot.notices.report import report
from bot.store import claiming, opt_outs, outbox, people, settling
from bot.store.settling import Ending
from tests.bot.notices.conftest import ACTOR, Clock, number, some
from tests.bot.notices.mail import linked, sent

pytestmark = pytest.mark.anyio


async def told_on_telegram(desk: NoticeDesk, state: Ending, reason: str | None = None) -> str:
    """One notice on Telegram that came to this state; gives the batch."""
    await linked(desk, number(0))
    done = await import_rows(desk, some(1), "38", ACTOR)
    (row,) = await desk.database.run(lambda: claiming.claim_due("telegram", "us", desk.now_ms(), 9))
    await desk.database.run(lambda: settling.finish(row.id, state, desk.now_ms(), reason=reason))
    assert done.batch
    return done.batch


async def test_a_notice_that_telegram_did_not_take_goes_by_sms_once(desk: NoticeDesk, clock: Clock) -> None:
    batch = await told_on_telegram(desk, "failed", "403 Forbidden")
    worker = FallBack(desk)
    assert await worker.look() == 1
    ((address, text),) = await sent(desk)
    assert (address, text.endswith("STOP au 36180")) == (number(0), True)
    clock.pass_by(minutes=1)
    assert await worker.look() == 0
    assert await FallBack(desk).look() == 0
    became = await report(desk, batch, ACTOR)
    assert became is not None
    assert (became.states["accepted"], became.fell_back) == (1, 1)
    assert (await import_rows(desk, some(1), "38", ACTOR)).taken == 0


@pytest.mark.parametrize("state", ["accepted", "delivered", "uncertain", "expired"])
async def test_what_arrived_may_have_or_is_over_does_not(desk: NoticeDesk, state: Ending) -> None:
    await told_on_telegram(desk, state)
    assert await FallBack(desk).look() == 0


async def test_while_it_is_still_to_fall_back_nobody_is_told_anew(desk: NoticeDesk) -> None:
    await told_on_telegram(desk, "failed")
    again = await import_rows(desk, some(1), "38", ACTOR, retry_failed=True)
    assert [each.reason for each in again.refused] == ["already_told"]


async def test_who_blocks_the_bot_before_it_leaves_is_told_by_sms(desk: NoticeDesk) -> None:
    person = await linked(desk, number(0))
    await import_rows(desk, some(1), "38", ACTOR)
    await desk.database.run(lambda: people.mark_blocked(person, desk.now_ms()))
    await desk.database.run(lambda: outbox.cancel_for(person, desk.now_ms(), "blocked"))
    assert (await import_rows(desk, some(1), "38", ACTOR)).taken == 0
    assert await FallBack(desk).look() == 1


@pytest.mark.parametrize(("channel", "address"), [("sms", number(0)), ("telegram", "77")])
async def test_who_stopped_meanwhile_is_left_alone(desk: NoticeDesk, channel: str, address: str) -> None:
    await told_on_telegram(desk, "failed")
    await desk.database.run(lambda: opt_outs.opt_out(channel, desk.vault.digest(channel, address), desk.now_ms()))
    assert await FallBack(desk).look() == 0


async def test_a_notice_that_is_over_does_not_fall_back(desk: NoticeDesk, clock: Clock) -> None:
    await told_on_telegram(desk, "failed")
    clock.pass_by(days=7)
    assert await desk.database.run(lambda: fall_back(desk, 0)) == 0


async def test_two_workers_send_one(desk: NoticeDesk) -> None:
    await told_on_telegram(desk, "failed")
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(FallBack(desk).look())
    assert len(await sent(desk)) == 1
