"""An agent's chat: linked by a code that was shown at the server once, unlinked by a word, in the trail each time."""

from secrets import randbelow
from typing import Literal

from bot.agents.actor import Actor
from bot.agents.keys import actor
from bot.agents.register import NewId
from bot.store import agent_codes, agents, codes, trail
from bot.store.agents import AgentRow
from bot.store.script import Script
from bot.store.sealed import Vault

DIGITS = 6

Refusal = Literal["wrong", "wait"]


def give(vault: Vault, by: Actor, name: str, now_ms: int, new_id: NewId) -> Script[str | None]:
    """A new code for the agent of that name; None where there is none who still may. The one before is not good any
    more."""
    agent = yield from agents.named(name)
    if agent is None:
        return None
    while True:
        code = f"{randbelow(10**DIGITS):0{DIGITS}}"
        if (yield from agent_codes.put(_digest(vault, code), agent.id, now_ms)):
            break
    yield from _note(by.signature, "agents.code", agent, now_ms, new_id)
    return code


def link(vault: Vault, code: str, person_id: str, now_ms: int, new_id: NewId) -> Script[Actor | Refusal]:
    """Whose chat it is from now on. Wrong codes count with those that move a conversation: five, then a pause."""
    tried = yield from codes.tries(person_id, now_ms)
    if tried >= codes.MOST_TRIES:
        return "wait"
    agent_id = yield from agent_codes.spend(_digest(vault, code), now_ms)
    agent = None if agent_id is None else (yield from agents.link(agent_id, person_id))
    if agent is None:
        yield from codes.note_tries(person_id, tried + 1, now_ms)
        return "wrong"
    linked = actor(agent)
    yield from _note(linked.signature, "agents.link", agent, now_ms, new_id)
    return linked


def unlink(person_id: str, now_ms: int, new_id: NewId) -> Script[None]:
    """The chat is no agent's any more."""
    agent = yield from agents.of_chat(person_id)
    if agent is not None:
        yield from agents.unlink(person_id)
        yield from _note(actor(agent).signature, "agents.unlink", agent, now_ms, new_id)


def in_chat(person_id: str) -> Script[Actor | None]:
    """Whose chat it is, as they are now."""
    agent = yield from agents.of_chat(person_id)
    return None if agent is None else actor(agent)


def _digest(vault: Vault, code: str) -> str:
    return vault.digest("agent code", code)


def _note(signature: str, action: str, agent: AgentRow, now_ms: int, new_id: NewId) -> Script[None]:
    """One line for each préfecture, as when an agent is added."""
    for code in agent.prefectures:
        yield from trail.note(new_id(), now_ms, signature, action, prefecture=code, subject=agent.name)
