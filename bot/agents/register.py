"""Agents added and revoked, each with its line in the trail, in one transaction."""

from collections.abc import Callable, Collection

from bot.agents.actor import Actor, Role
from bot.store import agents, trail
from bot.store.agents import AgentRow
from bot.store.script import Script

NewId = Callable[[], str]
"""Gives ids that sort by time."""


def add(
    by: Actor, name: str, role: Role, prefectures: Collection[str], key_digest: str, now_ms: int, new_id: NewId
) -> Script[AgentRow | None]:
    """The new agent; None when the name is taken. `name` has been read by `read_name`, the codes are departments'."""
    agent = yield from agents.add(new_id(), name, role, prefectures, key_digest, now_ms)
    if agent is not None:
        yield from _note(by, "agents.add", agent, now_ms, new_id)
    return agent


def revoke(by: Actor, name: str, now_ms: int, new_id: NewId) -> Script[AgentRow | None]:
    """The agent whose key opens nothing any more; None when there is none of that name who still could."""
    agent = yield from agents.revoke(name, now_ms)
    if agent is not None:
        yield from _note(by, "agents.revoke", agent, now_ms, new_id)
    return agent


def _note(by: Actor, action: str, agent: AgentRow, now_ms: int, new_id: NewId) -> Script[None]:
    """One line for each préfecture: whoever reads the trail of one sees who could act for it."""
    for code in agent.prefectures:
        yield from trail.note(
            new_id(), now_ms, by.signature, action, prefecture=code, subject=agent.name, detail=agent.role
        )
