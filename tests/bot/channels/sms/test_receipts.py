"""Status callbacks: in whatever order and however often they come, the end is the same."""

import asyncio
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.sms import receipts
from bot.channels.sms.receipts import CLUSTER, CLUSTER_WITHIN, WAITS, Applied
from bot.delivery.parcel import Lane
from bot.store import halts, opt_outs, outbox, people, settling
from bot.store.database import Database
from tests.bot.channels.sms.delivering import HOUR, MINUTE, NOW, VAULT, Desk

pytestmark = pytest.mark.anyio

SID, OTHER = "SM" + "1" * 32, "SM" + "2" * 32
ADA = "+33639980001"

COMMIT = "our own commit"
Said = tuple[str, int | None]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def hear(
    desk: Desk, name: str, status: str, code: int | None = None, *, attempt: int = 1, sid: str = SID
) -> Applied:
    return await desk.database.run(lambda: receipts.apply(name, attempt, sid, status, code, desk.now))


async def again(desk: Desk, name: str, wait: int) -> None:
    """The message leaves once more."""
    desk.now += wait
    assert [row.id for row in await desk.claim()] == [name]


STORIES: list[tuple[Said, ...]] = [
    (("queued", None), ("sent", None), ("delivered", None)),
    (("sent", None), ("undelivered", 30005)),
    (("queued", None), ("failed", 30003)),
    (("sent", None), ("undelivered", 30008)),
    (("sending", None), ("failed", 21610)),
    (("sent", None), ("undelivered", 30007)),
    (("queued", None), ("failed", 30002)),
    (("sent", None), ("undelivered", None)),
    (("sent", None), ("undelivered", 98765)),
    (("accepted", None), ("sent", None), ("canceled", None)),
    (("sent", None), ("a status of next year", None)),
    # A carrier that changes its mind: once it has arrived, it has.
    (("undelivered", 30008), ("delivered", None)),
    (("undelivered", 30005), ("delivered", None)),
]


async def play(desk: Desk, events: tuple[Said, ...], start: str, number: str) -> dict[str, Any]:
    """The end that a message comes to, without its own name."""
    name = await desk.dispatched(number)
    if start == "uncertain":
        await desk.lose(name)
    elif start == "accepted":
        await hear(desk, name, "queued")
    for status, code in events:
        if status == COMMIT:
            await desk.database.run(lambda: settling.finish(name, "accepted", desk.now, SID, attempt=1))
        else:
            await hear(desk, name, status, code)
    end = await desk.look(name)
    digest = VAULT.digest("sms", number)
    status = await desk.database.run(lambda: outbox.status(name))
    assert status is not None
    result = {
        "state": end.state,
        "sid": end.provider_id,
        "reason": end.reason,
        "due": status.due_at if end.state == "queued" else None,
        "out": await desk.database.run(lambda: opt_outs.is_out("sms", digest)),
    }
    await desk.database.run(lambda: people.erase(end.person_id))
    return result


@pytest.mark.parametrize("start", ["dispatching", "uncertain", "accepted"])
@pytest.mark.parametrize("story", STORIES, ids=lambda story: " ".join(f"{status}-{code}" for status, code in story))
async def test_every_order_comes_to_the_same_end(desk: Desk, story: tuple[Said, ...], start: str) -> None:
    own: tuple[Said, ...] = ((COMMIT, None),) if start == "dispatching" else ()
    ends = [
        await play(desk, order, start, f"+3363998{number:04}")
        for number, order in enumerate(sorted(set(permutations([*own, *story])), key=str))
    ]
    assert all(end == ends[0] for end in ends)


@st.composite
def told(draw: st.DrawFn) -> tuple[str, tuple[Said, ...], tuple[Said, ...]]:
    """Where a message stands, a story in its order, and the same in another one, some of it told twice."""
    start = draw(st.sampled_from(["dispatching", "uncertain", "accepted"]))
    story = draw(st.sampled_from(STORIES))
    if start == "dispatching" and draw(st.booleans()):
        story = ((COMMIT, None), *story)
    doubled = draw(st.lists(st.sampled_from([each for each in story if each[0] != COMMIT]), max_size=4))
    return start, story, tuple(draw(st.permutations([*story, *doubled])))


@given(told())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_doubled_and_before_our_own_commit_it_is_the_same_end(
    desk: Desk, told: tuple[str, tuple[Said, ...], tuple[Said, ...]]
) -> None:
    start, story, events = told
    desk.count += 1
    first, second = (f"+3363998{(2 * desk.count + each) % 10_000:04}" for each in (0, 1))
    assert await play(desk, events, start, first) == await play(desk, story, start, second)


async def test_our_own_commit_comes_last(desk: Desk) -> None:
    name = await desk.dispatched()
    assert await hear(desk, name, "sent") is Applied.ACCEPTED
    assert not await desk.database.run(lambda: settling.finish(name, "accepted", desk.now, SID, attempt=1))
    assert not await desk.database.run(lambda: settling.finish(name, "uncertain", desk.now, attempt=1))
    assert await hear(desk, name, "delivered") is Applied.DELIVERED
    assert (await desk.look(name)).provider_id == SID
    assert not (await desk.look(name)).has_text, "what has arrived is not kept"


async def test_what_is_not_known_is_no_message_of_ours(desk: Desk) -> None:
    assert await hear(desk, "nobody", "delivered") is Applied.GONE
    name = await desk.dispatched()
    await desk.database.run(lambda: people.erase(f"person of {ADA}"))
    assert await hear(desk, name, "undelivered", 21610) is Applied.GONE


