"""What an outcome means for a message: done, once more and when, or left for a human to see. A table, not code.

The table follows the promise « nothing is lost, nothing is sent twice knowingly »: what surely was not sent is sent
again; of what may have been sent only an awaited reply is sent again, once, and marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

from bot.delivery.sender import Accepted, NotSent, Outcome, RetryAfter, Uncertain

RETRIED = "retried_after_uncertain"
"""The flag of a reply that may reach the person twice."""


class Lane(IntEnum):
    """Who goes first. A dialog answers somebody who waits; a notice is for one person; a broadcast is for many."""

    DIALOG = 0
    NOTICE = 1
    BROADCAST = 2


class State(StrEnum):
    """Where a message of the outbox is. `uncertain`: sent or not, nobody knows; an agent sees it."""

    QUEUED = "queued"
    DISPATCHING = "dispatching"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNCERTAIN = "uncertain"


FORWARD: Mapping[State, frozenset[State]] = MappingProxyType(
    {
        State.QUEUED: frozenset({State.DISPATCHING, State.EXPIRED, State.CANCELLED}),
        # Back to queued is a new attempt, not a step back: the attempts are counted.
        State.DISPATCHING: frozenset({State.QUEUED, State.ACCEPTED, State.FAILED, State.EXPIRED, State.UNCERTAIN}),
        # What comes later comes from the provider, in whatever order.
        State.ACCEPTED: frozenset({State.DELIVERED, State.FAILED}),
        State.UNCERTAIN: frozenset({State.ACCEPTED, State.DELIVERED, State.FAILED}),
        State.DELIVERED: frozenset(),
        State.FAILED: frozenset(),
        State.EXPIRED: frozenset(),
        State.CANCELLED: frozenset(),
    }
)
"""Which state may follow which."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that was claimed: ours to send. Times are unix milliseconds; `attempt` counts from 1."""

    id: str
    person_id: str
    lane: Lane
    attempt: int
    created_at: int
    expires_at: int | None
    flag: str | None
    address: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Final:
    """The end of delivery for this message. `blocked`: nothing more is to be sent to the person."""

    parcel: Parcel
    state: State
    reason: str | None = None
    provider_id: str | None = None
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """Back in the queue until `due_at`."""

    parcel: Parcel
    due_at: int
    reason: str
    flag: str | None = None


Verdict = Final | Again


@dataclass(frozen=True, slots=True)
class Rule:
    """Once more after `waits` seconds (the last one repeats; none: as the provider said), no later than `within`
    seconds after the message was written; a `flag` is worn once. When none of that is left: `then`."""

    then: State
    retry: bool = False
    waits: Sequence[float] = ()
    within: float | None = None
    flag: str | None = None


_MINUTE = 60.0
_SOON = (0.5, 1, 2, 4, 8, 15, 30, 60)
_ONCE_MORE = Rule(State.UNCERTAIN, retry=True, waits=(1,), flag=RETRIED)

POLICY: Mapping[type[Outcome], Mapping[Lane, Rule]] = {
    Accepted: dict.fromkeys(Lane, Rule(State.ACCEPTED)),
    RetryAfter: dict.fromkeys(Lane, Rule(State.FAILED, retry=True)),
    NotSent: {
        # After a quarter of an hour the person has asked again, or gone to the préfecture's site.
        Lane.DIALOG: Rule(State.FAILED, retry=True, waits=_SOON, within=15 * _MINUTE),
        # These wait for the network as long as they are true: what perishes has an end of its own.
        Lane.NOTICE: Rule(State.FAILED, retry=True, waits=(*_SOON, 5 * _MINUTE)),
        Lane.BROADCAST: Rule(State.FAILED, retry=True, waits=(*_SOON, 5 * _MINUTE)),
    },
    Uncertain: {
        Lane.DIALOG: _ONCE_MORE,
        Lane.NOTICE: Rule(State.UNCERTAIN),
        Lane.BROADCAST: Rule(State.UNCERTAIN),
    },
}
REFUSED = Rule(State.FAILED)
"""What the table does not name is refused."""


def judge(parcel: Parcel, outcome: Outcome, now: int) -> Verdict:
    """What becomes of a message, at `now` in unix milliseconds.

    >>> reply = Parcel("1", "ada", Lane.DIALOG, 1, 0, None, None, "42", {})
    >>> judge(reply, NotSent("no connection"), now=100).due_at
    600
    >>> judge(reply, Uncertain("read time-out"), now=100).flag
    'retried_after_uncertain'
    """
    rule = POLICY.get(type(outcome), {}).get(parcel.lane, REFUSED)
    reason = getattr(outcome, "reason", None)
    if isinstance(outcome, Accepted):
        return Final(parcel, rule.then, provider_id=outcome.provider_id)
    if not rule.retry or (rule.flag is not None and rule.flag == parcel.flag):
        return Final(parcel, rule.then, reason, blocked=getattr(outcome, "blocked", False))
    if isinstance(outcome, RetryAfter):
        reason, wait = f"asked to wait {outcome.seconds:g} s", max(outcome.seconds, 0.0)
    else:
        wait = rule.waits[min(parcel.attempt, len(rule.waits)) - 1]
    due = now + round(wait * 1000)
    if rule.within is not None and due > parcel.created_at + rule.within * 1000:
        return Final(parcel, rule.then, reason)
    if parcel.expires_at is not None and due >= parcel.expires_at:
        return Final(parcel, State.UNCERTAIN if isinstance(outcome, Uncertain) else State.EXPIRED, reason)
    return Again(parcel, due, reason or "", rule.flag or parcel.flag)
