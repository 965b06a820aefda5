"""kill -9 in the middle of a broadcast: each once, save those on their way, which are shown, and nobody forgotten."""

from pathlib import Path

import pytest

from tests.crash.broadcast import broadcasting

pytestmark = pytest.mark.anyio

PEOPLE, RATE, PATIENCE = 150, 100, 30.0


async def test_killed_in_the_middle_of_a_broadcast(tmp_path: Path, database_url: str) -> None:
    async with broadcasting(tmp_path, database_url, people=PEOPLE, rate=RATE) as broadcast:
        await broadcast.begin()
        await broadcast.killed(2, PATIENCE)
        await broadcast.over(PATIENCE)
        accounts = broadcast.accounts()
    print(accounts)
    assert sum(accounts.states.values()) == PEOPLE
    assert accounts.states.keys() <= {"accepted", "failed", "uncertain"}
    assert accounts.told.keys() <= {0, 1}
    assert accounts.forgotten == 0
    assert accounts.states.get("uncertain", 0) <= accounts.struck
    assert accounts.states["accepted"] >= PEOPLE - accounts.blocked - accounts.struck
    assert accounts.refused == 0
