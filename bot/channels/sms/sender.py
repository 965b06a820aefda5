"""Sends the SMS of the outbox, and says what became of each.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from prometheus_client import Counter

from bot.channels.sms.errors import Kind, kind_of, table
from bot.channels.sms.twilio import Declined, NotConnected, Throttled, Twilio, Unclear
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, Refused, RetryAfter, Uncertain

log = structlog.get_logger(__name__)

LONGEST = 36_000
"""Seconds that Twilio keeps a message that it could not send yet, at most."""
SHORTEST = 5
"""Seconds below which it would hardly leave in time."""
REPLY = 900
"""Seconds for which a reply is worth anything: after a quarter of an hour the person has asked again."""
LONGEST_WAIT = 60.0
"""Seconds after a 429 that does not say how many."""
CREDENTIALS = 20003

SENT = Counter("rdv_sms_requests", "SMS asked of the provider, by what became of the request", ["outcome"])


@dataclass(frozen=True, slots=True)
class Senders:
    """Who the messages come from: a number, a short code, an alphanumeric name or a messaging service (MG…)."""

    notices: str
    replies: str | None = None

    def of(self, lane: int, batch_id: str | None = None) -> str:
        """Who writes: what people asked for, and may answer, comes from the number of the conversation.

        Only what agents send to somebody who never wrote to us (a notice of a batch) comes from the other.

        >>> both = Senders("RDVSEJOUR", "+33639980900")
        >>> both.of(Lane.DIALOG), both.of(Lane.NOTICE), both.of(Lane.NOTICE, "38-20261121")
        ('+33639980900', '+33639980900', 'RDVSEJOUR')
        >>> Senders("RDVSEJOUR").of(Lane.DIALOG)
        'RDVSEJOUR'
        """
        unasked = lane == Lane.NOTICE and batch_id is not None
        return self.notices if unasked or self.replies is None else self.replies


class TwilioSender:
    """The `Sender` of an account. `opted_out` is told the person whose number takes nothing more from us."""

    def __init__(
        self,
        twilio: Twilio,
        senders: Senders,
        clock: Callable[[], int],
        opted_out: Callable[[str], Awaitable[object]],
        public_url: str | None = None,
    ) -> None:
        """`clock` gives unix milliseconds. Without `public_url` Twilio cannot tell us what becomes of a message."""
        self._twilio, self._senders, self._clock = twilio, senders, clock
        self._opted_out, self._public_url = opted_out, public_url

    async def send(self, parcel: Parcel) -> Outcome:
        outcome = await self._send(parcel)
        SENT.labels(type(outcome).__name__).inc()
        return outcome

    async def _send(self, parcel: Parcel) -> Outcome:
        validity = self._validity(parcel)
        if validity is not None and validity < SHORTEST:
            return NotSent("expired")
        try:
            message = await self._twilio.create(
                parcel.address,
                parcel.message["body"],
                self._senders.of(parcel.lane, parcel.batch_id),
                validity,
                self._callback(parcel),
            )
        except NotConnected as problem:
            return NotSent(str(problem))
        except Unclear as problem:
            return Uncertain(str(problem))
        except Throttled as throttled:
            wait = _wait(throttled.code, parcel.attempt) if throttled.seconds is None else throttled.seconds
            return RetryAfter(wait, everybody=True)
        except Declined as declined:
            return await self._declined(parcel, declined)
        return Accepted(message.sid)

    async def _declined(self, parcel: Parcel, declined: Declined) -> Outcome:
        code = declined.code or (CREDENTIALS if declined.status == 401 else None)
        reason = str(code) if code else f"HTTP {declined.status}"
        match kind_of(code):
            case Kind.RETRY:
                return RetryAfter(_wait(code, parcel.attempt), everybody=True)
            case Kind.TRANSIENT:
                return NotSent(reason)
            case Kind.STOP:
                return Halted(reason)
            case Kind.OPT_OUT:
                try:
                    await self._opted_out(parcel.person_id)
                except Exception as problem:
                    # It was refused all the same, and the next one will be.
                    log.error("opt_out_not_noted", id=parcel.id, problem=type(problem).__name__)
        return Refused(reason)

    def _validity(self, parcel: Parcel) -> int | None:
        """Seconds for which it may still leave; None for as long as Twilio likes."""
        left = None if parcel.expires_at is None else (parcel.expires_at - self._clock()) // 1000
        if parcel.lane is Lane.DIALOG:
            return REPLY if left is None else min(left, REPLY)
        return None if left is None else min(left, LONGEST)

    def _callback(self, parcel: Parcel) -> str | None:
        if self._public_url is None:
            return None
        return f"{self._public_url}/twilio/status?d={quote(parcel.id, safe='')}&a={parcel.attempt}"


def _wait(code: int | None, attempt: int) -> float:
    """Seconds before the next attempt: as the table says, twice as long each time.

    >>> [_wait(20429, attempt) for attempt in (1, 2, 3, 9)], _wait(21611, 1)
    ([1.0, 2.0, 4.0, 60.0], 60.0)
    """
    known = table().get(code) if code is not None else None
    return min((known.wait if known else 1.0) * 2.0 ** min(attempt - 1, 10), LONGEST_WAIT)
