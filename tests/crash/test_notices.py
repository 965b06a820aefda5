"""kill -9 in the middle of five hundred notices, all faults at once: one SMS each, or a mark."""

from pathlib import Path

import pytest

from tests.crash.notices import crash, faults

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("engine", "processes", "kills"), [("sqlite", 1, 3), ("postgres", 3, 3)])
async def test_killed_in_the_middle_of_notices(tmp_path: Path, database_url: str, processes: int, kills: int) -> None:
    accounts = await crash(tmp_path, database_url, kills=kills, processes=processes)
    print(accounts)
    assert accounts.unmarked == [], "a row without exactly one SMS that no agent is told of"
    assert set(accounts.states) <= {"delivered", "uncertain"}
    assert sum(accounts.states.values()) == sum(accounts.created.values()) == accounts.rows
    assert accounts.created[1] >= 0.98 * accounts.rows
    assert accounts.forgeries_taken == 0
    assert max(accounts.takeovers) < 15
    assert accounts.struck > 0, "no kill found a message on its way, so nothing is proved"
    assert accounts.faults.keys() == {fault.kind for fault in faults()}, "a fault that never struck proves nothing"
