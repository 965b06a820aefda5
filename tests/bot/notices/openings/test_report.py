"""What became of an opening: counted wave by wave, for those who may read it."""

import pytest

from bot.agents.actor import Actor
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.report import Report, look, report
from bot.store import openings
from bot.store.openings import OpeningRow
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.conftest import ANNECY, GRENOBLE, Announce
from tests.bot.notices.openings.crowd import HOUR, Crowd

pytestmark = pytest.mark.anyio


async def became(desk: OpeningDesk, opening: OpeningRow, by: Actor = ANNECY) -> Report | None:
    return await desk.database.run(lambda: report(desk, by, opening.id))


async def test_every_message_is_in_one_place(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(13)
    opening = await announced(slots=2, note="Guichet 4")
    await announcer.work()
    told = sorted(crowd.told())
    now = int(clock().timestamp() * 1000)
    for person, state in zip(
        told, ["accepted", "delivered", "failed", "failed", "uncertain", "dispatching"], strict=False
    ):
        crowd.ledger.run(f"UPDATE outbox SET state = '{state}' WHERE person_id = '{person}'")  # noqa: S608
    crowd.ledger.run(
        f"UPDATE people SET blocked_at = {now + HOUR} WHERE id = '{told[2]}'",  # noqa: S608
        f"UPDATE draws SET served_at = {now} WHERE subscription_id = 's-{told[1]}'",  # noqa: S608
    )
    clock.pass_by(minutes=11)
    await announcer.work()
    found = await became(desk, opening)
    assert found is not None
    assert found.states == {
        "queued": 7,
        "dispatching": 1,
        "accepted": 1,
        "delivered": 1,
        "failed": 2,
        "uncertain": 1,
        "expired": 0,
        "cancelled": 0,
    }
    assert (found.told, found.sent, found.blocked, found.served, found.left) == (13, 3, 1, 1, 0)
    assert [(wave.number, wave.told, wave.served) for wave in found.waves] == [(1, 10, 1), (2, 3, 0)]
    assert not found.is_over
    said = "\n".join(found.lines())
    for words in (
        "calendrier 3.2, 2 places",
        "13 messages : 7 en attente",
        "Guichet 4",
        "vague 2",
        "obtenus",
        "bloqué",
    ):
        assert words in said
    json = found.to_json()
    assert json["until"] == "2026-11-24T16:00:00+01:00"
    assert json["waves"][0]["states"]["failed"] == 2
    crowd.ledger.run("UPDATE outbox SET state = 'accepted'")
    assert (await desk.database.run(lambda: look(desk, opening.id))).is_over  # type: ignore[union-attr]


async def test_who_erased_their_data_is_forgotten(
    desk: OpeningDesk, crowd: Crowd, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(3)
    opening = await announced()
    await announcer.work()
    crowd.ledger.run("DELETE FROM outbox WHERE person_id = 'p000'")
    crowd.ledger.run("DELETE FROM subscriptions WHERE person_id = 'p001'")  # and its place in the draw
    found = await became(desk, opening)
    assert found is not None
    assert (found.told, found.states["queued"]) == (2, 1)
    assert list(found.lines())


async def test_only_those_of_the_prefecture_read_it(desk: OpeningDesk, crowd: Crowd, announced: Announce) -> None:
    opening = await announced()
    before = crowd.ledger.count("trail")
    assert await became(desk, opening, GRENOBLE) is None
    assert crowd.ledger.count("trail") == before
    assert await became(desk, opening) is not None
    (entry,) = crowd.ledger.rows("SELECT * FROM trail WHERE action = 'openings.report'")
    assert (entry["subject"], entry["prefecture"]) == (opening.id, "74")


async def test_what_is_old_goes_with_its_draw_and_its_messages(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(7)
    opening = await announced(slots=1)
    await announcer.work()
    assert opening.prefecture == "74"
    clock.pass_by(hours=7)
    await announcer.work()
    for _ in range(2):
        await desk.database.run(lambda: openings.purge(desk.now_ms() + 1, 3))
    assert crowd.ledger.count("openings") == 1
    while await desk.database.run(lambda: openings.purge(desk.now_ms() + 1, 3)):
        pass
    assert [crowd.ledger.count(table) for table in ("openings", "draws", "outbox")] == [0, 0, 0]
    assert crowd.ledger.count("subscriptions") == 7
