"""What an outcome means for a message: done, once more and when, or left for a human to see. A table, not code.

The table follows the promise « nothing is lost, nothing is sent twice knowingly »: what surely was not sent is sent
again; of what may have been sent only an awaited reply is sent again, once, and marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, RetryAfter, Uncertain

RETRIED = "retried_after_uncertain"
"""The flag of a message that may reach the person twice."""


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
class Final:
    """The end of delivery for this message. `blocked`: nothing more is to be sent to the person. `check_at`: when the
    provider is to be asked what became of it, unix milliseconds. `halts`, `holds`: as in `Again`."""

    parcel: Parcel
    state: State
    reason: str | None = None
    provider_id: str | None = None
    blocked: bool = False
    check_at: int | None = None
    halts: bool = False
    holds: int | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Back in the queue until `due_at`. `halts`: and nothing else leaves by this sender either. `holds`: until when
    nothing is to leave at all, unix milliseconds."""

    parcel: Parcel
    due_at: int
    reason: str
    flag: str | None = None
    halts: bool = False
    holds: int | None = None


Verdict = Final | Again


@dataclass(frozen=True, slots=True)
class Rule:
    """Once more after `waits` seconds (the last one repeats; none: as the provider said), no later than `within`
    seconds after the message was written and `trying` seconds after its first attempt; a `flag` is worn once. When
    none of that is left: `then`; the provider is asked `check_after` seconds later."""

    then: State
    retry: bool = False
    waits: Sequence[float] = ()
    within: float | None = None
    trying: float | None = None
    flag: str | None = None
    check_after: float | None = None


Policy = Mapping[type[Outcome], Mapping[Lane, Rule]]
"""What is done about each outcome, lane by lane."""

_MINUTE = 60.0
_HOUR = 60 * _MINUTE
_SOON = (0.5, 1, 2, 4, 8, 15, 30, 60)
_LATER = (*_SOON, 5 * _MINUTE)
_ONCE_MORE = Rule(State.UNCERTAIN, retry=True, waits=(1,), flag=RETRIED)
_ASKED = Rule(State.UNCERTAIN, check_after=_MINUTE)
HALT = 5 * _MINUTE
"""Seconds for which a sender stands still that was told to, before one message tries again."""

POLICY: Policy = {
    Accepted: dict.fromkeys(Lane, Rule(State.ACCEPTED)),
    RetryAfter: {
        Lane.DIALOG: Rule(State.FAILED, retry=True),
        # Then the agent is told, or the notice goes another way.
        Lane.NOTICE: Rule(State.FAILED, retry=True, trying=4 * _HOUR),
        Lane.BROADCAST: Rule(State.FAILED, retry=True),
    },
    NotSent: {
        # After a quarter of an hour the person has asked again, or gone to the préfecture's site.
        Lane.DIALOG: Rule(State.FAILED, retry=True, waits=_SOON, within=15 * _MINUTE),
        Lane.NOTICE: Rule(State.FAILED, retry=True, waits=_LATER, trying=4 * _HOUR),
        # This waits for the network as long as it is true: what perishes has an end of its own.
        Lane.BROADCAST: Rule(State.FAILED, retry=True, waits=_LATER),
    },
    Halted: {
        Lane.DIALOG: Rule(State.FAILED, retry=True, waits=(HALT,), within=15 * _MINUTE),
        # These wait until somebody has looked.
        Lane.NOTICE: Rule(State.FAILED, retry=True, waits=(HALT,)),
        Lane.BROADCAST: Rule(State.FAILED, retry=True, waits=(HALT,)),
    },
    Uncertain: {
        Lane.DIALOG: _ONCE_MORE,
        Lane.NOTICE: Rule(State.UNCERTAIN),
        Lane.BROADCAST: Rule(State.UNCERTAIN),
    },
}
"""Where the provider cannot be asked what became of a message (Telegram)."""

SMS_POLICY: Policy = {**POLICY, Uncertain: dict.fromkeys(Lane, _ASKED)}
"""Where it can: what may have been sent is looked for before anything is sent again."""

REFUSED = Rule(State.FAILED)
"""What the table does not name is refused."""


def judge(parcel: Parcel, outcome: Outcome, now: int, policy: Policy = POLICY) -> Verdict:
    """What becomes of a message, at `now` in unix milliseconds.

    >>> reply = Parcel("1", "ada", Lane.DIALOG, 1, 0, None, None, "42", {})
    >>> judge(reply, NotSent("no connection"), now=100).due_at
    600
    >>> judge(reply, Uncertain("read time-out"), now=100).flag
    'retried_after_uncertain'
    >>> judge(reply, Uncertain("read time-out"), now=100, policy=SMS_POLICY).check_at
    60100
    """
    rule = policy.get(type(outcome), {}).get(parcel.lane, REFUSED)
    reason = getattr(outcome, "reason", None)
    if isinstance(outcome, Accepted):
        return Final(parcel, rule.then, provider_id=outcome.provider_id)
    if not rule.retry or (rule.flag is not None and rule.flag == parcel.flag):
        check_at = None if rule.check_after is None else now + round(rule.check_after * 1000)
        return Final(parcel, rule.then, reason, blocked=getattr(outcome, "blocked", False), check_at=check_at)
    if isinstance(outcome, RetryAfter):
        reason, wait = f"asked to wait {outcome.seconds:g} s", max(outcome.seconds, 0.0)
    else:
        wait = rule.waits[min(parcel.attempt, len(rule.waits)) - 1]
    due = now + round(wait * 1000)
    halts = isinstance(outcome, Halted)
    holds = due if isinstance(outcome, RetryAfter) and outcome.everybody else None
    if due > _last_chance(parcel, rule, now):
        return Final(parcel, rule.then, reason, halts=halts, holds=holds)
    if parcel.expires_at is not None and due >= parcel.expires_at:
        end = State.UNCERTAIN if isinstance(outcome, Uncertain) else State.EXPIRED
        return Final(parcel, end, reason, halts=halts, holds=holds)
    return Again(parcel, due, reason or "", rule.flag or parcel.flag, halts, holds)


def _last_chance(parcel: Parcel, rule: Rule, now: int) -> float:
    """Until when, in unix milliseconds, the rule lets the message be tried again."""
    ends = [float("inf")]
    if rule.within is not None:
        ends.append(parcel.created_at + rule.within * 1000)
    if rule.trying is not None:
        ends.append((parcel.tried_at or now) + rule.trying * 1000)
    return min(ends)
