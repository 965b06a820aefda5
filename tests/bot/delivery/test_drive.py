"""One process drives a sender: who follows whom, when, and that a process which slept does nothing any more."""

import os
from dataclasses import dataclass

import pytest

from bot.delivery.drive import DEAD, SILENCE
from bot.delivery.outcomes import HALT, SMS_POLICY, judge
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.process import this_process
from bot.delivery.sender import Accepted, Halted, Outcome, Refused, Uncertain
from bot.delivery.stored import StoredOutbox
from bot.store import halts, settling
from bot.store.database import Database
from bot.store.open import open_database
from tests.bot.delivery.test_stored import NOW, VAULT, Desk, claim

pytestmark = pytest.mark.anyio

UNTIL = NOW + round(HALT * 1000)


@dataclass
class Office(Desk):
    """SMS, driven."""

    channel: str = "sms"

    def outbox(self, owner: str = "here") -> StoredOutbox:
        return StoredOutbox(self.database, VAULT, self.channel, owner, sender="sms")

    async def notices(self, count: int) -> list[str]:
        return [await self.add(f"reader {self.count}", Lane.NOTICE) for _ in range(count)]

    async def halt(self) -> halts.Halt | None:
        return await self.database.run(lambda: halts.current("sms"))


@pytest.fixture
def desk(database: Database) -> Office:
    return Office(database)


async def settle(box: StoredOutbox, parcel: Parcel, outcome: Outcome, now: int = NOW) -> None:
    await box.round([judge(parcel, outcome, now, SMS_POLICY)], 0, 0, now, lambda _: now)


async def test_one_claims_and_the_other_stands_by(desk: Office) -> None:
    first, other = desk.outbox("first"), desk.outbox("other")
    await desk.notices(4)
    assert (first.drives(), len(await claim(first, limit=1))) == (False, 1)
    assert await claim(other) == []
    assert (first.drives(), other.drives()) == (True, False)
    await first.alive(NOW + DEAD)
    assert await claim(other, now=NOW + DEAD + 1) == []
    assert len(await claim(first, limit=1, now=NOW + DEAD + 1)) == 1
    assert await first.driving(NOW + DEAD + 2)
    assert not await other.driving(NOW + DEAD + 2)


async def test_the_dead_are_followed_within_seconds_and_a_second_of_silence(desk: Office) -> None:
    first, other = desk.outbox("first"), desk.outbox("other")
    names = await desk.notices(3)
    [parcel] = await claim(first, limit=1)
    then = NOW + DEAD + 1
    began = await other.round([], 10, 10, then, lambda _: then)
    assert (began.parcels, began.passed_over, began.began, began.more) == ([], [then + SILENCE], True, False)
    [left] = await other.abandoned(then)
    assert left.id == parcel.id
    await settle(other, left, Uncertain("the process that sent it died"), then)
    status = await desk.status(parcel.id)
    assert (status.state, status.check_at) == ("uncertain", then + 60_000)
    assert await claim(other, now=then + SILENCE - 1) == []
    assert [each.id for each in await claim(other, now=then + SILENCE)] == names[1:]
    assert not (await other.round([], 10, 10, then + SILENCE, lambda _: then)).began


async def test_who_stops_in_good_order_is_followed_at_once(desk: Office) -> None:
    first, other = desk.outbox("first"), desk.outbox("other")
    await desk.notices(1)
    await claim(first, limit=0)
    await claim(first)
    await first.leave()
    assert not first.drives()
    assert (await other.round([], 10, 10, NOW + 1, lambda _: NOW + 1)).began
    assert other.drives()
    assert await claim(first) == []


async def test_who_slept_claims_nothing_under_its_old_epoch(desk: Office, database_url: str) -> None:
    awake = await open_database(database_url)
    sleeper, other = desk.outbox("sleeper"), StoredOutbox(awake, VAULT, "sms", "other", sender="sms")
    names = await desk.notices(5)
    [slow] = await claim(sleeper, limit=1)
    later = NOW + DEAD + 1
    await claim(other, now=later)
    assert len(await claim(other, limit=1, now=later + SILENCE)) == 1
    assert sleeper.drives(), "as far as it knows"
    assert not await sleeper.driving(later + SILENCE)
    assert await claim(sleeper, now=later + SILENCE) == []
    assert await claim(sleeper, now=later + SILENCE) == []
    assert await sleeper.abandoned(later + SILENCE) == []
    assert not sleeper.drives()
    await settle(sleeper, slow, Accepted("SM1"), later)
    assert (await desk.status(slow.id)).state == "accepted", "what it knows for sure still counts"
    assert [parcel.id for parcel in await claim(other, now=later + SILENCE)] == names[2:]
    await awake.close()


async def test_a_sign_of_life_that_comes_too_late_changes_nothing(desk: Office) -> None:
    sleeper, other = desk.outbox("sleeper"), desk.outbox("other")
    await desk.notices(2)
    await claim(sleeper, limit=1)
    await claim(other, now=NOW + DEAD + 1)
    await sleeper.alive(NOW + DEAD + 2)
    assert not sleeper.drives()
    assert await claim(sleeper, now=NOW + DEAD + 3) == []
    assert await other.driving(NOW + DEAD + 4)


