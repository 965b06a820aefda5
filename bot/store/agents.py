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


def named(name: str) -> Script[AgentRow | None]:
    """The agent of that name, unless they were revoked."""
    row = yield from query("agent_named", agent=name)
    return None if row is None else _agent(row)


def link(agent_id: str, person_id: str) -> Script[AgentRow | None]:
    """The chat, known as a person, is the agent's from now on, and nobody else's; None for somebody revoked."""
    yield from query("unlink_agent", person_id=person_id)
    row = yield from query("link_agent", id=agent_id, person_id=person_id)
    return None if row is None else _agent(row)


def unlink(person_id: str) -> Script[None]:
    """The chat is no agent's any more."""
    yield from query("unlink_agent", person_id=person_id)


def of_chat(person_id: str) -> Script[AgentRow | None]:
    """Whose chat it is, unless they were revoked."""
    row = yield from query("agent_of_chat", person_id=person_id)
    return None if row is None else _agent(row)


def _agent(row: dict[str, Any]) -> AgentRow:
    return AgentRow(**{**row, "prefectures": tuple(row["prefectures"].split(","))})
