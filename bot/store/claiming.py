"""Whose a message is to send: claimed before it leaves, put back, or taken over from a process that died."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store import leases
from bot.store.outbox import LANES
from bot.store.script import Script, query

_POSTPONED = 500


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


def somebody_sends(since_ms: int) -> Script[bool]:
    """Whether a process that sends has been alive since."""
    alive: int = yield from query("sending_since", since_ms=since_ms)
    return alive > 0


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
