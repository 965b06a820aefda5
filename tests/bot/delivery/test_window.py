"""The window: never more than its places in any second, of ours or of the provider's, and none of them wasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.window import JITTER, LATEST, Window

pauses = st.lists(st.floats(0, 0.5), min_size=1, max_size=200)


def most_in_a_second(times: list[float]) -> int:
    return max(sum(begin <= time < begin + 1 for time in times) for begin in times)


@given(st.integers(1, 40), pauses)
def test_never_more_than_its_places_in_any_second(most: int, pauses: list[float]) -> None:
    window, now, left = Window(most), 0.0, list[float]()
    for pause in pauses:
        now += pause
        for _ in range(window.available(now, 7)):
            window.charge(now)
            left.append(now)
    assert most_in_a_second(left) <= most


@given(st.integers(1, 40), pauses)
def test_waiting_until_ready_is_enough_and_no_longer_than_a_second(most: int, pauses: list[float]) -> None:
    window, now = Window(most), 0.0
    for pause in pauses:
        asked = now + pause
        now = max(asked, window.ready_at())
        assert now <= asked + 1 + JITTER
        assert window.available(now, 1) == 1
        window.charge(now)


@given(st.integers(1, 40), st.lists(st.tuples(st.floats(0, 0.1), st.floats(0, LATEST)), min_size=1, max_size=200))
def test_however_long_each_is_on_its_way_no_second_of_the_provider_holds_more(
    most: int, messages: list[tuple[float, float]]
) -> None:
    """The way back takes 20 ms, the way there at least as long. All is answered within the second."""
    window, now, came = Window(most), 10.0, list[float]()
    window.answered(0.0, 0.04)
    answers: list[tuple[float, float]] = []
    for pause, late in messages:
        now = max(now + pause, window.ready_at())
        for left, took in [answer for answer in answers if sum(answer) <= now]:
            window.answered(left, took)
        answers = [answer for answer in answers if sum(answer) > now]
        now = max(now, window.ready_at())
        window.charge(now)
        answers.append((now, 0.04 + late))
        came.append(now + 0.02 + late)
    assert most_in_a_second(came) <= most


def test_a_burst_leaves_at_once() -> None:
    window = Window(30)
    assert window.available(0.0, 256) == 30
    for _ in range(30):
        window.charge(0.0)
    assert window.available(1.0, 256) == 0
    assert window.available(1.0 + JITTER, 256) == 30


def test_what_leaves_later_than_it_was_charged_frees_its_place_later() -> None:
    window = Window(2)
    window.charge(0.0)
    window.charge(0.1)
    window.moved(0.0, 0.3)
    assert window.ready_at() == pytest.approx(1.1 + JITTER)
    window.moved(0.1, 0.4)
    assert window.ready_at() == pytest.approx(1.3 + JITTER)
    assert window.available(1.35, 9) == 1


def test_less_than_one_a_second() -> None:
    window = Window(0.25)
    window.charge(0.0)
    assert (window.available(3.9, 5), window.available(4.1, 5)) == (0, 1)


def test_a_hold_is_obeyed() -> None:
    window = Window(30)
    window.hold(17.0)
    window.hold(5.0)
    assert (window.available(16.9, 3), window.ready_at(), window.available(17.0, 3)) == (0, 17.0, 3)


def test_memory_follows_the_last_second() -> None:
    window = Window(1e6)
    for number in range(50_000):
        window.charge(number / 1000)
    assert len(window) <= 1010


def test_a_window_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a place"):
        Window(0)
