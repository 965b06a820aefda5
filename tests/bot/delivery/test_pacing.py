"""The rates are kept in every window, and no more is waited than they ask."""

from math import ceil, floor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacing import Bucket, Pace, Pacing
from bot.delivery.window import Window

paces = st.builds(Pace, st.floats(0.2, 2000), st.integers(1, 50) | st.floats(1, 3))
steps = st.lists(st.floats(0, 3), min_size=1, max_size=150)


def within(pace: Pace, times: list[float]) -> bool:
    """Whether no window holds more than `rate * t + burst`."""
    return all(
        end - begin + 1 <= pace.rate * (times[end] - times[begin]) + pace.burst + 1e-6
        for begin in range(len(times))
        for end in range(begin, len(times))
    )


@given(paces, steps)
def test_never_more_than_the_rate(pace: Pace, pauses: list[float]) -> None:
    bucket, now, left = Bucket(pace), 0.0, []
    for pause in pauses:
        now += pause
        for _ in range(bucket.available(now, 5)):
            bucket.charge(now)
            left.append(now)
    assert within(pace, left)


weights = st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 4)), min_size=1, max_size=120)


@given(paces, weights)
def test_what_weighs_more_takes_more_of_the_pace(pace: Pace, messages: list[tuple[float, int]]) -> None:
    """No window holds more than the pace allows, but for what its last message weighs above 1."""
    bucket, now, left = Bucket(pace), 0.0, list[tuple[float, int]]()
    for pause, segments in messages:
        now = max(now + pause, bucket.ready_at())
        bucket.charge(now, segments)
        left.append((now, segments))
    for begin in range(len(left)):
        weight = 0
        for time, segments in left[begin:]:
            assert weight + 1 <= pace.rate * (time - left[begin][0]) + pace.burst + 1e-6
            weight += segments


@given(st.integers(1, 100), st.integers(1, 4), st.lists(st.floats(0, 0.02), min_size=1, max_size=150))
def test_an_even_pace_keeps_the_limit_and_uses_it(most: int, segments: int, late: list[float]) -> None:
    """Though each may leave up to 15 ms late, the whole is less than 3 % slower than the limit."""
    limit = most * segments
    bucket, left = Bucket(Pace.even(limit)), list[float]()
    bucket.charge(0.0, segments)
    left.append(0.0)
    for lateness in late:
        now = max(left[-1], bucket.ready_at() + min(lateness, 0.015))
        bucket.charge(now, segments)
        left.append(now)
    for begin in left:
        assert sum(segments for time in left if begin <= time < begin + 1) <= limit
    assert left[-1] <= 1.03 * len(late) * segments / limit + 0.001


@given(paces, st.floats(0, 1e6))
def test_a_rested_bucket_gives_its_burst(pace: Pace, now: float) -> None:
    bucket = Bucket(pace)
    assert bucket.available(now, 1000) == floor(pace.burst + 1e-9)
    for _ in range(floor(pace.burst)):
        bucket.charge(now)
    assert bucket.available(now, 1000) == 0


@given(paces, steps)
def test_waiting_until_ready_is_enough(pace: Pace, pauses: list[float]) -> None:
    bucket, now = Bucket(pace), 0.0
    for pause in pauses:
        now = max(now + pause, bucket.ready_at())
        assert bucket.available(now, 1) == 1
        bucket.charge(now)


@given(st.floats(0.5, 500), st.lists(st.floats(0, 0.5), min_size=1, max_size=120))
def test_most_a_second_is_most_a_second(most: float, pauses: list[float]) -> None:
    bucket, now, left = Bucket(Pace.per_second(most)), 0.0, []
    for pause in pauses:
        now += pause
        for _ in range(bucket.available(now, 100)):
            bucket.charge(now)
            left.append(now)
    for begin in left:
        assert sum(begin <= time < begin + 1 - 1e-6 for time in left) <= ceil(most)


@given(st.floats(0, 100), st.floats(0, 100), st.integers(0, 5))
def test_a_hold_is_obeyed_and_ends(now: float, wait: float, before: int) -> None:
    pacing = Pacing(overall=Pace(1000, 100), chat=Pace(1, 3))
    for _ in range(before):
        pacing.charge("flooded", now)
    pacing.hold("flooded", now + wait, now)
    assert pacing.ready_at("flooded") >= now + wait - 1e-9
    assert pacing.ready_at("flooded") <= max(now + wait, now + before) + 1e-9
    assert pacing.ready_at("quiet") <= now, "nobody else waits"
    assert pacing.available(now, 1) == 1


