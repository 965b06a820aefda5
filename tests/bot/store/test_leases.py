"""Who drives: one at a time, under an epoch that never comes back."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import leases
from bot.store.database import Database
from bot.store.open import open_database
from bot.store.script import Script

pytestmark = pytest.mark.anyio

NAME = "sender:sms"


async def drive(database: Database, holder: str, now: int, name: str = NAME) -> int | None:
    return await database.run(lambda: leases.drive(name, holder, now, now - 60))


async def still(database: Database, holder: str, epoch: int, now: int) -> bool:
    return await database.run(lambda: leases.still_drives(NAME, holder, epoch, now))


async def test_one_drives_the_others_stand_by(database: Database) -> None:
    assert await drive(database, "a", 100) == 1
    assert await drive(database, "b", 110) is None
    assert await drive(database, "b", 120, name="sender:other") == 1
    assert await drive(database, "a", 150) == 1, "who drives goes on driving"
    assert await drive(database, "b", 210) is None
    assert await drive(database, "b", 211) == 2, "and is followed once it has fallen silent"


async def test_who_wakes_up_after_another_took_over_drives_no_more(database: Database) -> None:
    assert await drive(database, "a", 100) == 1
    assert await still(database, "a", 1, 150)
    assert await drive(database, "b", 300) == 2
    assert not await still(database, "a", 1, 301)
    assert await drive(database, "a", 310) is None
    assert await drive(database, "a", 500) == 3
    assert not await still(database, "a", 1, 501), "not even once it drives again"
    assert not await still(database, "b", 2, 502)
    assert await still(database, "a", 3, 503)


async def test_silence_alone_takes_nothing_away(database: Database) -> None:
    assert await drive(database, "a", 100) == 1
    assert await still(database, "a", 1, 10_000)
    assert await drive(database, "b", 10_050) is None


async def test_who_leaves_is_followed_at_once_and_not_forgotten(database: Database) -> None:
    assert await drive(database, "a", 100) == 1
    await database.run(lambda: leases.renew("claim:sms", "a", 100))
    assert await database.run(leases.holders) == ["a"]
    await database.run(lambda: leases.release("a"))
    assert await database.run(leases.holders) == []
    await database.run(lambda: leases.purge(10**9))
    assert await drive(database, "b", 101) == 2


async def test_the_silent_are_forgotten_but_for_their_epochs(database: Database) -> None:
    await database.run(lambda: leases.renew("owner:a", "a", 100))
    await drive(database, "a", 100)
    assert await database.run(lambda: leases.purge(101)) == 1
    assert await drive(database, "b", 1000) == 2


async def test_no_epoch_is_held_by_two_that_claim_together(database: Database, database_url: str) -> None:
    """Sixty transactions on two connections: each that drives notes it in the same transaction, under its epoch."""
    other = await open_database(database_url)
    log: list[tuple[int, str]] = []

    def work(holder: str, now: int) -> Script[None]:
        epoch = yield from leases.drive(NAME, holder, now, now - 3)
        if epoch is not None and (yield from leases.still_drives(NAME, holder, epoch, now)):
            log.append((epoch, holder))

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for now in range(60):
            through, holder = ((database, "a"), (other, "b"))[now % 2]
            group.create_task(through.run(lambda holder=holder, now=now: work(holder, now)))
    await other.close()
    holders = {epoch: {who for number, who in log if number == epoch} for epoch, _ in log}
    assert log
    assert all(len(who) == 1 for who in holders.values())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 80), st.booleans()), min_size=1, max_size=20),
    number=st.integers(0, 10**12),
)
async def test_epochs_only_grow(database: Database, steps: list[tuple[str, int, bool]], number: int) -> None:
    now, last, name = 1000, (0, ""), f"sender:{number}"
    for holder, pause, leaves in steps:
        now += pause
        epoch = await drive(database, holder, now, name)
        if epoch is not None:
            assert epoch > last[0] or (epoch, holder) == last, "an epoch is one holder's"
            last = (epoch, holder)
        if leaves:
            await database.run(lambda holder=holder: leases.release(holder))
