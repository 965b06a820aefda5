"""The vault: what it seals only its key opens, and an address is found without being there."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.sealed import BadKey, Vault, find_key

VAULT, OTHER = Vault("a" * 40), Vault("b" * 40)


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    sealed = VAULT.seal(text)
    assert VAULT.open(sealed) == text
    assert sealed.isascii()
    assert sealed != VAULT.seal(text)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadKey, match="RDV_KEY"):
        OTHER.open(VAULT.seal("06 39 98 12 34"))


@given(st.integers(0, 40))
def test_what_was_changed_does_not_open(position: int) -> None:
    sealed = VAULT.seal("06 39 98 12 34")
    changed = sealed[:position] + ("A" if sealed[position] != "A" else "B") + sealed[position + 1 :]
    with pytest.raises(BadKey):
        VAULT.open(changed)


def test_a_digest_is_the_same_for_one_address_of_one_channel_under_one_key() -> None:
    assert VAULT.digest("telegram", "42") == Vault("a" * 40).digest("telegram", "42")
    others = {VAULT.digest("telegram", "42"), VAULT.digest("sms", "42"), VAULT.digest("telegram", "43")}
    assert len(others | {OTHER.digest("telegram", "42")}) == 4


def test_a_short_key_is_refused_and_not_shown() -> None:
    with pytest.raises(BadKey, match="at least 32") as problem:
        Vault("hunter2")
    assert "hunter2" not in str(problem.value)


def test_the_key_is_made_once_beside_the_database_for_the_user_alone(tmp_path: Path) -> None:
    database = tmp_path / "folder" / "rdv.db"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: find_key(None, database), range(8)))
    assert len(keys) == 1
    Vault(keys.pop())
    (file,) = os.listdir(database.parent)
    assert file == "rdv.db.key"
    assert (database.parent / file).stat().st_mode & 0o777 == 0o600


def test_the_configured_key_goes_first_and_a_server_needs_one(tmp_path: Path) -> None:
    assert find_key("configured", tmp_path / "rdv.db") == "configured"
    assert os.listdir(tmp_path) == []
    with pytest.raises(BadKey, match="needed with a database server"):
        find_key(None, None)
