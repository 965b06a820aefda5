"""The outbox on both databases: who goes first, one at a time, forward only, and nothing lost with its process."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import claiming, outbox, people, settling
from bot.store.database import Database
from bot.store.open import open_database
from bot.store.outbox import LANES
from tests.bot.store.conftest import Queue

pytestmark = pytest.mark.anyio


async def claim(database: Database, now: int = 10, limit: int = 10, owner: str = "us", channel: str = "telegram"):  # type: ignore[no-untyped-def]
    return await database.run(lambda: claiming.claim_due(channel, owner, now, limit))


async def claimed(database: Database, **how: object) -> list[str]:
    return [row.id for row in await claim(database, **how)]


async def finish(database: Database, id: str, state: settling.Ending = "accepted", now: int = 20) -> bool:
    return await database.run(lambda: settling.finish(id, state, now))


async def state(database: Database, id: str) -> str | None:
    found = await database.run(lambda: outbox.status(id))
    return found.state if found else None


async def test_a_claimed_message_is_dispatching_and_whole(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", lane=1, due=5, expires=99)
    (row,) = await claim(database)
    assert (row.id, row.lane, row.attempt, row.due_at, row.expires_at) == ("m1", 1, 1, 5, 99)
    assert (row.sealed_message, row.sealed_address) == ("text of m1", "sealed ana")
    assert await state(database, "m1") == "dispatching"
    assert await claimed(database) == [], "nobody claims it twice"


async def test_dialog_goes_before_notice_before_broadcast(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", lane=2)
    await queue("m2", "bea", lane=1)
    await queue("m3", "cleo", lane=0, due=9)
    assert await claimed(database, limit=2) == ["m3", "m2"]
    assert await claimed(database, limit=2) == ["m1"]


async def test_a_person_gets_one_at_a_time_and_in_order(database: Database, queue: Queue) -> None:
    for id in ("m2", "m1", "m3"):
        await queue(id, "ana")
    await queue("m0", "ana", lane=2)
    for id in ("m1", "m2", "m3", "m0"):
        assert await claimed(database) == [id]
        assert await claimed(database) == [], "while one is on its way the others wait"
        await finish(database, id)


async def test_what_is_to_be_tried_again_keeps_its_place(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "ana")
    assert await claimed(database) == ["m1"]
    assert await database.run(lambda: settling.requeue("m1", 50, "429"))
    assert await claimed(database, now=40) == [], "the second does not overtake the first"
    (row,) = await claim(database, now=50)
    assert (row.id, row.attempt, row.reason) == ("m1", 2, "429")


async def test_what_was_put_back_was_not_tried_but_keeps_its_place(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "ana", lane=2)
    assert await claimed(database) == ["m1"]
    await database.run(lambda: claiming.put_back("m1", 50))
    assert await claimed(database, now=40) == []
    assert [(row.id, row.attempt) for row in await claim(database, now=50)] == [("m1", 1)]


async def test_what_waits_for_its_hour_holds_nobody_back(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", lane=1, due=1000)
    await queue("m2", "ana", lane=1)
    assert await database.run(lambda: claiming.next_due("telegram", 10)) == 1000
    assert await claimed(database) == ["m2"]
    await finish(database, "m2")
    assert await claimed(database, now=999) == []
    assert await claimed(database, now=1000) == ["m1"]


async def test_what_has_passed_its_end_is_not_sent(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", lane=2, expires=10)
    await queue("m2", "ana", lane=2, expires=11)
    assert await claimed(database, now=10) == ["m2"]
    assert await state(database, "m1") == "expired"


async def test_channels_do_not_mix(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", channel="sms")
    assert await claimed(database) == []
    assert await claimed(database, channel="sms") == ["m1"]


async def test_only_the_lanes_asked_for(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", lane=2)
    assert await database.run(lambda: claiming.claim_due("telegram", "us", 10, 5, lanes=(0, 1))) == []
    assert [r.id for r in await database.run(lambda: claiming.claim_due("telegram", "us", 10, 5, lanes=(2,)))] == ["m1"]


@pytest.mark.parametrize(
    ("first", "then", "moves"),
    [
        ("accepted", "delivered", True),
        ("accepted", "failed", True),
        ("accepted", "accepted", False),
        ("accepted", "uncertain", False),
        ("accepted", "expired", False),
        ("delivered", "accepted", False),
        ("delivered", "failed", False),
        ("failed", "delivered", False),
        ("uncertain", "accepted", True),
        ("uncertain", "delivered", True),
        ("uncertain", "cancelled", False),
    ],
)
async def test_a_state_only_moves_forward(
    database: Database, queue: Queue, first: settling.Ending, then: settling.Ending, moves: bool
) -> None:
    await queue("m1", "ana")
    await claim(database)
    assert await finish(database, "m1", first)
    assert await finish(database, "m1", then) is moves
    assert await state(database, "m1") == (then if moves else first)


@pytest.mark.parametrize(
    ("known", "said", "state_then"),
    [
        (None, ("accepted", "SM1"), "accepted"),
        ("SM0", ("accepted", "SM1"), "accepted"),
        ("SM1", ("accepted", "SM1"), "queued"),
        (None, ("accepted", None), "accepted"),
        (None, ("uncertain", None), "queued"),
        (None, ("failed", None), "queued"),
    ],
)
async def test_late_news_of_an_attempt_whose_message_waits_for_the_next(
    database: Database, queue: Queue, known: str | None, said: tuple[settling.Ending, str | None], state_then: str
) -> None:
    """The provider's callback had the message queued again, under the name `known`, or somebody who did not know."""
    await queue("m1", "ana")
    await claim(database)
    if known is not None:
        await database.run(lambda: settling.finish("m1", "uncertain", 20, provider_id=known))
    assert await database.run(lambda: settling.requeue("m1", 30, "transient", attempt=1))
    ending, provider_id = said
    await database.run(lambda: settling.finish("m1", ending, 40, provider_id, attempt=1))
    assert await state(database, "m1") == state_then