def test_everybody_waits_when_told() -> None:
    pacing = Pacing(overall=Pace(30, 3), chat=Pace(1))
    pacing.hold_everybody(17.0)
    assert pacing.available(16.9, 10) == 0
    assert pacing.resumes_at() == pytest.approx(17.0)
    assert pacing.available(17.0, 10) == 1


@given(st.lists(st.tuples(st.floats(0, 0.1), st.booleans()), min_size=1, max_size=200))
def test_what_is_no_reply_leaves_evenly_and_replies_as_they_come(deeds: list[tuple[float, bool]]) -> None:
    """Both within the limit; two in a row of what is no reply are as far apart as it takes, but for a late one."""
    pacing = Pacing(Window(30), Pace(1000, 100), others=Pace.beside(30))
    now, left, others = 0.0, list[float](), list[float]()
    for pause, reply in deeds:
        now += pause
        ready = pacing.resumes_at() if reply else pacing.spare_at()
        now = max(now, ready)
        assert (pacing.available(now, 1) if reply else pacing.spare(now, 1)) == 1
        pacing.charge("ada", now)
        left.append(now)
        if not reply:
            others.append(now)
    assert all(sum(begin <= time < begin + 1 for time in left) <= 30 for begin in left)
    assert all(later - sooner >= 2 / 29.65 - 0.031 for sooner, later in zip(others, others[2:], strict=False))


def test_replies_hold_back_what_is_none_and_not_the_other_way_round() -> None:
    pacing = Pacing(Window(30), Pace(1), others=Pace.beside(30))
    for number in range(29):
        pacing.charge(f"asker {number}", 10.0)
    assert (pacing.available(10.0, 9), pacing.spare(10.0, 9)) == (1, 0)
    assert pacing.spare_at() > 10.9
    pacing.charge("asker", 10.0)
    pacing.moved("asker", 10.0, 10.5)
    assert pacing.ready_at("asker") == pytest.approx(11.5)
    assert (pacing.available(11.1, 99), pacing.available(11.6, 99)) == (29, 30)
    pacing.hold_everybody(20.0)
    assert (pacing.resumes_at(), pacing.spare_at() >= 20.0) == (20.0, True)


def test_without_such_a_pace_all_are_alike() -> None:
    pacing = Pacing(Pace(10), Pace(1))
    assert (pacing.available(0.0, 5), pacing.spare(0.0, 5)) == (1, 1)
    pacing.charge("ada", 0.0)
    assert pacing.spare_at() == pacing.resumes_at() == pytest.approx(0.1)


def test_a_hold_never_shortens_another() -> None:
    pacing = Pacing(overall=Pace(30), chat=Pace(1))
    pacing.hold("ada", 60.0, now=0.0)
    pacing.hold("ada", 5.0, now=1.0)
    assert pacing.ready_at("ada") == 60.0


def test_memory_follows_the_chats_of_the_last_seconds() -> None:
    pacing = Pacing(overall=Pace(1000, 100), chat=Pace(1))
    for number in range(100_000):
        pacing.charge(f"chat {number}", number / 1000)
    assert len(pacing) < 4096


@settings(max_examples=20)
@given(st.integers(0, 10**6).map(Random))
def test_forgetting_changes_nothing(chance: Random) -> None:
    forgetful = Pacing(overall=Pace(1e6, 1000), chat=Pace(1))
    every: dict[int, Bucket] = {}
    now = 0.0
    for _ in range(3000):
        now += chance.uniform(0, 0.002)
        chat = chance.randrange(3000)
        remembered = every.setdefault(chat, Bucket(Pace(1)))
        assert (forgetful.ready_at(str(chat)) <= now) == (remembered.ready_at() <= now)
        if remembered.ready_at() <= now:
            forgetful.charge(str(chat), now)
            remembered.charge(now)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_pace_that_never_moves_is_refused(rate: float, burst: int) -> None:
    with pytest.raises(ValueError, match="rate above 0"):
        Pace(rate, burst)
