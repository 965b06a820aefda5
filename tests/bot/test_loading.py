"""What is loaded for good is kept out of the garbage collector's sight."""

import gc

import pytest

from bot.loading import loading


@pytest.fixture(autouse=True)
def thawed():  # type: ignore[no-untyped-def]
    yield
    gc.unfreeze()


def test_nothing_is_looked_through_meanwhile_nor_what_came_of_it_later() -> None:
    frozen = gc.get_freeze_count()
    with loading():
        assert not gc.isenabled()
        kept = [[number] for number in range(1000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= frozen + len(kept)


def test_a_loading_that_fails_leaves_it_at_work() -> None:
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.isenabled()