async def test_a_phone_that_is_off_is_tried_twice_again(desk: Desk) -> None:
    name = await desk.dispatched()
    for attempt, wait in ((1, WAITS[0]), (2, WAITS[1])):
        assert await hear(desk, name, "undelivered", 30003, attempt=attempt, sid=f"SM{attempt}") is Applied.QUEUED
        await again(desk, name, wait)
    assert await hear(desk, name, "undelivered", 30003, attempt=3, sid="SM3") is Applied.FAILED
    assert (await desk.look(name)).reason == "30003 30003 30003"


async def test_transient_failures_end_after_four_hours(desk: Desk) -> None:
    name, started = await desk.dispatched(), desk.now
    attempt = 1
    while await hear(desk, name, "undelivered", 30008, attempt=attempt, sid=f"SM{attempt}") is Applied.QUEUED:
        await again(desk, name, WAITS[attempt - 1])
        attempt += 1
    assert attempt > 2
    assert desk.now - started <= 4 * HOUR
    assert await desk.state(name) == "failed"


async def test_a_failure_that_took_four_hours_to_be_told_is_the_end(desk: Desk) -> None:
    name = await desk.dispatched()
    desk.now += 4 * HOUR
    assert await hear(desk, name, "undelivered", 30003) is Applied.FAILED


async def test_what_perishes_meanwhile_is_not_sent_again(desk: Desk) -> None:
    name = await desk.dispatched(expires=NOW + WAITS[0])
    assert await hear(desk, name, "undelivered", 30003) is Applied.FAILED


async def test_a_reply_is_not_sent_again_when_nobody_waits_for_it(desk: Desk) -> None:
    name = await desk.dispatched(lane=Lane.DIALOG)
    desk.now += 11 * MINUTE
    assert await hear(desk, name, "undelivered", 30003) is Applied.FAILED


async def test_what_is_sent_again_holds_nobody_back(desk: Desk) -> None:
    name = await desk.dispatched()
    await hear(desk, name, "undelivered", 30003)
    later = await desk.dispatched()
    assert later != name


async def test_an_attempt_that_is_over_has_nothing_to_say(desk: Desk) -> None:
    name = await desk.dispatched()
    await hear(desk, name, "undelivered", 30003)
    await again(desk, name, WAITS[0])
    assert await hear(desk, name, "undelivered", 30005) is Applied.NOTHING
    assert await hear(desk, name, "sent") is Applied.NOTHING
    assert await desk.state(name) == "dispatching"
    assert await hear(desk, name, "delivered") is Applied.DELIVERED, "but it may have arrived all the same"
    assert await hear(desk, name, "undelivered", 30008, attempt=2, sid=OTHER) is Applied.NOTHING


async def test_an_attempt_to_come_has_nothing_to_say(desk: Desk) -> None:
    name = await desk.dispatched()
    assert await hear(desk, name, "undelivered", 30005, attempt=2) is Applied.NOTHING


async def test_opting_out_is_noted_and_cancels_what_waits(desk: Desk) -> None:
    name = await desk.dispatched()
    waiting, of_another = await desk.add(), await desk.add("+33639980002")
    assert await hear(desk, name, "failed", 21610) is Applied.FAILED
    assert await desk.database.run(lambda: opt_outs.is_out("sms", VAULT.digest("sms", ADA)))
    assert await desk.state(waiting) == "cancelled"
    assert await desk.state(of_another) == "queued"


async def test_who_said_stop_gets_nothing_again(desk: Desk) -> None:
    name = await desk.dispatched()
    await desk.database.run(lambda: opt_outs.opt_out("sms", VAULT.digest("sms", ADA), desk.now))
    assert await hear(desk, name, "undelivered", 30003) is Applied.FAILED


async def test_a_suspended_account_stops_the_sender_and_the_message_waits(desk: Desk) -> None:
    name = await desk.dispatched()
    assert await hear(desk, name, "failed", 30002) is Applied.QUEUED
    halt = await desk.database.run(lambda: halts.current("sms"))
    assert halt is not None
    assert halt.reason == "30002"


async def test_a_cluster_of_filtered_messages_stops_the_sender(desk: Desk) -> None:
    for number in range(CLUSTER):
        assert await desk.database.run(lambda: halts.current("sms")) is None
        name = await desk.dispatched(f"+3363998{number:04}")
        assert await hear(desk, name, "undelivered", 30007, sid=f"SM{number}") is Applied.FAILED
    halt = await desk.database.run(lambda: halts.current("sms"))
    assert halt is not None
    assert halt.reason == "30007"
    assert halt.until > desk.now + 24 * HOUR, "until somebody has looked"


async def test_filtered_messages_now_and_then_stop_nothing(desk: Desk) -> None:
    for number in range(2 * CLUSTER):
        name = await desk.dispatched(f"+3363998{number:04}")
        await hear(desk, name, "undelivered", 30007, sid=f"SM{number}")
        desk.now += CLUSTER_WITHIN // (CLUSTER - 1) + 1
    assert await desk.database.run(lambda: halts.current("sms")) is None


async def test_receipts_that_come_at_once_count_once(desk: Desk) -> None:
    name = await desk.dispatched()
    applied = await asyncio.gather(*(hear(desk, name, "undelivered", 30003) for _ in range(8)))
    assert sorted(applied) == [Applied.NOTHING] * 7 + [Applied.QUEUED]
    assert (await desk.look(name)).reason == "30003"