async def test_a_process_of_this_machine_that_has_ended_is_not_waited_for(desk: Office) -> None:
    machine, number, _ = this_process(0).split("/")
    assert number == str(os.getpid())
    dead, heir = desk.outbox(f"{machine}/{number}/1-1"), desk.outbox(this_process(1))
    await desk.notices(1)
    [parcel] = await claim(dead)
    assert await claim(heir, now=NOW + 1) == []
    assert await heir.abandoned(NOW + 1) == []
    assert (await heir.round([], 1, 1, NOW + 1, lambda _: NOW)).began
    assert [each.id for each in await heir.abandoned(NOW + 1)] == [parcel.id]


async def test_the_same_without_a_sender_to_drive(desk: Office) -> None:
    machine, number, _ = this_process(0).split("/")
    dead, stranger, heir = (
        StoredOutbox(desk.database, VAULT, "sms", owner)
        for owner in (f"{machine}/{number}/1-1", f"elsewhere/{number}/1-1", this_process(1))
    )
    await desk.notices(2)
    [lost] = await claim(dead, limit=1)
    assert len(await claim(stranger)) == 1
    assert [parcel.id for parcel in await heir.abandoned(NOW + 1)] == [lost.id]
    assert not heir.drives()


async def test_a_halt_stops_everybody_until_one_message_has_been_taken(desk: Office) -> None:
    box = desk.outbox()
    names = await desk.notices(6)
    first, second = await claim(box, limit=2)
    await settle(box, first, Halted("21606"))
    assert (await desk.status(first.id)).state == "queued"
    assert await desk.halt() == halts.Halt("sms", "21606", NOW, UNTIL)
    await settle(box, second, Accepted("SM1"), NOW + 1)
    assert await desk.halt() is not None, "it was on its way when the halt began"
    assert await claim(box, now=UNTIL - 1) == []
    found = await box.round([], 10, 10, UNTIL, lambda _: UNTIL)
    assert (len(found.parcels), await claim(box, now=UNTIL)) == (1, [])
    await settle(box, found.parcels[0], Halted("21606"), UNTIL + 5)
    again = UNTIL + 5 + round(HALT * 1000)
    assert await desk.halt() == halts.Halt("sms", "21606", NOW, again)
    [probe] = await claim(box, now=again)
    await settle(box, probe, Accepted("SM2"), again)
    assert await desk.halt() is None
    left = await claim(box, now=again + 1)
    assert len(left) == 4
    assert {parcel.id for parcel in left} | {second.id, probe.id} == set(names)


async def test_a_probe_that_proves_nothing_is_followed_by_another(desk: Office) -> None:
    box = desk.outbox()
    await desk.notices(3)
    [first] = await claim(box, limit=1)
    await settle(box, first, Halted("20003"))
    [probe] = await claim(box, now=UNTIL)
    await settle(box, probe, Refused("21211"), UNTIL)
    again = UNTIL + round(HALT * 1000)
    assert await claim(box, now=again - 1) == []
    assert len(await claim(box, now=again)) == 1


async def test_a_halt_of_somebody_else_holds_and_can_be_lifted(desk: Office) -> None:
    box = desk.outbox()
    await desk.notices(4)
    assert len(await claim(box, limit=1)) == 1
    await desk.database.run(lambda: halts.halt("sms", "30007", NOW, UNTIL))
    assert await claim(box) == [], "at the next claim"
    [probe] = await claim(box, now=UNTIL)
    later = UNTIL + 2 * round(HALT * 1000)
    await desk.database.run(lambda: halts.halt("sms", "30007", UNTIL, later))
    await settle(box, probe, Accepted("SM1"), UNTIL + 1)
    assert await desk.halt() is not None, "it was halted again after the probe left"
    assert await desk.database.run(lambda: halts.lift("sms"))
    assert len(await claim(box, now=UNTIL + 2)) == 2


async def test_an_idle_look_writes_nothing(desk: Office) -> None:
    box = desk.outbox()
    assert await claim(box) == []
    for now in range(NOW, NOW + DEAD, 100):
        await claim(box, now=now)
    other = desk.outbox("other")
    await claim(other, now=NOW + DEAD + 1)
    assert other.drives(), "an idle driver lives by its beats, not by its looks"


async def test_news_of_the_provider_that_came_first_stays(desk: Office) -> None:
    """A receipt had the message queued again before the request that sent it was answered."""
    box = desk.outbox()
    await desk.notices(1)
    [parcel] = await claim(box)
    await desk.database.run(lambda: settling.finish(parcel.id, "uncertain", NOW, "SM1"))
    await desk.database.run(lambda: settling.requeue(parcel.id, NOW + 9, "30008"))
    await settle(box, parcel, Accepted("SM1"), NOW + 1)
    assert (await desk.status(parcel.id)).state == "queued"
    [second] = await claim(box, now=NOW + 9)
    await settle(box, parcel, Uncertain("reset"), NOW + 10)
    assert (await desk.status(parcel.id)).state == "dispatching"
    await settle(box, second, Accepted("SM2"), NOW + 11)
    assert (await desk.status(parcel.id)).provider_id == "SM2"