async def test_an_attempt_says_nothing_of_the_next(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await claim(database)
    await database.run(lambda: settling.requeue("m1", 5, "transient", attempt=1))
    assert [row.attempt for row in await claim(database)] == [2]
    for ending in ("accepted", "uncertain", "failed"):
        assert not await database.run(lambda ending=ending: settling.finish("m1", ending, 20, "SM1", attempt=1))
    assert await state(database, "m1") == "dispatching"
    assert await database.run(lambda: settling.finish("m1", "delivered", 20, "SM2")), (
        "the provider's word is of the whole"
    )
    assert not await database.run(lambda: settling.finish("m1", "accepted", 30, "SM2", attempt=2))
    assert await state(database, "m1") == "delivered"


async def test_what_it_weighs_and_belongs_to_comes_with_the_claim(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    more = {"segments": 2, "prefecture": "38", "batch_id": "b1"}
    await database.run(lambda: outbox.add("m2", "ana", "telegram", 1, "text", 0, 0, None, **more))  # type: ignore[arg-type]
    (row,) = await claim(database)
    assert (row.segments, row.prefecture, row.batch_id, row.tried_at) == (1, None, None, 10)
    await finish(database, "m1")
    (row,) = await claim(database)
    assert (row.segments, row.prefecture, row.batch_id) == (2, "38", "b1")


async def test_the_first_try_is_remembered(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await claim(database, now=10)
    await database.run(lambda: claiming.put_back("m1", 15))
    assert [row.tried_at for row in await claim(database, now=20)] == [20], "what was put back was not tried"
    await database.run(lambda: settling.requeue("m1", 30, "429"))
    assert [row.tried_at for row in await claim(database, now=40)] == [20]
    await database.run(lambda: claiming.put_back("m1", 50))
    assert [row.tried_at for row in await claim(database, now=50)] == [20]


async def test_what_is_postponed_waits_or_ends(database: Database) -> None:
    def notice(id: str, prefecture: str | None = "38", lane: int = 1, due: int = 0, expires: int | None = None):  # type: ignore[no-untyped-def]
        person = yield from people.meet("telegram", id, f"sealed {id}", id, 0)
        yield from outbox.add(id, person.id, "telegram", lane, "t", 0, due, expires, prefecture=prefecture)

    for each in (
        lambda: notice("m1"),
        lambda: notice("m2", expires=50),
        lambda: notice("m3", prefecture="74"),
        lambda: notice("m4", prefecture=None),
        lambda: notice("m5", lane=2),
        lambda: notice("m6", due=11),
    ):
        await database.run(each)
    assert await database.run(lambda: claiming.postpone("telegram", 1, "38", 10, 100)) == 2
    assert await claimed(database, now=10) == ["m3", "m4", "m5"]
    assert await claimed(database, now=50) == ["m6"]
    assert await state(database, "m2") == "expired"
    assert await claimed(database, now=99) == []
    assert await claimed(database, now=100) == ["m1"]


async def test_what_is_old_is_forgotten_unless_a_batch_still_reports_it(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "bea")
    await database.run(lambda: outbox.add("m3", "bea", "telegram", 1, "text", 0, 0, None, batch_id="b1"))
    for id in ("m1", "m3"):
        await finish(database, id, "failed", now=20)
    assert await database.run(lambda: outbox.purge(21, 10)) == 1
    assert [await state(database, id) for id in ("m1", "m2", "m3")] == [None, "queued", "failed"]


async def test_what_is_to_be_asked_of_the_provider_until_it_is_known(database: Database, queue: Queue) -> None:
    async def check_at() -> int | None:
        status = await database.run(lambda: outbox.status("m1"))
        assert status is not None
        return status.check_at

    await queue("m1", "ana")
    await claim(database)
    assert await database.run(lambda: settling.finish("m1", "uncertain", 20, attempt=1, check_ms=80))
    assert await check_at() == 80
    assert await database.run(lambda: settling.requeue("m1", 30, "absent"))
    assert await check_at() is None
    await claim(database, now=30)
    await database.run(lambda: settling.finish("m1", "uncertain", 40, attempt=2, check_ms=100))
    assert await database.run(lambda: settling.finish("m1", "accepted", 50, "SM1", attempt=2))
    assert await check_at() is None


async def test_the_text_goes_once_it_cannot_be_needed(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await claim(database)
    await finish(database, "m1", "uncertain")
    assert await database.run(lambda: settling.requeue("m1", 30, "reset", flag="retried_after_uncertain"))
    (row,) = await claim(database, now=30)
    assert (row.sealed_message, row.flag) == ("text of m1", "retried_after_uncertain")
    await database.run(lambda: settling.finish("m1", "accepted", 40, provider_id="77"))
    assert not await database.run(lambda: settling.requeue("m1", 50, "too late"))
    status = await database.run(lambda: outbox.status("m1"))
    assert status is not None
    assert (status.state, status.provider_id, status.flag) == ("accepted", "77", "retried_after_uncertain")


async def test_who_wakes_up_late_takes_nothing_back(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await claim(database, owner="dead")
    (row,) = await database.run(lambda: claiming.recover("telegram", "us", 11, 10))
    await database.run(lambda: settling.requeue("m1", 10, "the process died", attempt=row.attempt))
    assert [row.attempt for row in await claim(database)] == [2]
    assert not await database.run(lambda: settling.requeue("m1", 10, "429", attempt=1))
    assert await state(database, "m1") == "dispatching"


async def test_the_dead_leave_their_messages_to_one_heir(database: Database, queue: Queue) -> None:
    for number, owner in enumerate(("dead", "living", "us")):
        await queue(f"m{number}", f"p{number}")
        await claim(database, owner=owner, limit=1)
    await database.run(lambda: claiming.alive("dead", 100))
    await database.run(lambda: claiming.alive("living", 200))
    found = await database.run(lambda: claiming.recover("telegram", "us", 150, 210))
    assert [row.id for row in found] == ["m0"]
    assert found[0].sealed_address == "sealed p0"
    assert await state(database, "m0") == "dispatching", "what became of it is for delivery to decide"
    assert await database.run(lambda: claiming.recover("telegram", "living", 150, 210)) == []


async def test_what_waits_is_cancelled_and_not_what_is_on_its_way(database: Database, queue: Queue) -> None:
    for id, lane in (("m1", 0), ("m2", 0), ("m3", 1), ("m4", 2)):
        await queue(id, "ana", lane=lane)
    await claim(database)
    assert await database.run(lambda: outbox.cancel_for("ana", 30, "STOP", lane=1)) == 2
    assert await database.run(lambda: outbox.cancel_for("ana", 30)) == 1
    assert [await state(database, id) for id in ("m1", "m2", "m3", "m4")] == ["dispatching"] + ["cancelled"] * 3


async def test_the_backlog_is_counted(database: Database, queue: Queue) -> None:
    await queue("m1", "ana", due=3)
    await queue("m2", "ana", due=4)
    await queue("m3", "bea", lane=2, due=99)
    await claim(database)
    counted = {(row.lane, row.state): (row.messages, row.oldest_due_at) for row in await database.run(outbox.backlog)}
    assert counted == {(0, "dispatching"): (1, 3), (0, "queued"): (1, 4), (2, "queued"): (1, 99)}


async def test_processes_that_claim_together_never_hold_two_of_one_person(
    database: Database, database_url: str, queue: Queue
) -> None:
    """Four claimers, two of them over another connection, while dialog replies come in before queued broadcasts."""
    other = await open_database(database_url)
    many = [f"p{number}" for number in range(12)]
    for person in many:
        for number in range(3):
            await queue(f"{person}-b{number}", person, lane=2)
    order: dict[str, list[str]] = {person: [] for person in many}
    flying: set[str] = set()

    async def deliver(through: Database, owner: str) -> None:
        while any(len(ids) < 5 for ids in order.values()):
            for row in await claim(through, owner=owner, limit=3):
                assert row.person_id not in flying
                flying.add(row.person_id)
                order[row.person_id].append(row.id)
                await asyncio.sleep(0)
                flying.discard(row.person_id)
                await finish(through, row.id)

    async def answer() -> None:
        for number in range(2):
            for person in many:
                await queue(f"{person}-d{number}", person)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number, through in enumerate((database, database, other, other)):
            group.create_task(deliver(through, f"owner{number}"))
        group.create_task(answer())
    await other.close()
    for person, ids in order.items():
        assert sorted(ids) == sorted({f"{person}-b{n}" for n in range(3)} | {f"{person}-d{n}" for n in range(2)})
        for lane in "bd":
            mine = [id for id in ids if f"-{lane}" in id]
            assert mine == sorted(mine)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(LANES), st.integers(0, 3), st.sampled_from([None, 2, 4])),
        max_size=8,
    ),
    limit=st.integers(1, 4),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_everything_due_leaves_once_and_in_lane_order(
    database: Database,
    queue: Queue,
    rows: list[tuple[str, int, int, int | None]],
    limit: int,
) -> None:
    for person in "abc":
        await database.run(lambda person=person: people.erase(person))
    for number, (person, lane, due, expires) in enumerate(rows):
        await queue(f"m{number}", person, lane, due, expires)
    sent: list[str] = []
    for now in range(5):
        while batch := await claim(database, now=now, limit=limit):
            assert len({row.person_id for row in batch}) == len(batch) <= limit
            assert [row.lane for row in batch] == sorted(row.lane for row in batch)
            for row in batch:
                assert row.due_at <= now
                assert row.expires_at is None or row.expires_at > now
                sent.append(row.id)
                await finish(database, row.id)
    assert len(sent) == len(set(sent))
    for number, (_, _, due, expires) in enumerate(rows):
        perished = expires is not None and expires <= due
        assert (f"m{number}" in sent) is not perished
        assert await state(database, f"m{number}") == ("expired" if perished else "accepted")
