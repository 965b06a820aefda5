"""A process of this machine that has ended is known to have ended, and no other is."""

import os
import subprocess
import sys

import pytest

from bot.delivery.process import is_gone, this_process

HERE, NUMBER, BEGAN = this_process(7).split("/")


def test_this_one_lives() -> None:
    assert this_process(7).split("/")[1] == str(os.getpid())
    assert this_process(7) != this_process(8)
    assert not is_gone(this_process(7))
    assert not is_gone(this_process(7) + "++"), "as it is called once it has left and goes on"


def test_one_that_has_ended_is_gone() -> None:
    say = "from bot.delivery.process import this_process; print(this_process(1), flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", say], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    name = child.stdout.readline().strip()
    assert not is_gone(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(name), "even before its parent has noticed"
    child.communicate()
    assert is_gone(name)


def test_a_number_that_was_given_out_again_is_another_process() -> None:
    assert is_gone(f"{HERE}/{NUMBER}/1-7")


@pytest.mark.parametrize(
    "owner",
    [f"elsewhere/{NUMBER}/1-7", f"{HERE}/{NUMBER}/-7", HERE, f"{HERE}/x/1-7", f"{HERE}/{NUMBER}", "", "local"],
    ids=["another machine", "no beginning", "machine alone", "no number", "number alone", "nothing", "a word"],
)
def test_of_the_others_nothing_is_known(owner: str) -> None:
    assert not is_gone(owner)
