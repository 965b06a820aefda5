"""The waves on both databases: each person once, in the order drawn, within the caps, and nobody after the end."""

from datetime import timedelta

import pytest

from bot.notices.openings.announcer import Announcer
from bot.notices.openings.deciding import Ending, end
from bot.notices.openings.desk import OpeningDesk
from bot.store import openings
from bot.store.openings import OpeningRow
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.conftest import ANNECY, GRENOBLE, Announce
from tests.bot.notices.openings.crowd import HOUR, Crowd

pytestmark = pytest.mark.anyio


async def now_is(desk: OpeningDesk, opening: OpeningRow) -> OpeningRow:
    found = await desk.database.run(lambda: openings.get(opening.id))
    assert found is not None
    return found


async def ends(desk: OpeningDesk, opening: OpeningRow, ending: Ending) -> OpeningRow | None:
    return await desk.database.run(lambda: end(desk, ANNECY, opening.id, ending, desk.clock()))


async def test_nobody_is_told_before_the_time_to_take_it_back_is_over(
    crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(3)
    await announced(at_once=False)
    clock.pass_by(seconds=29)
    assert await announcer.work() == 0
    clock.pass_by(seconds=1)
    assert await announcer.work() == 3


async def test_a_wave_every_ten_minutes_until_everybody_was_told(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(23)
    opening = await announced(slots=2)
    assert await announcer.work() == 10
    assert await announcer.work() == 0
    clock.pass_by(minutes=9, seconds=59)
    assert await announcer.work() == 0
    clock.pass_by(seconds=2)
    assert await announcer.work() == 10
    clock.pass_by(minutes=11)
    assert await announcer.work() == 3
    assert set(crowd.told().values()) == {1}
    assert len(crowd.told()) == 23
    found = await now_is(desk, opening)
    assert (found.state, found.waves, found.next_wave_at) == ("done", 3, opening.until)
    waves = crowd.ledger.rows("SELECT wave, COUNT(*) AS people FROM draws GROUP BY wave ORDER BY wave")
    assert [(row["wave"], row["people"]) for row in waves] == [(1, 10), (2, 10), (3, 3)]


async def test_what_is_queued_is_a_broadcast_that_perishes(
    crowd: Crowd, announced: Announce, announcer: Announcer, clock: Clock
) -> None:
    crowd.waits("ada")
    crowd.waits("lin", channel="sms", language="en")
    opening = await announced(slots=4, note="Guichet 4")
    await announcer.work()
    (telegram,), (sms,) = crowd.row("ada"), crowd.row("lin")
    for row in (telegram, sms):
        assert (row["lane"], row["state"], row["attempt"]) == (2, "queued", 0)
        assert (row["expires_at"], row["batch_id"]) == (opening.until, opening.id)
    assert (telegram["prefecture"], telegram["segments"]) == (None, None)
    assert (sms["prefecture"], sms["segments"]) == ("74", sms["segments"])
    message = crowd.message("ada")
    assert "3.2" in message["text"]
    assert "Guichet 4" in message["text"]
    assert "www.haute-savoie.gouv.fr" in message["text"]
    assert "disable_notification" not in message
    buttons = [row[0]["callback_data"] for row in message["reply_markup"]["inline_keyboard"]]
    assert {"?got_appointment", "?unsubscribe"} <= set(buttons)
    assert "3.2" in crowd.message("lin")["body"]
    assert crowd.message("lin")["body"] != message["text"]
    assert crowd.subscription("ada")["unanswered"] == 1
    assert abs(crowd.subscription("ada")["last_notice_at"] - clock().timestamp() * 1000) < 1000


async def test_those_who_speak_another_language_read_french(
    crowd: Crowd, announced: Announce, announcer: Announcer
) -> None:
    crowd.waits("ada", language=None)
    crowd.waits("lin", language="ar")
    crowd.waits("zoe", language="en")
    await announced()
    assert await announcer.work() == 3
    assert crowd.message("ada") == crowd.message("lin") != crowd.message("zoe")


async def test_only_those_who_may_be_told_of_this_calendar(
    crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    now = int(clock().timestamp() * 1000)
    crowd.waits("ada", "3.1", "3.2", "3.3")
    crowd.waits("two", unanswered=2, told_at=now - 24 * HOUR)
    crowd.waits("other calendar", "3.1")
    crowd.waits("other prefecture", "3.2", prefecture="75")
    crowd.waits("paused", state="paused")
    crowd.waits("ended", state="ended")
    crowd.waits("silent", unanswered=3, told_at=now - 48 * HOUR)
    crowd.waits("told lately", told_at=now - 24 * HOUR + 1000)
    crowd.waits("blocked", blocked=True)
    crowd.waits("out", channel="sms")
    crowd.waits("at the terminal", channel="terminal")
    out = crowd.ledger.vault.digest("sms", "out")
    crowd.ledger.run(f"INSERT INTO opt_outs (channel, digest, since) VALUES ('sms', '{out}', 1)")  # noqa: S608
    await announced(slots=10)
    await announcer.work()
    assert crowd.told() == {"ada": 1, "two": 1}
    assert crowd.subscription("two")["unanswered"] == 3
    assert crowd.subscription("silent")["unanswered"] == 3


async def test_several_windows_get_one_notice(crowd: Crowd, announced: Announce, announcer: Announcer) -> None:
    crowd.waits("telegram", language="en")
    crowd.waits("sms", channel="sms", home="telegram")
    crowd.waits("alone by sms", channel="sms")
    crowd.waits("blocked", blocked=True)
    crowd.waits("her sms", channel="sms", home="blocked")
    crowd.waits("shared", number="his sms")
    crowd.waits("his sms", channel="sms")
    await announced(slots=10)
    await announcer.work()
    assert set(crowd.told()) == {"telegram", "alone by sms", "her sms", "shared"}


async def test_a_window_speaks_the_language_of_its_conversation(
    crowd: Crowd, announced: Announce, announcer: Announcer
) -> None:
    crowd.waits("home", "3.1", language="en")
    crowd.waits("window", "3.2", channel="sms", language=None, home="home")
    crowd.waits("english", channel="sms", language="en")
    await announced()
    await announcer.work()
    assert crowd.message("window") == crowd.message("english")


async def test_who_was_told_lately_is_told_when_the_day_is_over(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    now = int(clock().timestamp() * 1000)
    crowd.waits("ada")
    crowd.waits("lin", told_at=now - 23 * HOUR)
    crowd.waits("zoe", told_at=now - 12 * HOUR)
    opening = await announced(slots=4)
    assert await announcer.work() == 1
    assert (await now_is(desk, opening)).state == "running"
    clock.pass_by(minutes=59)
    assert await announcer.work() == 0
    clock.pass_by(minutes=1)
    assert await announcer.work() == 1
    assert crowd.told() == {"ada": 1, "lin": 1}
    found = await now_is(desk, opening)
    assert (found.state, found.waves) == ("done", 1)


@pytest.mark.parametrize("ending", ["gone", "cancelled"])
async def test_what_is_over_tells_nobody_late(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer, ending: Ending
) -> None:
    crowd.many(30)
    opening = await announced(slots=4)
    await announcer.work()
    first, second = sorted(crowd.told())[:2]
    crowd.ledger.run(
        f"UPDATE outbox SET state = 'accepted' WHERE person_id = '{first}'",  # noqa: S608
        f"UPDATE outbox SET state = 'dispatching', owner = 'sender' WHERE person_id = '{second}'",  # noqa: S608
    )
    clock.pass_by(minutes=2)
    ended = await ends(desk, opening, ending)
    assert ended is not None
    assert ended.state == ending
    assert len(crowd.told("cancelled")) == 18
    # What was on its way comes back to be tried again: it is not.
    crowd.ledger.run(f"UPDATE outbox SET state = 'queued' WHERE person_id = '{second}'")  # noqa: S608
    clock.pass_by(minutes=30)
    assert await announcer.work() == 0
    assert len(crowd.told("cancelled")) == 19
    assert (await now_is(desk, opening)).next_wave_at is None
    # Who heard nothing may hear of the next one.
    assert crowd.subscription(first)["unanswered"] == 1
    assert crowd.subscription(second)["unanswered"] == 0
    again = await announced(slots=6)
    assert await announcer.work() == 29
    assert first not in crowd.told("queued")
    assert again.seed != opening.seed


async def test_what_is_on_its_way_is_looked_at_until_it_ends(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.waits("ada")
    opening = await announced()
    await announcer.work()
    crowd.ledger.run("UPDATE outbox SET state = 'dispatching', owner = 'sender'")
    await ends(desk, opening, "gone")
    await announcer.work()
    assert (await now_is(desk, opening)).next_wave_at is not None
    crowd.ledger.run("UPDATE outbox SET state = 'accepted'")
    clock.pass_by(seconds=3)
    await announcer.work()
    assert (await now_is(desk, opening)).next_wave_at is None
    assert crowd.subscription("ada")["unanswered"] == 1


async def test_taken_back_in_time_it_tells_nobody(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(3)
    opening = await announced(at_once=False)
    await ends(desk, opening, "cancelled")
    clock.pass_by(minutes=5)
    assert await announcer.work() == 0
    assert crowd.told() == {}
    found = await now_is(desk, opening)
    assert (found.state, found.waves, found.next_wave_at) == ("cancelled", 0, None)


async def test_after_its_end_nothing_leaves(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(30)
    opening = await announced(slots=1, hours=0.25)
    assert await announcer.work() == 5
    clock.pass_by(minutes=10, seconds=1)
    assert await announcer.work() == 5
    clock.pass_by(minutes=5)
    assert await announcer.work() == 0
    found = await now_is(desk, opening)
    assert (found.state, found.next_wave_at) == ("ended", None)
    assert len(crowd.told("expired")) == 10
    assert {crowd.subscription(each)["unanswered"] for each in crowd.told()} == {0}
    assert await ends(desk, opening, "gone") == found


async def test_all_told_it_is_closed_at_its_end(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.waits("ada", channel="sms")
    opening = await announced(hours=1)
    await announcer.work()
    clock.pass_by(hours=1)
    await announcer.work()
    found = await now_is(desk, opening)
    assert (found.state, found.next_wave_at) == ("done", None)
    assert crowd.told("expired") == {"ada": 1}
    assert crowd.subscription("ada")["last_notice_at"] is None


async def test_in_quiet_hours_telegram_does_not_ring(
    crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    clock.now = clock.now.replace(hour=20)  # nine in the evening in Annecy
    crowd.waits("ada")
    await announced(hours=15)
    await announcer.work()
    assert crowd.message("ada")["disable_notification"] is True


async def test_nobody_waits(desk: OpeningDesk, announced: Announce, announcer: Announcer) -> None:
    opening = await announced()
    assert await announcer.work() == 0
    found = await now_is(desk, opening)
    assert (found.state, found.waves) == ("done", 0)


async def test_somebody_elses_opening_cannot_be_ended(desk: OpeningDesk, announced: Announce) -> None:
    opening = await announced()
    assert await desk.database.run(lambda: end(desk, GRENOBLE, opening.id, "gone", desk.clock())) is None
    assert await desk.database.run(lambda: end(desk, ANNECY, "nothing", "gone", desk.clock())) is None
    assert (await now_is(desk, opening)).state == "waiting"


async def test_two_processes_take_turns(desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce) -> None:
    crowd.many(12)
    await announced(slots=1)
    here, there = Announcer(desk, "here"), Announcer(desk, "there")
    assert await here.work() == 5
    clock.pass_by(minutes=10, seconds=1)
    assert await here.work() == 5
    await announced(slots=1, calendar="3.1")
    assert await there.work() == 0  # the other is alive
    clock.pass_by(minutes=10, seconds=1)
    assert await there.work() == 2
    assert set(crowd.told().values()) == {1}


async def test_each_step_is_in_the_trail(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(7)
    opening = await announced(slots=1)
    await announcer.work()
    clock.pass_by(minutes=10, seconds=1)
    await announcer.work()
    await ends(desk, opening, "gone")
    rows = crowd.ledger.rows("SELECT * FROM trail WHERE subject IS NOT NULL ORDER BY id")
    assert rows[0]["action"] == "openings.announce"
    assert rows[0]["people"] == 7
    assert [(row["action"], row["people"], row["detail"]) for row in rows[1:]] == [
        ("openings.wave", 5, "vague 1"),
        ("openings.wave", 2, "vague 2"),
        ("openings.end", 7, "done"),
        ("openings.gone", None, None),
    ]
    assert {(row["actor"], row["prefecture"], row["subject"]) for row in rows} == {
        ("agent Accueil Annecy", "74", opening.id)
    }
    apart = timedelta(milliseconds=rows[2]["at"] - rows[1]["at"])
    assert timedelta(minutes=10) <= apart < timedelta(minutes=10, seconds=2)
