"""The requests of the API: each is done once, and gets the same answer again for a week.

While one is being done its lease is renewed; if the process dies, whoever asks again goes on with it.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from dataclasses import dataclass
from typing import Literal

from bot.store import leases
from bot.store.script import Script, query

KEPT = 7 * 24 * 3600 * 1000
"""Milliseconds for which an answer is kept."""
DEAD = 6000
"""Milliseconds of silence after which whoever was doing a request is dead."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request by whose it is and its key; `digest` is the keyed hash of what it asks."""

    agent_id: str
    key: str
    digest: str

    @property
    def lease(self) -> str:
        return f"request:{self.agent_id}:{self.key}"


@dataclass(frozen=True, slots=True)
class Answered:
    """It was done, and this is its answer, sealed."""

    sealed: str


def begin(asked: Asked, holder: str, now_ms: int) -> Script[Answered | Literal["mine", "in progress", "another"]]:
    """Whether the request is the holder's to do (`mine`), now or where a dead process left it.

    `another`: the key was given with another request within the week. On PostgreSQL the row stays locked until the
    transaction ends, so that two who ask at once take turns.
    """
    yield from query(
        "open_request",
        agent_id=asked.agent_id,
        key=asked.key,
        digest=asked.digest,
        now_ms=now_ms,
        forgotten_ms=now_ms - KEPT,
    )
    row = yield from query("request_of", agent_id=asked.agent_id, key=asked.key)
    if row["digest"] != asked.digest:
        return "another"
    if row["sealed_answer"] is not None:
        return Answered(row["sealed_answer"])
    taken = yield from leases.take(asked.lease, holder, now_ms, now_ms - DEAD)
    return "mine" if taken else "in progress"


def alive(asked: Asked, holder: str, now_ms: int) -> Script[None]:
    """The holder is still at it; to be said again well within `DEAD`."""
    yield from leases.take(asked.lease, holder, now_ms, now_ms - DEAD)


def answer(asked: Asked, holder: str, sealed: str) -> Script[str]:
    """The answer, kept; it is the first one, where somebody else took over and was quicker."""
    yield from query("answer_request", agent_id=asked.agent_id, key=asked.key, sealed=sealed)
    yield from leases.release(holder)
    row = yield from query("request_of", agent_id=asked.agent_id, key=asked.key)
    return sealed if row is None else str(row["sealed_answer"])


def leave(asked: Asked, holder: str, *, undone: bool) -> Script[None]:
    """The holder ends without an answer; `undone`: nothing was done, and the key is free for another request."""
    if undone:
        yield from query("forget_request", agent_id=asked.agent_id, key=asked.key)
    yield from leases.release(holder)


def purge(now_ms: int, most: int) -> Script[int]:
    """Forgets at most `most` requests older than a week; returns how many."""
    gone: int = yield from query("purge_requests", before_ms=now_ms - KEPT, most=most)
    return gone
