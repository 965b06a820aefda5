"""Agents on both databases: found by their key until it is revoked."""

import pytest

from bot.store import agents
from bot.store.agents import AgentRow
from bot.store.database import Database

pytestmark = pytest.mark.anyio


async def add(database: Database, name: str, key_digest: str = "digest") -> AgentRow | None:
    return await database.run(lambda: agents.add(f"id of {name}", name, "notices", {"74", "38"}, key_digest, 5))


async def test_an_agent_is_found_by_their_key(database: Database) -> None:
    ana = await add(database, "Ana")
    assert ana == AgentRow("id of Ana", "Ana", "notices", ("38", "74"), 5, None)
    assert await database.run(lambda: agents.holder("digest")) == ana
    assert await database.run(lambda: agents.holder("another")) is None


async def test_a_revoked_key_opens_nothing_and_the_name_stays(database: Database) -> None:
    await add(database, "Ana")
    revoked = await database.run(lambda: agents.revoke("Ana", 9))
    assert revoked is not None
    assert revoked.revoked_at == 9
    assert await database.run(lambda: agents.holder("digest")) is None
    assert await database.run(lambda: agents.revoke("Ana", 10)) is None
    assert await database.run(agents.everybody) == [revoked]


async def test_a_name_is_one_agent_s_for_good(database: Database) -> None:
    await add(database, "Ana")
    assert await add(database, "ANA", "another") is None
    await database.run(lambda: agents.revoke("Ana", 9))
    assert await add(database, "Ana", "another") is None
    assert await add(database, "Bea", "another") is not None
