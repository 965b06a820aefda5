"""The préfectures' agents: name, role, préfectures, and the keyed hash of their key, never the key."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent. Times are unix milliseconds; one with `revoked_at` keeps their name, and their key opens nothing."""

    id: str
    name: str
    role: str
    prefectures: tuple[str, ...]
    created_at: int
    revoked_at: int | None


def add(
    id: str, name: str, role: str, prefectures: Collection[str], key_digest: str, now_ms: int
) -> Script[AgentRow | None]:
    """The agent, added; None when the name is taken, by somebody revoked too: the trail tells agents by their name."""
    for other in (yield from everybody()):
        if other.name.casefold() == name.casefold():
            return None
    codes = tuple(sorted(prefectures))
    added: int = yield from query(
        "add_agent", id=id, agent=name, role=role, prefectures=",".join(codes), key_digest=key_digest, now_ms=now_ms
    )
    return AgentRow(id, name, role, codes, now_ms, None) if added else None


def everybody() -> Script[list[AgentRow]]:
    """All the agents there ever were, by name."""
    rows = yield from query("agents")
    return [_agent(row) for row in rows]


def holder(key_digest: str) -> Script[AgentRow | None]:
    """Whose key it is, unless it was revoked."""
    row = yield from query("holder_of", key_digest=key_digest)
    return None if row is None else _agent(row)


def revoke(name: str, now_ms: int) -> Script[AgentRow | None]:
    """Ends an agent's key, from this commit on; None when there is no such agent, or no more."""
    row = yield from query("revoke_agent", agent=name, now_ms=now_ms)
    return None if row is None else _agent(row)


def _agent(row: dict[str, Any]) -> AgentRow:
    return AgentRow(**{**row, "prefectures": tuple(row["prefectures"].split(","))})
