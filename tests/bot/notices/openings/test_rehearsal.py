"""The rehearsal: who, how, in which words, at what price, how long, and what looks wrong. Nothing is sent by it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.agents.actor import Actor
from bot.notices.openings.announcement import Announcement
from bot.notices.openings.deciding import end
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.permission import NotAllowed
from bot.notices.openings.rehearsal import Rehearsal, rehearse
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.conftest import ANNECY, GRENOBLE, MARIE, Announce, opening_for
from tests.bot.notices.openings.crowd import HOUR, Crowd

pytestmark = pytest.mark.anyio


async def rehearsed(desk: OpeningDesk, announcement: Announcement | None = None, by: Actor = ANNECY) -> Rehearsal:
    wanted = announcement or opening_for(desk)
    return await desk.database.run(lambda: rehearse(desk, by, wanted, desk.clock()))


def keys(rehearsal: Rehearsal) -> list[str]:
    return [each.key for each in rehearsal.odd]


async def test_those_who_wait_are_counted(desk: OpeningDesk, crowd: Crowd, clock: Clock) -> None:
    now = int(clock().timestamp() * 1000)
    crowd.many(3, "f")
    crowd.many(2, "e", language="en")
    crowd.many(4, "s", channel="sms")
    crowd.waits("arabic", language="ar")
    crowd.many(2, "t", told_at=now - HOUR)
    crowd.waits("silent", unanswered=3, told_at=now - 50 * HOUR)
    crowd.waits("paused", state="paused")
    crowd.waits("ended", state="ended")
    crowd.waits("blocked", blocked=True)
    crowd.waits("elsewhere", "3.3")
    found = await rehearsed(desk)
    assert {standing: found.standing(standing) for standing in ("ready", "told_lately", "silent", "paused")} == {
        "ready": 10,
        "told_lately": 2,
        "silent": 1,
        "paused": 1,
    }
    assert found.standing("unreachable") == 1
    assert (found.people("telegram"), found.people("sms")) == (6, 4)
    assert (found.people("telegram", "fr"), found.people("telegram", "en")) == (4, 2)
    assert crowd.told() == {}
    (entry,) = crowd.ledger.rows("SELECT * FROM trail")
    assert (entry["action"], entry["people"], entry["prefecture"]) == ("openings.rehearse", 10, "74")


async def test_each_text_is_shown_with_what_it_costs(desk: OpeningDesk, crowd: Crowd) -> None:
    crowd.many(3, "s", channel="sms")
    found = await rehearsed(desk, opening_for(desk, note="Guichet 4"))
    texts = {(each.channel, each.language): each for each in found.texts}
    assert set(texts) == {("telegram", "fr"), ("telegram", "en"), ("sms", "fr"), ("sms", "en")}
    assert all("3.2" in each.text and "www.haute-savoie.gouv.fr" in each.text for each in found.texts)
    assert all("<" not in each.text for each in found.texts)
    sms = texts["sms", "fr"]
    assert sms.cost is not None
    assert sms.cost.encoding == "GSM-7"
    assert found.segments == 3 * sms.cost.segments
    assert found.price == found.segments * Decimal("0.0798")
    assert texts["telegram", "fr"].segments is None


async def test_how_long_it_takes(desk: OpeningDesk, crowd: Crowd, clock: Clock) -> None:
    crowd.many(23)
    found = await rehearsed(desk)
    assert (found.waves, found.reached) == (3, 23)
    assert found.starts_at == clock() + timedelta(seconds=30)
    assert found.told_at == found.starts_at + timedelta(minutes=20, seconds=1)
    assert found.starts_at.utcoffset() == timedelta(hours=1)


async def test_an_announcement_like_any_other_looks_right(desk: OpeningDesk, crowd: Crowd) -> None:
    crowd.many(5)
    assert keys(await rehearsed(desk)) == []


async def test_the_same_within_the_hour(desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce) -> None:
    crowd.waits("ada")
    await announced()
    clock.pass_by(minutes=59)
    found = await rehearsed(desk)
    assert keys(found) == ["announced_lately"]
    assert "10:00" in found.odd[0].fr
    assert keys(await rehearsed(desk, opening_for(desk, calendar="3.3"))) == ["nobody"]
    clock.pass_by(minutes=2)
    assert keys(await rehearsed(desk)) == []


async def test_one_taken_back_does_not_count(desk: OpeningDesk, crowd: Crowd, announced: Announce) -> None:
    crowd.waits("ada")
    opening = await announced(at_once=False)
    await desk.database.run(lambda: end(desk, ANNECY, opening.id, "cancelled", desk.clock()))
    assert keys(await rehearsed(desk)) == []


async def test_far_more_people_than_slots_and_no_time_for_them(desk: OpeningDesk, crowd: Crowd) -> None:
    crowd.many(120)
    found = await rehearsed(desk, opening_for(desk, slots=1, hours=0.9))
    assert keys(found) == ["crowd", "not_all"]
    assert found.reached == 30
    assert "90 resteront" in found.odd[1].fr


async def test_an_end_that_is_near(desk: OpeningDesk, crowd: Crowd) -> None:
    crowd.waits("ada")
    assert keys(await rehearsed(desk, opening_for(desk, hours=0.1))) == ["ends_soon"]
    gone = await rehearsed(desk, opening_for(desk, hours=0.005))
    assert keys(gone) == ["ends_soon", "not_all"]


@pytest.mark.parametrize(("hours", "key"), [(6, "quiet_sms"), (14, "late_sms")])
async def test_quiet_hours_and_sms(desk: OpeningDesk, crowd: Crowd, clock: Clock, hours: int, key: str) -> None:
    clock.now = datetime(2026, 11, 24, 20, tzinfo=UTC)  # nine in the evening in Annecy
    crowd.waits("ada", channel="sms")
    crowd.waits("lin")
    found = await rehearsed(desk, opening_for(desk, hours=hours))
    assert keys(found) == [key]
    assert found.quiet
    assert found.quiet_until is not None
    assert found.quiet_until.isoformat() == "2026-11-25T08:00:00+01:00"
    telegram = next(each for each in found.texts if each.channel == "telegram")
    assert telegram.message["disable_notification"] is True


async def test_only_who_may_announce_there_may_rehearse(desk: OpeningDesk, crowd: Crowd) -> None:
    for actor in (GRENOBLE, Actor("Guichet", "notices", frozenset({"74"}), "guichet")):
        with pytest.raises(NotAllowed):
            await rehearsed(desk, by=actor)
    assert crowd.ledger.count("trail") == 0
    assert keys(await rehearsed(desk, by=MARIE)) == ["nobody"]


async def test_as_json(desk: OpeningDesk, crowd: Crowd) -> None:
    crowd.waits("ada", channel="sms")
    found = (await rehearsed(desk)).to_json()
    assert (found["people"]["ready"], found["channels"]) == (1, {"telegram": 0, "sms": 1})
    assert found["until"] == "2026-11-24T16:00:00+01:00"
    assert found["price"] == str(found["segments"] * Decimal("0.0798"))
