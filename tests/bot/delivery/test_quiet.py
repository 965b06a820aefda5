"""Notices that wait for their hour: put off once, whatever their number, and nobody waits with them."""

import pytest

from bot.delivery.parcel import Lane
from bot.delivery.stored import StoredOutbox
from bot.store.database import Database
from tests.bot.delivery.test_stored import NOW, VAULT, Desk, claim

pytestmark = pytest.mark.anyio

MORNING = NOW + 10 * 3600 * 1000


class Hours:
    """Quiet in 38 until the morning; it counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, prefecture: str, now: int) -> int:
        self.asked += 1
        return MORNING if prefecture == "38" else now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, "sms")


@pytest.fixture
def box(desk: Desk, hours: Hours) -> StoredOutbox:
    return StoredOutbox(desk.database, VAULT, "sms", "here", quiet_until=hours)


async def test_a_notice_waits_for_its_hour_and_a_reply_does_not(desk: Desk, box: StoredOutbox) -> None:
    notice = await desk.add("ada", Lane.NOTICE, prefecture="38")
    elsewhere = await desk.add("grace", Lane.NOTICE, prefecture="973")
    anywhere, reply = await desk.add("emmy", Lane.NOTICE), await desk.add("rosalind", prefecture="38")
    found = await box.round([], 10, 10, NOW, lambda _: NOW)
    assert [parcel.id for parcel in found.parcels] == [reply, elsewhere, anywhere]
    assert found.passed_over == [MORNING]
    assert await claim(box, now=MORNING - 1) == []
    [parcel] = await claim(box, now=MORNING)
    assert (parcel.id, parcel.attempt, parcel.prefecture, parcel.tried_at) == (notice, 1, "38", MORNING)


async def test_somebody_whose_notice_waits_is_answered(desk: Desk, box: StoredOutbox) -> None:
    await desk.add("ada", Lane.NOTICE, prefecture="38")
    assert await claim(box) == []
    reply = await desk.add("ada")
    assert [parcel.id for parcel in await claim(box)] == [reply]


async def test_thousands_are_put_off_once_and_leave_in_order(desk: Desk, box: StoredOutbox, hours: Hours) -> None:
    names = [await desk.add(f"reader {number}", Lane.NOTICE, prefecture="38") for number in range(1100)]
    rounds = 0
    while (await box.round([], 1, 1, NOW, lambda _: NOW)).more:
        rounds += 1
    assert (rounds, hours.asked) == (3, 3), "a claim and many behind it at a time"
    for now in range(NOW, MORNING, 3600 * 1000):
        assert await claim(box, now=now) == []
    assert hours.asked == 3
    leaving = await claim(box, now=MORNING)
    assert [parcel.id for parcel in leaving] == names[: len(leaving)]
    assert len(leaving) == 100


async def test_what_ends_in_the_night_is_counted_when_it_ends(desk: Desk, box: StoredOutbox) -> None:
    names = [await desk.add(f"reader {number}", Lane.NOTICE, prefecture="38", expires=NOW + 60) for number in range(3)]
    found = await box.round([], 1, 1, NOW, lambda _: NOW)
    assert found.passed_over == [NOW + 60]
    assert await claim(box, now=NOW + 60) == []
    assert await desk.states(names) == ["expired"] * 3
