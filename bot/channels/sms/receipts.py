"""What Twilio says of a message once it was taken, and what follows from it for the message.

Status callbacks come in any order, twice, before our own commit, and of attempts that are over; the end is the same:
`delivered` of any attempt wins, everything else counts for the attempt it speaks of and only forward.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from prometheus_client import Counter

from bot.channels.sms.errors import Kind, failures, kind_of, table
from bot.delivery.outcomes import State
from bot.delivery.parcel import Lane
from bot.store import halts, opt_outs, receipts
from bot.store.receipts import Delivery, Step
from bot.store.script import Script

CHANNEL = "sms"

_MINUTE = 60_000
_HOUR = 60 * _MINUTE

WAITS = (5 * _MINUTE, 15 * _MINUTE, _HOUR, 2 * _HOUR)
"""Milliseconds before a message that did not arrive is sent again, the first time, the second time, and so on."""
WITHIN = 4 * _HOUR
"""Milliseconds from its first attempt after which it is not sent again."""
REPLY_WITHIN = 15 * _MINUTE
"""The same for a reply, from when it was written."""
PAUSE = 5 * _MINUTE
"""Milliseconds before a message is sent again whose sender was stopped."""
TRIES = 10
"""How often a message is read that others move meanwhile."""
RECEIPT_CHECKS = (15 * _MINUTE, _HOUR, 6 * _HOUR, 24 * _HOUR, 72 * _HOUR)
"""Milliseconds after it left when a message is asked for of which nothing was heard."""

CLUSTER = 5
"""As many messages taken for unwanted mail…"""
CLUSTER_WITHIN = 10 * _MINUTE
"""…within so many milliseconds stop the sender: going on would have the operator block it."""
UNTIL_LOOKED = 365 * 24 * _HOUR
"""Milliseconds: until somebody has looked."""

RECEIPTS = Counter("rdv_sms_receipts", "Statuses of SMS, by what followed", ["applied"])


class Progress(StrEnum):
    """Twilio's statuses, as far as they differ for us."""

    UNDER_WAY = "under_way"
    DELIVERED = "delivered"
    FAILED = "failed"


STATUSES: Mapping[str, Progress] = MappingProxyType(
    {
        "accepted": Progress.UNDER_WAY,
        "scheduled": Progress.UNDER_WAY,
        "queued": Progress.UNDER_WAY,
        "sending": Progress.UNDER_WAY,
        "sent": Progress.UNDER_WAY,
        "partially_delivered": Progress.UNDER_WAY,
        "delivered": Progress.DELIVERED,
        "read": Progress.DELIVERED,
        "undelivered": Progress.FAILED,
        "failed": Progress.FAILED,
        "canceled": Progress.FAILED,
    }
)


class Applied(StrEnum):
    """What followed from a receipt. `nothing`: it was known, or overtaken; `gone`: there is no such message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    QUEUED = "queued"
    NOTHING = "nothing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Twilio said of the message that an attempt made."""

    attempt: int
    sid: str
    status: str
    error_code: int | None = None


def apply(
    delivery_id: str,
    attempt: int,
    sid: str,
    status: str,
    error_code: int | None,
    now_ms: int,
    sender: str = CHANNEL,
) -> Script[Applied]:
    """A receipt that was authenticated. `sender` is the name under which a halt is written."""
    receipt = Receipt(attempt, sid, status, error_code)
    for _ in range(TRIES):
        delivery = yield from receipts.find(delivery_id)
        if delivery is None:
            return Applied.GONE
        wants_nothing = yield from _opted_out(delivery, receipt, now_ms)
        step = decide(delivery, receipt, now_ms, wants_nothing=wants_nothing)
        if step is None:
            return Applied.NOTHING
        # Somebody else may have moved it since it was read: then it is judged as it is now.
        if (yield from receipts.move(delivery, step, now_ms)):
            if step.state != State.DELIVERED:
                yield from _stop_sender(receipt, sender, now_ms)
            return Applied(step.state)
    raise RuntimeError("a message that never stays as it was read")


