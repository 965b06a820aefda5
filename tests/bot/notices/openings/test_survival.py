"""Killed anywhere and started again: each person once, none forgotten. And whatever happens: never above the cap."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.notices.openings import draw, waves
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.store import openings
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.conftest import Announce
from tests.bot.notices.openings.crowd import Crowd
from tests.bot.notices.openings.dying import Killed, Mortal

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few people make many transactions."""
    monkeypatch.setattr(draw, "CHUNK", 3)
    monkeypatch.setattr(waves, "CHUNK", 2)


async def test_killed_again_and_again_each_person_is_told_once(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce
) -> None:
    people = crowd.many(11)
    opening = await announced(slots=1)
    lives = 0
    for life in range(400):
        mortal = Mortal(desk.database, life % 23)
        announcer = Announcer(replace(desk, database=mortal), f"process {life}")
        try:
            await announcer.work()
        except Killed:
            lives += 1
        clock.pass_by(seconds=7)  # the one that died is known to be dead
        found = await desk.database.run(lambda: openings.get(opening.id))
        assert found is not None
        if found.state == "done":
            break
    assert lives > 25
    assert crowd.told() == dict.fromkeys(people, 1)
    assert {crowd.subscription(each)["unanswered"] for each in people} == {1}
    (waves_told,) = crowd.ledger.rows("SELECT MAX(wave) AS last, COUNT(message_id) AS told FROM draws")
    assert waves_told == {"last": 3, "told": 11}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_killed_at_any_query_another_process_goes_on(
    desk: OpeningDesk, crowd: Crowd, clock: Clock, announced: Announce
) -> None:
    people = crowd.many(7)
    for life in range(200):
        crowd.empty("outbox", "draws", "openings", "leases")
        crowd.ledger.run("UPDATE subscriptions SET unanswered = 0, last_notice_at = NULL")
        await announced(slots=1)
        dead = Announcer(replace(desk, database=Mortal(desk.database, life)), f"dead {life}")
        try:
            await dead.work()
        except Killed:
            clock.pass_by(seconds=7)
            await Announcer(desk, f"alive {life}").work()
            assert list(crowd.told().values()) == [1] * 5
            clock.pass_by(minutes=10, seconds=7)
            await Announcer(desk, f"alive {life}").work()
            assert crowd.told() == dict.fromkeys(people, 1)
        else:
            break
    assert life > 30


async def test_whatever_the_chunks_a_wave_is_as_large_as_it_should_be(
    crowd: Crowd, announced: Announce, announcer: Announcer
) -> None:
    crowd.many(12)
    await announced(slots=1)
    assert await announcer.work() == 5
    assert sorted(crowd.told().values()) == [1] * 5


CALENDARS = ("3.1", "3.2", "4.1")
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("announce"), st.sampled_from(CALENDARS), st.integers(1, 2), st.integers(1, 30)),
        st.tuples(st.just("pass"), st.integers(1, 30)),
        st.tuples(st.just("answer"), st.integers(0, 5)),
        st.tuples(st.just("stop"), st.integers(0, 5)),
        st.tuples(st.just("deliver"), st.integers(1, 9)),
        st.tuples(st.just("die"), st.integers(0, 12)),
    ),
    min_size=8,
    max_size=24,
)


@pytest.mark.parametrize("engine", ["sqlite"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, waiting=st.lists(st.sets(st.sampled_from(CALENDARS), min_size=1), min_size=6, max_size=6))
async def test_never_above_the_cap_nor_after_the_end_nor_for_another_calendar(
    desk: OpeningDesk,
    crowd: Crowd,
    clock: Clock,
    announced: Announce,
    moves: list[tuple[object, ...]],
    waiting: list[set[str]],
) -> None:
    crowd.empty("outbox", "draws", "openings", "subscription_calendars", "subscriptions", "people", "leases")
    people = [crowd.waits(f"p{number}", *calendars) for number, calendars in enumerate(waiting)]
    for move in moves:
        match move:
            case ("announce", str(calendar), int(slots), int(hours)):
                await announced(slots=slots, calendar=calendar, hours=hours)
            case ("pass", int(hours)):
                clock.pass_by(hours=hours)
            case ("answer", int(number)):
                crowd.ledger.run(f"UPDATE subscriptions SET unanswered = 0 WHERE person_id = 'p{number}'")  # noqa: S608
            case ("stop", int(number)):
                crowd.ledger.run(f"UPDATE subscriptions SET state = 'ended' WHERE person_id = 'p{number}'")  # noqa: S608
            case ("deliver", int(count)):
                crowd.delivers(count)
            case ("die", int(life)):
                try:
                    await Announcer(replace(desk, database=Mortal(desk.database, life)), f"{clock()} {life}").work()
                except Killed:
                    clock.pass_by(seconds=7)
                continue
        await Announcer(desk, str(clock())).work()
        clock.pass_by(seconds=7)
    check(crowd, people, waiting, int(clock().timestamp() * 1000))


def check(crowd: Crowd, people: list[str], waiting: list[set[str]], now: int) -> None:
    """All that was said to each: in time, of their calendars, once an opening and once a day."""
    for person, calendars in zip(people, waiting, strict=True):
        rows = crowd.notices(person)
        assert len({row["batch_id"] for row in rows}) == len(rows)
        assert {row["calendar"] for row in rows} <= calendars
        assert all(row["created_at"] < row["until"] == row["expires_at"] for row in rows)
        assert not [row for row in rows if row["state"] == "queued" and row["until"] + 60_000 < now]
        told = [row["created_at"] for row in rows if row["state"] == "accepted"]
        assert all(later - earlier >= 24 * 3600 * 1000 for earlier, later in pairwise(told))
        assert crowd.subscription(person)["unanswered"] <= 3
