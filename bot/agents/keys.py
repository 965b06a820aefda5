"""The keys agents show to the API: made once, kept as a keyed hash, looked up by it."""

import re
import secrets
from typing import cast

from bot.agents.actor import Actor, Role
from bot.store import agents
from bot.store.agents import AgentRow
from bot.store.script import Script
from bot.store.sealed import Vault

PREFIX = "rdv_"
"""So that a key left somewhere is recognised for what it is."""
_RANDOM_BYTES = 24  # 32 characters of base64
_SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{32}}")


def new_key() -> str:
    """A key that nobody can guess: 192 bits of it are random.

    >>> is_key(new_key()), len(new_key())
    (True, 36)
    """
    return PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)


def is_key(text: str) -> bool:
    """Whether the text has the shape of a key; what has not need not be looked up."""
    return _SHAPE.fullmatch(text) is not None


def digest(vault: Vault, key: str) -> str:
    """What is kept of a key. It is compared as a whole by an index, and tells nothing of the key without ours: how
    long the comparison takes is of no use to who tries."""
    return vault.digest("agent key", key)


def recognise(key_digest: str) -> Script[Actor | None]:
    """Whose key has that digest, as they are now; None for nobody's, and from the moment it is revoked."""
    row = yield from agents.holder(key_digest)
    return None if row is None else actor(row)


def actor(row: AgentRow) -> Actor:
    """Somebody of the register, as one who acts."""
    return Actor(row.name, cast(Role, row.role), frozenset(row.prefectures), row.id)
