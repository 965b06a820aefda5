"""Replies leave from any process, notices and broadcasts from the one that drives; and all keep one window."""

from dataclasses import dataclass

import pytest

from bot.delivery.drive import DEAD, SILENCE
from bot.delivery.outcomes import judge
from bot.delivery.parcel import Lane
from bot.delivery.sender import Accepted, RetryAfter
from bot.delivery.shared import AHEAD, GUARD, SLOT, SharedWindow
from bot.delivery.stored import StoredOutbox
from bot.store.database import Database
from tests.bot.delivery.test_stored import NOW, VAULT, Desk, claim
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

BULK = (Lane.NOTICE, Lane.BROADCAST)


@dataclass
class Office(Desk):
    """Telegram: every process replies, one broadcasts."""

    most: float = 1000

    def outbox(self, owner: str = "here") -> StoredOutbox:
        pace = SharedWindow("telegram", self.most)
        return StoredOutbox(self.database, VAULT, self.channel, owner, pace, sender="telegram", driven=BULK)

    async def broadcast(self, count: int) -> list[str]:
        return [await self.add(f"reader {self.count}", Lane.BROADCAST) for _ in range(count)]


@pytest.fixture
def desk(database: Database) -> Office:
    return Office(database)


async def test_one_broadcasts_and_all_reply(desk: Office) -> None:
    first, other = desk.outbox("first"), desk.outbox("other")
    news, notice = await desk.broadcast(3), await desk.add("emmy", Lane.NOTICE)
    assert [parcel.id for parcel in await claim(first, limit=1)] == [notice]
    assert await claim(other) == []
    reply = await desk.add("ada")
    assert [parcel.id for parcel in await claim(other)] == [reply]
    assert [parcel.id for parcel in await claim(first)] == news


async def test_replies_are_claimed_first_and_then_what_there_is_room_for(desk: Office) -> None:
    box = desk.outbox()
    news = await desk.broadcast(5)
    replies = [await desk.add(f"asker {number}") for number in range(2)]
    assert [parcel.id for parcel in await claim(box, limit=5, bulk=1)] == [*replies, news[0]]
    assert await claim(box, limit=5, bulk=0) == []


async def test_while_nobody_broadcasts_nobody_drives(desk: Office, database_url: str) -> None:
    box = desk.outbox()
    await desk.add("ada")
    assert len(await claim(box)) == 1
    assert Ledger(database_url).count("leases", "name = 'sender:telegram'") == 0
    await desk.broadcast(1)
    assert len(await claim(box)) == 1
    assert not box.drives(), "it need not show that it is alive between two broadcasts"


async def test_who_follows_a_dead_driver_replies_at_once_and_broadcasts_after_a_second(desk: Office) -> None:
    dead, heir = desk.outbox("dead"), desk.outbox("heir")
    news = await desk.broadcast(3)
    [parcel] = await claim(dead, limit=1)
    reply, then = await desk.add("ada"), NOW + DEAD + 1
    found = await heir.round([], 10, 10, then, lambda _: then)
    assert ([each.id for each in found.parcels], found.passed_over) == ([reply], [then + SILENCE])
    assert [each.id for each in await heir.abandoned(then)] == [parcel.id]
    assert await claim(heir, now=then + SILENCE - 1) == []
    assert [each.id for each in await claim(heir, now=then + SILENCE)] == news[1:]


async def test_who_slept_replies_but_broadcasts_no_more(desk: Office) -> None:
    sleeper, other = desk.outbox("sleeper"), desk.outbox("other")
    news = await desk.broadcast(4)
    [slow] = await claim(sleeper, limit=1)
    later = NOW + DEAD + 1
    await claim(other, now=later)
    assert len(await claim(other, limit=1, now=later + SILENCE)) == 1
    reply = await desk.add("ada")
    assert [parcel.id for parcel in await claim(sleeper, now=later + SILENCE)] == [reply]
    assert await claim(sleeper, [judge(slow, Accepted("7"), later)], now=later + SILENCE) == []
    assert (await desk.status(slow.id)).state == "accepted"
    assert [parcel.id for parcel in await claim(other, now=later + SILENCE)] == news[2:]


async def test_a_living_process_keeps_its_replies_whoever_drives(desk: Office) -> None:
    replying, driving = desk.outbox("replying"), desk.outbox("driving")
    await desk.add("ada")
    assert len(await claim(replying)) == 1
    await desk.broadcast(1)
    assert len(await claim(driving)) == 1
    await replying.alive(NOW + DEAD)
    assert await driving.abandoned(NOW + DEAD + 1) == []
    assert len(await driving.abandoned(NOW + 2 * DEAD + 1)) == 1, "and nobody's for ever"


async def test_when_everybody_is_told_to_wait_all_processes_do(desk: Office) -> None:
    desk.most = 30
    told, other = desk.outbox("told"), desk.outbox("other")
    await desk.broadcast(2)
    [parcel] = await claim(told, limit=1)
    await claim(told, [judge(parcel, RetryAfter(5, everybody=True), NOW)], limit=0)
    reply = await desk.add("ada")
    assert await claim(other, now=NOW + 1) == []
    assert await claim(other, now=NOW + 4990) == []
    until = NOW + 5000 + SLOT + GUARD
    assert [each.id for each in await claim(other, now=until)] == [reply]
    assert len(await claim(told, now=until + AHEAD)) == 2


async def test_a_place_that_comes_free_is_for_replies_first(desk: Office) -> None:
    desk.most = 2
    box = desk.outbox()
    await desk.broadcast(3)
    free = (NOW // SLOT + 1) * SLOT + 1000 + GUARD
    assert len(await claim(box)) == 2
    found = await box.round([], 9, 9, free - 1, lambda _: NOW)
    assert (found.parcels, found.passed_over, found.more) == ([], [free + AHEAD], False)
    reply = await desk.add("ada")
    assert [each.id for each in await claim(box, now=free)] == [reply]
    assert len(await claim(box, now=free + AHEAD)) == 1
