"""Receipts in the store, on both databases: compare and set, and the moments at which the provider is asked."""

import pytest

from bot.delivery.outcomes import State
from bot.store import receipts, settling
from bot.store.database import Database
from bot.store.receipts import Delivery, Step
from tests.bot.channels.sms.delivering import MINUTE, NOW, Desk

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def move(desk: Desk, delivery: Delivery, step: Step) -> bool:
    return await desk.database.run(lambda: receipts.move(delivery, step, desk.now))


async def due(desk: Desk, state: str = "uncertain") -> list[str]:
    checks = await desk.database.run(lambda: receipts.due("sms", state, desk.now, 10))
    return [check.id for check in checks]


async def plan(desk: Desk, since: int = NOW - MINUTE) -> int:
    return await desk.database.run(lambda: receipts.plan("sms", since, MINUTE, 15 * MINUTE))


async def test_a_message_is_moved_as_it_was_read_or_not_at_all(desk: Desk) -> None:
    read = await desk.look(await desk.dispatched())
    assert (read.state, read.attempt, read.tried_at, read.has_text) == ("dispatching", 1, NOW, True)
    accepted = Step(State.ACCEPTED, "SM1", None, check_at=NOW + 1)
    assert await move(desk, read, accepted)
    assert not await move(desk, read, Step(State.FAILED, "SM1", "30005"))
    assert await desk.state(read.id) == "accepted"
    assert (await desk.look(read.id)).has_text, "it may have to be sent again"


@pytest.mark.parametrize(("state", "kept"), [("delivered", False), ("failed", False), ("queued", True)])
async def test_a_text_is_kept_no_longer_than_needed(desk: Desk, state: str, kept: bool) -> None:
    read = await desk.look(await desk.dispatched())
    assert await move(desk, read, Step(state, "SM1", None))
    assert (await desk.look(read.id)).has_text is kept


async def test_what_is_queued_again_is_due_at_its_hour_and_keeps_its_flag(desk: Desk) -> None:
    read = await desk.look(await desk.dispatched())
    assert await move(desk, read, Step(State.QUEUED, None, "absent", due_at=NOW + 5, flag="worn"))
    assert await desk.claim() == []
    desk.now += 5
    [claimed] = await desk.claim()
    assert (claimed.id, claimed.attempt, claimed.flag, claimed.tried_at) == (read.id, 2, "worn", NOW)


async def test_what_nobody_planned_is_planned_once(desk: Desk) -> None:
    lost, taken = await desk.dispatched(), await desk.dispatched("+33639980002")
    await desk.database.run(lambda: settling.finish(lost, "uncertain", desk.now, attempt=1))
    await desk.database.run(lambda: settling.finish(taken, "accepted", desk.now, "SM1", attempt=1))
    assert await plan(desk) == 2
    assert await plan(desk) == 0
    desk.now = NOW + MINUTE - 1
    assert await due(desk) == []
    desk.now += 1
    assert await due(desk) == [lost]
    desk.now = NOW + 15 * MINUTE
    assert await due(desk, "accepted") == [taken]


async def test_the_dispatchers_own_plan_stands(desk: Desk) -> None:
    await desk.uncertain()
    assert await plan(desk) == 0
    desk.now += MINUTE
    assert len(await due(desk)) == 1


async def test_uncertain_for_good_is_not_planned_again_and_its_text_goes(desk: Desk) -> None:
    name = await desk.uncertain()
    desk.now += MINUTE
    [check] = await desk.database.run(lambda: receipts.due("sms", "uncertain", desk.now, 10))
    assert check.left_at == NOW
    assert await desk.database.run(lambda: receipts.plan_next(check, None, reason="absent"))
    assert await plan(desk) == 0
    assert await due(desk) == []
    found = await desk.look(name)
    assert (found.state, found.reason, found.has_text) == ("uncertain", "absent", False)


async def test_a_plan_for_what_has_moved_is_none(desk: Desk) -> None:
    name = await desk.uncertain()
    desk.now += MINUTE
    [check] = await desk.database.run(lambda: receipts.due("sms", "uncertain", desk.now, 10))
    assert await move(desk, await desk.look(name), Step(State.DELIVERED, "SM1", None))
    assert not await desk.database.run(lambda: receipts.plan_next(check, desk.now + 1))


async def test_a_message_of_the_provider_is_one_of_ours_alone(desk: Desk) -> None:
    mine, other = await desk.dispatched(), await desk.dispatched("+33639980002")
    await move(desk, await desk.look(mine), Step(State.ACCEPTED, "SM1", None))
    assert await desk.database.run(lambda: receipts.is_taken("SM1", other))
    assert not await desk.database.run(lambda: receipts.is_taken("SM1", mine))
    assert not await desk.database.run(lambda: receipts.is_taken("SM2", mine))


async def test_whether_something_is_on_its_way(desk: Desk) -> None:
    name = await desk.dispatched()
    person = (await desk.look(name)).person_id
    assert await desk.database.run(lambda: receipts.sending_to(person))
    await desk.lose(name)
    assert not await desk.database.run(lambda: receipts.sending_to(person))
