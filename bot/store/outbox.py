"""What goes out: queued with the turn that wants it said, called off, looked at, and forgotten.

How it leaves is in `bot.store.claiming`, what became of it in `bot.store.settling`.
"""

from dataclasses import dataclass

from bot.store.script import Script, query

LANES = (0, 1, 2)
"""Dialog, notice, broadcast: the first goes first."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a message is on its way. `check_at`: when the provider is to be asked about it."""

    state: str
    attempt: int
    due_at: int
    finished_at: int | None
    provider_id: str | None
    flag: str | None
    reason: str | None
    check_at: int | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many messages of a channel and lane wait (`queued`) or are on their way (`dispatching`)."""

    channel: str
    lane: int
    state: str
    messages: int
    oldest_due_at: int


def add(
    id: str,
    person_id: str,
    channel: str,
    lane: int,
    sealed_message: str,
    now_ms: int,
    due_ms: int,
    expires_ms: int | None,
    *,
    segments: int | None = None,
    prefecture: str | None = None,
    batch_id: str | None = None,
) -> Script[None]:
    """Queues a message. Ids sort by time: those of one person and lane leave in their order.

    `segments` is how much of the sender's pace it takes (1 unless told), `prefecture` whose quiet hours it keeps
    (nobody's unless told), `batch_id` what an agent sent it with.
    """
    yield from query(
        "add_message",
        id=id,
        person_id=person_id,
        channel=channel,
        lane=lane,
        sealed_message=sealed_message,
        now_ms=now_ms,
        due_ms=due_ms,
        expires_ms=expires_ms,
        segments=segments,
        prefecture=prefecture,
        batch_id=batch_id,
    )


def add_claimed(
    id: str, person_id: str, channel: str, lane: int, sealed_message: str, now_ms: int, owner: str
) -> Script[None]:
    """Writes a message that is the owner's to send at once: `dispatching`, in its first attempt.

    The person must wait for nothing else (`waits`): the unique index refuses a second dispatch to them.
    """
    yield from query(
        "add_claimed_message",
        id=id,
        person_id=person_id,
        channel=channel,
        lane=lane,
        sealed_message=sealed_message,
        now_ms=now_ms,
        owner=owner,
    )


def waits(person_id: str) -> Script[bool]:
    """Whether something is still to be sent to them, or on its way."""
    open_one: str | None = yield from query("open_message_of", person_id=person_id)
    return open_one is not None


def cancel_for(person_id: str, now_ms: int, reason: str | None = None, lane: int = LANES[0]) -> Script[int]:
    """Cancels what waits for a person, or is planned, from `lane` on; returns how many. What is on its way is not
    called back."""
    cancelled: int = yield from query("cancel_messages", person_id=person_id, lane=lane, now_ms=now_ms, reason=reason)
    return cancelled


def status(id: str) -> Script[Status | None]:
    """Where the message is, unless it was erased or purged."""
    row = yield from query("status", id=id)
    return None if row is None else Status(**row)


def backlog() -> Script[list[Backlog]]:
    """What is unfinished, for the metrics."""
    rows = yield from query("backlog")
    return [Backlog(**row) for row in rows]


def purge(before_ms: int, most: int) -> Script[int]:
    """Forgets at most `most` messages finished before; returns how many. Those of a batch stay: they are what its
    report is made of, and go with it."""
    gone: int = yield from query("purge_outbox", before_ms=before_ms, most=most)
    return gone