def opted_out(person_id: str, now_ms: int) -> Script[None]:
    """The provider says that this person wants nothing: their number is noted, what waits for them is cancelled."""
    digest = yield from receipts.digest_of(person_id)
    if digest is not None:
        yield from opt_outs.end_all(CHANNEL, digest, person_id, now_ms)


def decide(delivery: Delivery, receipt: Receipt, now_ms: int, *, wants_nothing: bool = False) -> Step | None:
    """Where a receipt moves a message; None: nowhere. `wants_nothing`: nothing may be sent to the person again."""
    match STATUSES.get(receipt.status):
        case Progress.DELIVERED if delivery.state != State.DELIVERED:
            return Step(State.DELIVERED, receipt.sid, None)
        case Progress.UNDER_WAY if receipt.attempt == delivery.attempt:
            return _under_way(delivery, receipt)
        case Progress.FAILED if receipt.attempt == delivery.attempt:
            return _failed(delivery, receipt, now_ms, wants_nothing)
        case _:
            return None


def _under_way(delivery: Delivery, receipt: Receipt) -> Step | None:
    if delivery.state != State.DISPATCHING and (
        # What waits for another attempt though nobody knew that this one had failed, or may have left, was taken.
        delivery.state not in (State.QUEUED, State.UNCERTAIN) or delivery.provider_id == receipt.sid
    ):
        return None
    checked = None if delivery.dispatched_at is None else delivery.dispatched_at + RECEIPT_CHECKS[0]
    reason = delivery.reason if failures(delivery.reason) else None  # how often it failed goes on counting
    return Step(State.ACCEPTED, receipt.sid, reason, check_at=checked)


def _failed(delivery: Delivery, receipt: Receipt, now_ms: int, wants_nothing: bool) -> Step | None:
    match delivery.state:
        case State.DISPATCHING | State.UNCERTAIN:
            pass
        case State.ACCEPTED if delivery.provider_id in (None, receipt.sid):
            pass
        case State.QUEUED if delivery.provider_id != receipt.sid:
            pass  # else that is why it is to be sent again
        case _:
            return None
    code, before = receipt.error_code, failures(delivery.reason)
    reason = receipt.status if code is None else " ".join(map(str, [*before, code]))
    due = None if wants_nothing or not delivery.has_text else _due_again(delivery, code, before, now_ms)
    if due is None:
        return Step(State.FAILED, receipt.sid, reason)
    return Step(State.QUEUED, receipt.sid, reason, due_at=due)


def _due_again(delivery: Delivery, code: int | None, before: list[int], now_ms: int) -> int | None:
    """When a message that did not arrive is sent again, if it is."""
    known = table().get(code) if code is not None else None
    if known is None or known.kind not in (Kind.TRANSIENT, Kind.STOP):
        return None
    if known.kind is Kind.STOP:
        due = now_ms + PAUSE
    else:
        tries = len(before)
        if tries >= len(WAITS) or (known.times is not None and before.count(known.code) >= known.times):
            return None
        due = now_ms + WAITS[tries]
        if due > (delivery.tried_at or now_ms) + WITHIN:
            return None
    if delivery.lane == Lane.DIALOG and due > delivery.created_at + REPLY_WITHIN:
        return None
    if delivery.expires_at is not None and due >= delivery.expires_at:
        return None
    return due


def _opted_out(delivery: Delivery, receipt: Receipt, now_ms: int) -> Script[bool]:
    """Notes it if that is what the receipt says; whether nothing may be sent to the person."""
    if STATUSES.get(receipt.status) is not Progress.FAILED:
        return False
    if kind_of(receipt.error_code) is Kind.OPT_OUT:
        yield from opted_out(delivery.person_id, now_ms)
        return True
    return (yield from opt_outs.is_out(CHANNEL, delivery.digest))


def _stop_sender(receipt: Receipt, sender: str, now_ms: int) -> Script[None]:
    kind = kind_of(receipt.error_code)
    if kind is Kind.FILTERED:
        count = yield from receipts.failed_since(CHANNEL, str(receipt.error_code), now_ms - CLUSTER_WITHIN)
        if count < CLUSTER:
            return
    elif kind is not Kind.STOP:
        return
    yield from halts.halt(sender, str(receipt.error_code), now_ms, now_ms + UNTIL_LOOKED)
