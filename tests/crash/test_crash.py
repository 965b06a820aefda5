"""kill -9 in the middle of two hundred conversations: nothing is lost, and nothing is said twice unknowingly."""

from itertools import product
from pathlib import Path

import pytest

from tests.crash.crash import crash
from tests.end_to_end.running import Mode

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("engine", "mode"), [*product(("sqlite", "postgres"), ("polling", "webhook")), ("postgres", "split")]
)
async def test_killed_in_the_middle_of_conversations(tmp_path: Path, database_url: str, mode: Mode) -> None:
    accounts = await crash(tmp_path, database_url, mode)
    print(accounts)
    assert accounts.claimed == accounts.updates
    assert accounts.pending == 0
    assert accounts.wrong_facts == 0
    assert accounts.missing == 0
    assert accounts.states == {"accepted": accounts.replies}
    assert accounts.replies == accounts.updates
    assert accounts.struck > 0, "no kill found a reply on its way, so nothing is proved"
    assert accounts.flagged == accounts.struck
    assert accounts.unflagged_repeats == 0
