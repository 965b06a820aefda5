"""Codes that link an agent to a Telegram chat: kept as a keyed hash, for ten minutes, for one use."""

from bot.store.script import Script, query

LIFE = 10 * 60 * 1000
"""Milliseconds a code is good for."""


def put(digest: str, agent_id: str, now_ms: int) -> Script[bool]:
    """Keeps a new code of an agent, who then has no other; False when somebody else holds the same one."""
    yield from query("drop_agent_codes", agent_id=agent_id, now_ms=now_ms)
    added: int = yield from query("put_agent_code", digest=digest, agent_id=agent_id, expires_ms=now_ms + LIFE)
    return added == 1


def spend(digest: str, now_ms: int) -> Script[str | None]:
    """Whose code it is, while it is good; it is good no longer."""
    agent_id: str | None = yield from query("spend_agent_code", digest=digest, now_ms=now_ms)
    return agent_id
