"""What goes out: queued with the turn that wants it said, claimed before it leaves, and never back in its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store import leases
from bot.store.script import Script, query

LANES = (0, 1, 2)
"""Dialog, notice, broadcast: the first goes first."""

Ending = Literal["accepted", "delivered", "failed", "expired", "cancelled", "uncertain"]

_POSTPONED = 500

# queued 0, dispatching 1, uncertain 2, accepted 3, the rest 4 (queries/outbox.sql): a state may follow those below.
_FOLLOWS_BELOW: dict[Ending, int] = {
    "uncertain": 2,
    "accepted": 3,
    "delivered": 4,
    "failed": 4,
    "expired": 2,
    "cancelled": 2,
}


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message that is the caller's to send, and where to. Times are unix milliseconds; `attempt` counts from 1.

    `segments` is how much of the pace it takes; `tried_at` when it was first claimed to be sent.
    """

    id: str
    person_id: str
    channel: str
    lane: int
    attempt: int
    sealed_message: str
    sealed_address: str
    created_at: int
    due_at: int
    expires_at: int | None
    flag: str | None
    reason: str | None
    segments: int
    prefecture: str | None
    batch_id: str | None
    tried_at: int | None


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


def due_lanes(channel: str, now_ms: int) -> Script[list[int]]:
    """In which lanes of the channel something might be claimed, the first first. To look takes no lease, and writes
    nothing."""
    found = yield from query("due_lanes", channel=channel, now_ms=now_ms)
    return [row["lane"] for row in found]


def claim_due(
    channel: str, owner: str, now_ms: int, limit: int, lanes: Sequence[int] = LANES
) -> Script[list[OutboxRow]]:
    """`claim` from those of the lanes where something is due."""
    due = yield from due_lanes(channel, now_ms)
    return (yield from claim(channel, owner, now_ms, limit, [lane for lane in due if lane in lanes]))


def claim(channel: str, owner: str, now_ms: int, limit: int, lanes: Sequence[int]) -> Script[list[OutboxRow]]:
    """At most `limit` messages (256 a lane), now `dispatching` and the owner's: by lane, then the longest due first.

    Of a person only the first open one, and none while another is on its way. A message that waits for its hour lets
    later ones pass; one that was put back (`requeue`, `put_back`) does not. What has passed its end becomes `expired`.

    Several processes claim in turn. An UPDATE alone would not do: two that run at once each choose by what they saw
    first, and could pick two messages of one person where one was queued in between. So whoever claims first writes
    the channel's lease; the next one waits there, and its statements, which come after, see what was committed
    (SQLite has one writer in any case). The unique index on open dispatches is the net under it.
    """
    if not lanes or limit <= 0:
        return []
    yield from take_turns(channel, owner, now_ms)
    yield from query("expire_messages", channel=channel, now_ms=now_ms)
    claimed: list[OutboxRow] = []
    for lane in lanes:
        rows = yield from query(
            "claim_messages", channel=channel, lane=lane, owner=owner, now_ms=now_ms, most=limit - len(claimed)
        )
        claimed += sorted((OutboxRow(**row) for row in rows), key=lambda row: (row.due_at, row.id))
        if len(claimed) >= limit:
            break
    return claimed


def take_turns(channel: str, owner: str, now_ms: int) -> Script[None]:
    """From here to the end of the transaction nobody else claims."""
    yield from leases.renew(f"claim:{channel}", owner, now_ms)


def next_due(channel: str, now_ms: int) -> Script[int | None]:
    """When the next message is due that is not yet."""
    due: int | None = yield from query("next_due", channel=channel, now_ms=now_ms)
    return due


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


def put_back(id: str, due_ms: int) -> Script[None]:
    """A claim undone, as if it had not been tried: its chat is not ready for it before `due_ms`."""
    yield from query("put_back_message", id=id, due_ms=due_ms)


def postpone(channel: str, lane: int, prefecture: str, now_ms: int, until_ms: int) -> Script[int]:
    """What is due of a préfecture and lane waits until then, or for its end if that comes first; how many were moved.

    At most 500 at a time, so that nobody waits for a hundred thousand.
    """
    moved: int = yield from query(
        "postpone_messages",
        channel=channel,
        lane=lane,
        prefecture=prefecture,
        now_ms=now_ms,
        until_ms=until_ms,
        most=_POSTPONED,
    )
    return moved


def alive(owner: str, now_ms: int) -> Script[None]:
    """The owner lives: what it has claimed is nobody else's to recover. To be said again well within that time."""
    yield from leases.renew(f"owner:{owner}", owner, now_ms)


def recover(channel: str, owner: str, alive_since_ms: int, now_ms: int) -> Script[list[OutboxRow]]:
    """What others were sending who have not been `alive` since: from now on the owner's, who decides what to do.

    The rows stay `dispatching`: whether they were sent nobody knows. With `alive_since_ms` after now, everybody else
    is dead: a process that starts on an embedded database of its own. The owner is alive by this.
    """
    yield from alive(owner, now_ms)
    yield from leases.renew(f"claim:{channel}", owner, now_ms)
    rows = yield from query(
        "adopt_messages", channel=channel, owner=owner, alive_since_ms=alive_since_ms, now_ms=now_ms
    )
    return sorted((OutboxRow(**row) for row in rows), key=lambda row: row.id)


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
