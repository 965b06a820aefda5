"""kill -9 in the middle of two hundred conversations: nothing is lost, and nothing is said twice unknowingly."""

from pathlib import Path

import pytest

from tests.crash.crash import crash

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("webhook", [False, True], ids=["polling", "webhook"])
async def test_killed_in_the_middle_of_conversations(tmp_path: Path, database_url: str, webhook: bool) -> None:
    accounts = await crash(tmp_path, database_url, webhook=webhook)
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
