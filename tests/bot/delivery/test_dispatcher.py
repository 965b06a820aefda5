"""Delivery as a whole, in a time of its own: whatever the provider answers, everything ends, in order and in pace."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcomes import FORWARD, HALT, POLICY, RETRIED, SMS_POLICY, Policy, State
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, Refused, RetryAfter, Uncertain
from bot.delivery.window import Window
from tests.bot.delivery.clockwork import Clockwork, run
from tests.bot.delivery.memory import MemoryOutbox, Row

FAST = Pace(1e6, 1000)


@dataclass
class Post:
    """A provider that follows a script: for each message its outcomes in turn, then Accepted; each after `delay`."""

    loop: Clockwork
    script: Mapping[str, list[Outcome]] = field(default_factory=dict)
    delay: Callable[[str], float] = lambda _: 0.04
    sent: list[tuple[float, str, str]] = field(default_factory=list)
    flying: Counter[str] = field(default_factory=Counter)
    most: int = 0

    async def send(self, parcel: Parcel) -> Outcome:
        address, name = parcel.address, parcel.message["id"]
        self.sent.append((self.loop.time(), address, name))
        self.flying[address] += 1
        assert self.flying[address] == 1, "one at a time a person"
        self.most = max(self.most, self.flying.total())
        try:
            await asyncio.sleep(self.delay(name))
        finally:
            self.flying[address] -= 1
        outcomes = self.script.get(name, [])
        return outcomes.pop(0) if outcomes else Accepted(f"id of {name}")

    def names(self) -> list[str]:
        return [name for _, _, name in self.sent]


@dataclass
class Bench:
    """One process: its outbox, its provider, its dispatcher."""

    loop: Clockwork
    outbox: MemoryOutbox
    post: Post
    dispatcher: Dispatcher

    def add(self, person: str, lane: Lane = Lane.DIALOG, **more: Any) -> str:
        return self.outbox.add(person, lane, now=self.loop.milliseconds(), **more)

    def state(self, name: str) -> State:
        return self.outbox.rows[name].state

    async def settled(self, most: float = 1e4) -> None:
        """Delivers until nothing is open, or `most` seconds."""
        running = asyncio.create_task(self.dispatcher.run())
        end = self.loop.time() + most
        while any(row.open for row in self.outbox.rows.values()) and self.loop.time() < end:
            await asyncio.sleep(0.5)
        await self.dispatcher.stop()
        await running


def bench(
    overall: Pace | Window = FAST,
    chat: Pace = FAST,
    rows: dict[str, Row] | None = None,
    dead: tuple[str, ...] = (),
    others: Pace | None = None,
    **more: Any,
) -> Bench:
    loop = Clockwork()
    outbox, post = MemoryOutbox(rows, dead=dead), Post(loop)
    pacing = Pacing(overall, chat, others)
    return Bench(loop, outbox, post, Dispatcher(outbox, post, pacing, loop.milliseconds, steady=loop.time, **more))


def play(bench: Bench, scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run(scene(), bench.loop)


def test_a_message_is_sent_at_once_and_accepted() -> None:
    here = bench()

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(3.21)
        name = here.add("ada")
        here.dispatcher.wake()
        await asyncio.sleep(0.06)
        assert here.state(name) is State.ACCEPTED
        assert here.outbox.rows[name].provider_id == f"id of {name}"
        [(sent_at, address, sent)] = here.post.sent
        assert (address, sent) == ("address of ada", name)
        assert sent_at == pytest.approx(3.21, abs=0.005)
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_what_another_process_queued_is_found_within_a_second() -> None:
    here = bench()

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(3.21)
        name = here.add("ada")
        await asyncio.sleep(1.1)
        assert here.state(name) is State.ACCEPTED
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_parts_of_a_reply_keep_their_order_and_their_pace() -> None:
    here = bench(chat=Pace.per_second(1))
    names = [here.add("ada") for _ in range(4)]
    play(here, here.settled)
    assert here.post.names() == names
    times = [time for time, _, _ in here.post.sent]
    assert all(1.0 <= later - sooner < 1.02 for sooner, later in pairwise(times))


def test_dialog_before_broadcast() -> None:
    here = bench(overall=Pace.per_second(30))
    for number in range(200):
        here.add(f"reader {number}", Lane.BROADCAST)

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(2)
        asked_at = here.loop.time()
        reply = here.add("ada")
        here.dispatcher.wake()
        await asyncio.sleep(1)
        sent_at = next(time for time, _, name in here.post.sent if name == reply)
        assert sent_at - asked_at < 0.05, "the next one to leave"
        await here.dispatcher.stop()
        await running

    play(here, scene)


def telegram(readers: int) -> Bench:
    """Thirty a second for replies and a broadcast together; every round takes its time to commit."""
    here = bench(Window(30), Pace.per_second(1), others=Pace.beside(30))
    here.outbox.commit = 0.006
    for number in range(readers):
        here.add(f"reader {number}", Lane.BROADCAST)
    return here


def within(limit: int, times: list[float]) -> bool:
    """Whether no second holds more."""
    return all(sum(begin <= time < begin + 1 for time in times[at:]) <= limit for at, begin in enumerate(times))


def test_a_broadcast_takes_the_shortest_time_that_the_limit_allows() -> None:
    here = telegram(600)
    play(here, here.settled)
    times = [time for time, _, _ in here.post.sent]
    assert within(30, times)
    assert times[-1] - times[0] <= 1.02 * 600 / 30


def test_a_burst_of_replies_leaves_at_once_when_nothing_else_does() -> None:
    here = bench(Window(30), Pace.per_second(1), others=Pace.beside(30))
    for number in range(45):
        here.add(f"asker {number}")
    play(here, here.settled)
    times = [time for time, _, _ in here.post.sent]
    assert within(30, times)
    assert times[29] < 0.1
    assert times[44] < 1.1


def test_replies_wait_for_a_place_and_not_for_the_broadcast() -> None:
    """Queued, as by another process: the next to leave is a reply, whatever was written before."""
    here, waits = telegram(600), []

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        for number in range(20):
            await asyncio.sleep(0.7 + number * 0.013)
            asked, name = here.loop.time(), here.add(f"asker {number}")
            here.dispatcher.wake()
            await asyncio.sleep(0.2)
            waits.append(next(time for time, _, sent in here.post.sent if sent == name) - asked)
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    times = [time for time, _, _ in here.post.sent]
    assert within(30, times)
    assert times[-1] - times[0] <= 1.02 * 620 / 30
    assert max(waits) <= 0.045, "of a place comes free every 33 ms"
    assert sum(waits) / len(waits) <= 0.025


def test_a_place_that_comes_free_while_a_turn_is_worked_is_for_its_reply() -> None:
    """Handed over: claimed by its turn, which takes 15 ms, and as long again to commit as a round."""
    here, waits = telegram(600), []

    async def turn(person: str) -> str:
        with here.dispatcher.expecting():
            await asyncio.sleep(0.015)
            name = here.add(person)
            handed = here.dispatcher.takes(person)
            if handed:
                here.outbox.rows[name].move(State.DISPATCHING)
                here.outbox.rows[name].owner = here.outbox.owner
            await asyncio.sleep(0.006)
        if handed:
            here.dispatcher.take(here.outbox.rows[name].parcel, alone=True)
        else:
            here.dispatcher.wake()
        return name

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        for number in range(25):
            await asyncio.sleep(0.3 + number * 0.007)
            asked, name = here.loop.time(), await turn(f"asker {number}")
            await asyncio.sleep(0.2)
            waits.append(next(time for time, _, sent in here.post.sent if sent == name) - asked)
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    times = [time for time, _, _ in here.post.sent]
    assert within(30, times)
    assert times[-1] - times[0] <= 1.02 * 625 / 30
    assert sum(waits) / len(waits) <= 0.021 + 0.010
    assert max(waits) <= 0.021 + 0.035


def test_a_broadcast_goes_on_once_a_turn_has_ended_without_a_reply() -> None:
    here = bench(Window(1), others=Pace.beside(1))
    name = here.add("reader", Lane.BROADCAST)

    async def scene() -> None:
        with here.dispatcher.expecting():
            running = asyncio.create_task(here.dispatcher.run())
            await asyncio.sleep(5)
            assert not here.post.sent
        await asyncio.sleep(0.1)
        assert here.state(name) is State.ACCEPTED
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_a_reply_overtakes_a_broadcast_to_the_same_person() -> None:
    here = bench()
    news, reply = here.add("ada", Lane.BROADCAST), here.add("ada")
    play(here, here.settled)
    assert here.post.names() == [reply, news]


def test_a_flooded_chat_stops_nobody() -> None:
    here = bench(overall=Pace.per_second(30), chat=Pace.per_second(1))
    flood = [here.add("flooded") for _ in range(100)]
    here.post.script = {flood[0]: [RetryAfter(40)]}
    others = [here.add(f"other {number}") for number in range(30)]
    play(here, lambda: here.settled(most=8))
    times = {name: time for time, _, name in here.post.sent}
    assert max(times[name] for name in others) < 1.3
    assert here.post.names().count(flood[0]) == 1
    assert flood[1] not in times, "order holds, even flooded"


def test_many_flooded_chats_stop_nobody() -> None:
    """More of them than a round claims: each is passed over once and not looked at until its time."""
    here = bench(chat=Pace.per_second(1))
    held = [here.add(f"flooded {number}") for number in range(600)]
    here.post.script = {name: [RetryAfter(60)] for name in held}

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(2)
        name = here.add("ada", Lane.BROADCAST)
        here.dispatcher.wake()
        await asyncio.sleep(0.2)
        assert here.state(name) is State.ACCEPTED
        rounds = here.outbox.rounds
        await asyncio.sleep(30)
        assert here.outbox.rounds - rounds < 40, "waiting costs nothing"
        await asyncio.sleep(40)
        assert all(here.state(name) is State.ACCEPTED for name in held)
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_everybody_waits_when_the_provider_says_so() -> None:
    here = bench()
    first = here.add("ada")
    here.post.script = {first: [RetryAfter(7, everybody=True)]}

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(1)
        here.add("grace")
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    assert [time >= 7 for time, _, _ in here.post.sent] == [False, True, True]


async def here_done(here: Bench) -> None:
    async with asyncio.timeout(1e4):
        while any(row.open for row in here.outbox.rows.values()):
            await asyncio.sleep(0.5)


def test_expired_is_never_sent() -> None:
    here = bench(overall=Pace(1))
    until = here.loop.milliseconds() + 5_500
    names = [here.add(f"reader {number}", Lane.BROADCAST, expires_at=until) for number in range(20)]
    play(here, here.settled)
    assert Counter(here.state(name) for name in names) == {State.ACCEPTED: 6, State.EXPIRED: 14}
    assert all(time < 5.5 for time, _, _ in here.post.sent)


def test_an_uncertain_reply_is_sent_twice_at_most() -> None:
    here = bench()
    reply, news = here.add("ada"), here.add("grace", Lane.BROADCAST)
    here.post.script = {name: [Uncertain("read time-out")] * 5 for name in (reply, news)}
    play(here, here.settled)
    assert Counter(here.post.names()) == {reply: 2, news: 1}
    assert here.state(reply) is here.state(news) is State.UNCERTAIN
    assert here.outbox.rows[reply].parcel.flag == RETRIED


def test_who_blocked_the_bot_gets_nothing_more() -> None:
    here = bench()
    names = [here.add("ada"), here.add("ada"), here.add("ada", Lane.NOTICE)]
    here.post.script = {names[0]: [Refused("bot was blocked by the user", blocked=True)]}
    play(here, here.settled)
    assert [here.state(name) for name in names] == [State.FAILED, State.CANCELLED, State.CANCELLED]
    assert here.post.names() == names[:1]


def test_a_sender_that_breaks_or_hangs_is_uncertain() -> None:
    here = bench()
    hung, reply = here.add("grace", Lane.NOTICE), here.add("ada", Lane.NOTICE)
    here.post.delay = lambda name: 1e5 if name == hung else int("no number")
    play(here, lambda: here.settled(most=100))
    assert 45 <= here.loop.time() < 50
    assert here.state(hung) is here.state(reply) is State.UNCERTAIN
    assert here.outbox.rows[reply].reason == "ValueError", "its words stay out: they may hold an address"


def test_a_database_that_is_away_loses_nothing() -> None:
    here = bench()
    name = here.add("ada")

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(0.02)
        here.outbox.fail = 3
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    assert here.state(name) is State.ACCEPTED
    assert here.post.names() == [name]


def test_a_claim_that_nobody_heard_of_is_found() -> None:
    here = bench()
    here.post.delay = lambda _: 9.0

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        flying = here.add("ada")
        await asyncio.sleep(2)
        here.outbox.cut = True
        reply, news = here.add("grace"), here.add("emmy", Lane.BROADCAST)
        here.dispatcher.wake()
        turns = here.loop.turns
        await here_done(here)
        assert here.loop.turns - turns < 100, "waiting for what is known is no spinning"
        assert [here.state(name) for name in (flying, reply, news)] == [
            State.ACCEPTED,
            State.ACCEPTED,
            State.UNCERTAIN,
        ]
        assert here.post.names() == [flying, reply]
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_what_a_dead_process_was_sending_is_uncertain() -> None:
    before = bench()
    reply, news, later = before.add("ada"), before.add("grace", Lane.BROADCAST), before.add("ada")

    async def scene() -> None:
        running = asyncio.create_task(before.dispatcher.run())
        await asyncio.sleep(0.01)
        running.cancel()

    before.outbox.owner = "dead"
    play(before, scene)
    assert before.post.names() == [reply, news]

    here = bench(rows=before.outbox.rows, dead=("dead",))
    play(here, here.settled)
    assert here.post.names() == [reply, later]
    assert [here.state(name) for name in (reply, news, later)] == [State.ACCEPTED, State.UNCERTAIN, State.ACCEPTED]
    assert here.outbox.rows[reply].parcel.flag == RETRIED


def test_stopping_waits_for_what_is_on_its_way_and_sends_no_more() -> None:
    here = bench(overall=Pace(10))
    names = [here.add(f"reader {number}") for number in range(50)]
    here.post.delay = lambda _: 2.0

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(1)
        await here.dispatcher.stop()
        await running
        assert here.loop.time() < 3.2

    play(here, scene)
    assert Counter(here.state(name) for name in names) == {
        State.ACCEPTED: len(here.post.sent),
        State.QUEUED: 50 - len(here.post.sent),
    }


def test_stopping_does_not_wait_for_ever() -> None:
    here = bench()
    reply = here.add("ada")
    here.post.delay = lambda _: 1e5

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(1)
        await here.dispatcher.stop()
        await running
        assert here.loop.time() < 6.1

    play(here, scene)
    assert here.state(reply) is State.QUEUED
    assert here.outbox.rows[reply].parcel.flag == RETRIED


def test_no_more_requests_than_there_is_room() -> None:
    here = bench(room=16)
    here.post.delay = lambda name: 0.02 + int(name) % 7 * 0.01
    for number in range(100):
        here.add(f"reader {number}")
    play(here, here.settled)
    assert here.post.most == 16
    assert here.loop.time() < 1.1, "and the room is used"


def test_a_slow_provider_of_a_broadcast_leaves_room_for_dialog() -> None:
    here = bench(room=16)
    here.post.delay = lambda _: 20
    for number in range(100):
        here.add(f"reader {number}", Lane.BROADCAST)

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(5)
        assert here.post.most == 12
        here.add("ada")
        here.dispatcher.wake()
        await asyncio.sleep(0.01)
        assert here.post.sent[-1][1] == "address of ada"
        assert len(here.outbox.beats) in (4, 5), "signs of life while something is on its way"
        await here.dispatcher.stop(grace=0)
        await running
        assert here.outbox.left

    play(here, scene)


@pytest.mark.parametrize(("limit", "segments"), [(10, 1), (10, 2), (100, 1), (100, 2), (3, 3)])
@pytest.mark.parametrize("commit", [0.0, 0.005])
def test_segments_leave_as_fast_as_the_limit_and_no_faster(limit: int, segments: int, commit: float) -> None:
    """Though every round takes its time to commit."""
    here = bench(overall=Pace.even(limit))
    here.outbox.commit = commit
    for number in range(300 // segments):
        here.add(f"reader {number}", Lane.NOTICE, segments=segments)
    play(here, here.settled)
    times = [time for time, _, _ in here.post.sent]
    assert len(times) == 300 // segments
    for begin, start in enumerate(times):
        assert sum(segments for time in times[begin:] if time < start + 1) <= limit
    assert times[-1] - times[0] <= 1.03 * 300 / limit


def test_messages_of_any_weight_keep_the_pace_in_the_long_run() -> None:
    here = bench(overall=Pace.even(20))
    weights = {
        here.add(f"reader {number}", Lane.NOTICE, segments=1 + number * 7 % 3): 1 + number * 7 % 3
        for number in range(200)
    }
    play(here, here.settled)
    sent = [(time, weights[name]) for time, _, name in here.post.sent]
    for begin, (start, _) in enumerate(sent):
        assert sum(weight for time, weight in sent[begin:] if time < start + 1) <= 20 + 2
    assert sent[-1][0] - sent[0][0] <= 1.03 * sum(weights.values()) / 20


def test_a_sender_that_must_stop_stops_everybody_until_one_has_tried() -> None:
    here = bench(overall=Pace(2), policy=SMS_POLICY)
    names = [here.add(f"reader {number}", Lane.NOTICE) for number in range(6)]
    here.post.script = {names[1]: [Halted("21606")]}
    with capture_logs() as log:
        play(here, here.settled)
    times = {name: [time for time, _, sent in here.post.sent if sent == name] for name in names}
    assert [len(times[name]) for name in names] == [1, 2, 1, 1, 1, 1]
    resumed = times[names[1]][0] + HALT
    assert all(time < 1 or time >= resumed for every in times.values() for time in every)
    assert all(here.state(name) is State.ACCEPTED for name in names)
    assert [(entry["log_level"], entry["reason"]) for entry in log if entry["event"] == "sender_halted"] == [
        ("error", "21606")
    ]


def test_who_stands_by_sends_nothing_and_takes_over_within_a_second() -> None:
    here = bench()
    here.outbox.elsewhere = True
    name = here.add("ada")

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(30)
        assert not here.post.sent
        assert here.outbox.rounds < 40, "waiting costs nothing"
        here.outbox.elsewhere = False
        await asyncio.sleep(1.1)
        assert here.state(name) is State.ACCEPTED
        await here.dispatcher.stop()
        await running

    play(here, scene)


def test_who_drives_says_so_even_with_nothing_to_send() -> None:
    here = bench()
    here.outbox.driving = True

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(20)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    assert 9 <= len(here.outbox.beats) <= 10


def test_who_begins_to_drive_looks_after_what_others_left() -> None:
    here = bench(dead=("dead",), policy=SMS_POLICY)
    here.outbox.elsewhere = True
    names = [here.add("ada"), here.add("grace", Lane.NOTICE)]
    for name in names:
        here.outbox.rows[name].move(State.DISPATCHING)
        here.outbox.rows[name].owner = "dead"

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(40)
        assert here.state(names[0]) is State.DISPATCHING
        here.outbox.elsewhere, here.outbox.began = False, True
        await asyncio.sleep(1.1)
        assert [here.state(name) for name in names] == [State.UNCERTAIN] * 2, "not sent again before anybody has asked"
        assert all(here.outbox.rows[name].check_at for name in names)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    assert not here.post.sent


def test_a_process_that_slept_over_its_claim_does_not_send_it() -> None:
    here = bench()
    name = here.add("ada")
    here.outbox.commit = 20.0

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        await asyncio.sleep(20.1)
        assert not here.post.sent
        here.outbox.commit = 0.0
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    assert here.post.names() == [name]
    assert here.outbox.rows[name].parcel.attempt > 1


trouble: st.SearchStrategy[Outcome] = st.one_of(
    st.just(NotSent("no route")),
    st.just(Halted("21606")),
    st.just(Uncertain("reset")),
    st.builds(RetryAfter, st.floats(0, 30), st.booleans()),
    st.builds(Refused, st.just("refused"), st.booleans()),
)
letters = st.tuples(
    st.sampled_from(["ada", "grace", "emmy", "rosalind"]),
    st.sampled_from(Lane),
    st.lists(trouble, max_size=4),
    st.none() | st.floats(0.1, 60),
    st.floats(0, 5),
    st.integers(1, 3),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(letters, min_size=1, max_size=25),
    st.floats(0.5, 50),
    st.integers(1, 5) | st.floats(1, 3),
    st.floats(0.2, 5),
    st.sampled_from([POLICY, SMS_POLICY]),
)
def test_whatever_happens(
    post: list[tuple[str, Lane, list[Outcome], float | None, float, int]],
    rate: float,
    burst: float,
    chat_rate: float,
    policy: Policy,
) -> None:
    """Order per person, one final state each, only forward, never too fast, never after its end."""
    overall, chat = Pace(rate, burst), Pace(chat_rate)
    here = bench(overall, chat, policy=policy)
    here.post.delay = lambda name: int(name) % 7 * 0.05
    ends: dict[str, float] = {}

    async def scene() -> None:
        running = asyncio.create_task(here.dispatcher.run())
        script: dict[str, list[Outcome]] = {}
        here.post.script = script
        for person, lane, outcomes, left, pause, segments in post:
            expires = None if left is None else here.loop.milliseconds() + round(left * 1000)
            name = here.add(person, lane, expires_at=expires, segments=segments)
            script[name] = list(outcomes)
            ends[name] = float("inf") if left is None else here.loop.time() + left
            here.dispatcher.wake()
            await asyncio.sleep(pause)
        await here_done(here)
        await here.dispatcher.stop()
        await running

    play(here, scene)
    for row in here.outbox.rows.values():
        assert not row.open
        assert not FORWARD[row.state] & {State.QUEUED, State.DISPATCHING}
        assert sum(state not in (State.QUEUED, State.DISPATCHING) for state in row.history) == 1
    by_chat: defaultdict[str, list[float]] = defaultdict(list)
    first: defaultdict[tuple[str, Lane], list[str]] = defaultdict(list)
    for time, address, name in here.post.sent:
        assert time < ends[name] + 0.002
        by_chat[address].append(time)
        order = first[address, here.outbox.rows[name].parcel.lane]
        if name not in order:
            order.append(name)
    for order in first.values():
        assert order == sorted(order)
    weights = {name: row.parcel.segments for name, row in here.outbox.rows.items()}
    assert too_fast(overall, [(time, weights[name]) for time, _, name in here.post.sent]) is None
    for times in by_chat.values():
        assert too_fast(chat, [(time, 1) for time in times]) is None


def too_fast(pace: Pace, sent: list[tuple[float, int]]) -> tuple[float, float] | None:
    """A window in which more left than the pace allows, but for what the last message weighs above 1."""

    def windows() -> Iterator[tuple[float, float]]:
        for begin, (start, _) in enumerate(sent):
            weight = 0
            for end, segments in sent[begin:]:
                if weight + 1 > pace.rate * (end - start) + pace.burst + 1e-6:
                    yield start, end
                weight += segments

    return next(windows(), None)
