"""Keys: random, of one shape, and of no use from the database."""

import pytest

from bot.agents import keys, register
from bot.agents.actor import Actor, operator
from bot.store.database import Database
from bot.store.sealed import Vault
from tests.ledger import KEY, Ledger


def test_keys_differ_and_have_their_shape() -> None:
    made = {keys.new_key() for _ in range(200)}
    assert len(made) == 200
    assert all(keys.is_key(key) for key in made)


@pytest.mark.parametrize(
    "text", ["", "rdv_", "rdv_" + "a" * 31, "rdv_" + "a" * 33, "RDV_" + "a" * 32, "rdv_" + "é" * 32]
)
def test_what_is_no_key_is_not_looked_up(text: str) -> None:
    assert not keys.is_key(text)


@pytest.mark.anyio
async def test_a_key_is_recognised_until_revoked_and_kept_nowhere(database: Database, database_url: str) -> None:
    vault, key, marie = Vault(KEY), keys.new_key(), operator("Marie")
    digest, ids = keys.digest(vault, key), iter("abcdefgh")
    await database.run(
        lambda: register.add(marie, "Ana", "notices", ["38"], digest, 1, lambda: next(ids)),
    )
    found = await database.run(lambda: keys.recognise(digest))
    assert found == Actor("Ana", "notices", frozenset({"38"}), "a")
    assert key not in str(Ledger(database_url).rows("SELECT * FROM agents"))
    assert await database.run(lambda: keys.recognise(keys.digest(Vault(KEY[::-1]), key))) is None
    await database.run(lambda: register.revoke(marie, "Ana", 2, lambda: next(ids)))
    assert await database.run(lambda: keys.recognise(digest)) is None
