"""What became of a message that was sent: its end, or another attempt, and never back in its state."""

from typing import Literal

from bot.store.script import Script, query

Ending = Literal["accepted", "delivered", "failed", "expired", "cancelled", "uncertain"]

# queued 0, dispatching 1, uncertain 2, accepted 3, the rest 4 (queries/settling.sql): a state may follow those below.
_FOLLOWS_BELOW: dict[Ending, int] = {
    "uncertain": 2,
    "accepted": 3,
    "delivered": 4,
    "failed": 4,
    "expired": 2,
    "cancelled": 2,
}


def finish(
    id: str,
    state: Ending,
    now_ms: int,
    provider_id: str | None = None,
    reason: str | None = None,
    *,
    attempt: int | None = None,
    check_ms: int | None = None,
) -> Script[bool]:
    """The message has come to `state`; False when it had come as far already, or is gone.

    Its text is forgotten, unless it is `uncertain` and may have to be sent again. `check_ms`: when the provider is to
    be asked what became of it; none forgets that it was to be.

    `attempt` is given by who made it. What they say then holds for a message in that attempt, and not for one that the
    provider's own news has moved on in the meantime: a later attempt; one that is further; one that waits for its next
    attempt, unless the news is that this one was `accepted` under a name nobody had heard of (its process was slow and
    believed dead).
    """
    changed: int = yield from query(
        "finish_message",
        id=id,
        state=state,
        below=_FOLLOWS_BELOW[state],
        keeps_text=int(state == "uncertain"),
        now_ms=now_ms,
        provider_id=provider_id,
        reason=reason,
        attempt=attempt,
        check_at=check_ms,
    )
    return changed == 1


def requeue(
    id: str, due_ms: int, reason: str | None, flag: str | None = None, attempt: int | None = None
) -> Script[bool]:
    """Back in the queue for another attempt: a message surely not sent, or one sent again knowingly (`flag` says so).

    `attempt` is the one that failed: with it, a process that wakes up late cannot take back what another is sending.
    """
    changed: int = yield from query("requeue_message", id=id, attempt=attempt, due_ms=due_ms, reason=reason, flag=flag)
    return changed == 1
