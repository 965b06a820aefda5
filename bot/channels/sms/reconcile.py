"""Asks Twilio about the SMS of which nobody knows: those that may have left, and those nothing was heard of.

A message that may have left is looked for among what its number was sent, after 1, 5 and 15 minutes. Found, it takes
the SID and goes on as if nothing had happened; absent, a notice or a reply that is still worth it is sent again, once.
The moments are counted on the wall clock from when the message left, so a restart changes nothing; while Twilio cannot
be reached they are put off and not counted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog
from prometheus_client import Counter

from bot.channels.sms import receipts as sms
from bot.channels.sms.errors import ABSENT, NO_RECEIPT
from bot.channels.sms.receipts import CHANNEL, RECEIPT_CHECKS, RECEIPTS, REPLY_WITHIN, Applied, Progress
from bot.channels.sms.sender import Senders
from bot.channels.sms.twilio import Declined, Message, NotConnected, Throttled, Twilio, Unclear
from bot.delivery.outcomes import State
from bot.delivery.parcel import Lane
from bot.store import opt_outs, receipts
from bot.store.database import Database
from bot.store.receipts import Check, Step
from bot.store.script import Script
from bot.store.sealed import BadKey, Vault

log = structlog.get_logger(__name__)

RESENT = "resent_after_uncertain"
"""The flag of a message that was sent again because Twilio did not know it; worn once and for good."""

_MINUTE = 60_000

LIST_CHECKS = (_MINUTE, 5 * _MINUTE, 15 * _MINUTE)
"""Milliseconds after it left when a message is looked for that may have left."""
ALLOWANCE = 2 * _MINUTE
"""By how much Twilio's clock may be behind ours, in milliseconds."""
PUT_OFF = 10_000
"""Milliseconds until the next try while something else is on its way to the person."""
BACK = 5 * 24 * 60 * _MINUTE
"""How far the first look goes back, in milliseconds."""
OVERLAP = 2 * _MINUTE
"""How far the later ones go back before the one before: a commit may take its time."""

PAUSE = 2.0
"""Seconds between two looks."""
UNREACHABLE = 15.0
"""Seconds until the next look when Twilio could not be asked."""
GAP = 0.25
"""Seconds between two requests: dispatch comes first."""
MOST = 100
"""Messages of a kind asked about in one look."""

CHECKS = Counter("rdv_sms_checks", "SMS asked about at the provider, by what was found", ["found"])


class Reconciler:
    """For one account and its senders. `drives` tells whether this process is the one that sends.

    `wake` is called when a message is queued again. `clock` gives unix milliseconds, `gap` and `pause` are seconds.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        twilio: Twilio,
        senders: Senders,
        clock: Callable[[], int],
        drives: Callable[[], Awaitable[bool]],
        wake: Callable[[], None],
        *,
        name: str = CHANNEL,
        pause: float = PAUSE,
        gap: float = GAP,
    ) -> None:
        self._database, self._vault, self._twilio, self._senders = database, vault, twilio, senders
        self._clock, self._drives, self._wake, self._name = clock, drives, wake, name
        self._pause, self._gap = pause, gap
        self._planned_at: int | None = None
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Looks every few seconds while this process drives the sender, until `stop`."""
        while not self._stopped.is_set():
            pause = self._pause
            try:
                if await self._drives():
                    await self.look()
                else:
                    self._planned_at = None
            except (NotConnected, Unclear, Declined, Throttled) as problem:
                pause = max(UNREACHABLE, getattr(problem, "seconds", None) or 0.0)
                log.warning("sms_not_reconciled", problem=type(problem).__name__)
            except Exception as problem:
                log.error("sms_not_reconciled", problem=type(problem).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), pause)

    def stop(self) -> None:
        """`run` returns once what it is asking is answered."""
        self._stopped.set()

    async def look(self) -> int:
        """Asks about all that is due, and returns about how many that was.

        Raises what `Twilio` raises when it cannot be asked: what was not asked about stays due.
        """
        now = self._clock()
        since = now - BACK if self._planned_at is None else self._planned_at - OVERLAP
        await self._database.run(lambda: receipts.plan(CHANNEL, since, LIST_CHECKS[0], RECEIPT_CHECKS[0]))
        self._planned_at = now
        # First those that somebody may have to be sent again.
        due: list[Check] = []
        for state in (State.UNCERTAIN, State.ACCEPTED):
            due += await self._database.run(partial(receipts.due, CHANNEL, state, now, MOST))
        for number, check in enumerate(due):
            if number:
                await asyncio.sleep(self._gap)
            if self._stopped.is_set():
                return number
            found = await self._ask(check)
            CHECKS.labels(found).inc()
        return len(due)

    async def _ask(self, check: Check) -> str:
        # The SID that an uncertain message may have is that of an attempt before.
        if check.state == State.ACCEPTED and check.provider_id is not None:
            return await self._ask_by_sid(check, check.provider_id)
        return await self._look_for(check)

    async def _ask_by_sid(self, check: Check, sid: str) -> str:
        """What became of a message that Twilio has taken."""
        message = await self._twilio.fetch(sid)
        now = self._clock()
        if message is not None and sms.STATUSES.get(message.status) is not Progress.UNDER_WAY:
            applied = await self._apply(check, message)
            if applied is not Applied.NOTHING:
                return applied.value
        following = _following(RECEIPT_CHECKS, check, now)
        if following is None:
            lost = Step(State.UNCERTAIN, sid, NO_RECEIPT)
            await self._database.run(lambda: receipts.move(check, lost, now))
            return NO_RECEIPT
        await self._database.run(lambda: receipts.plan_next(check, following))
        return "under_way"

    async def _look_for(self, check: Check) -> str:
        """Whether Twilio has a message that may have left."""
        try:
            address, body = self._vault.open(check.sealed_address), self._vault.open_data(check.sealed_message)
        except (BadKey, ValueError):
            log.error("message_unreadable", id=check.id)
            await self._database.run(lambda: receipts.plan_next(check, None))
            return "unreadable"
        sender = self._senders.of(check.lane, check.batch_id)
        listed = await self._twilio.sent_to(address)
        candidates = [each for each in listed if _fits(each, check, sender, body["body"])]
        now = self._clock()
        found = await self._database.run(lambda: self._settle(check, candidates, now))
        if found == "queued":
            self._wake()
        if found == ABSENT and _following(LIST_CHECKS, check, now) is None:
            log.warning("sms_uncertain", id=check.id, lane=check.lane, attempt=check.attempt)
        return found

    async def _apply(self, check: Check, message: Message) -> Applied:
        now = self._clock()
        applied = await self._database.run(
            lambda: sms.apply(check.id, check.attempt, message.sid, message.status, message.error_code, now, self._name)
        )
        RECEIPTS.labels(applied.value).inc()
        if applied is Applied.QUEUED:
            self._wake()
        return applied

    def _settle(self, check: Check, candidates: Sequence[Message], now: int) -> Script[str]:
        """In one transaction: the first of the candidates that is no other message of ours, or what absence means.

        Of several messages with the same words to the same person the first takes the first: their number is right,
        whichever is which.
        """
        if (yield from receipts.sending_to(check.person_id)):
            # The list may show that one, which nobody knows the SID of yet.
            yield from receipts.plan_next(check, now + PUT_OFF, counted=False)
            return "put_off"
        for message in candidates:
            if (yield from receipts.is_taken(message.sid, check.id)):
                continue
            applied = yield from sms.apply(
                check.id, check.attempt, message.sid, message.status, message.error_code, now, self._name
            )
            if applied is Applied.NOTHING:
                yield from receipts.plan_next(check, _following(LIST_CHECKS, check, now))
            return applied.value
        return (yield from self._absent(check, now))

    def _absent(self, check: Check, now: int) -> Script[str]:
        following = _following(LIST_CHECKS, check, now)
        if _worth_sending(check, now) and (check.lane == Lane.DIALOG or following is None):
            digest = yield from receipts.digest_of(check.person_id)
            if digest is not None and not (yield from opt_outs.is_out(CHANNEL, digest)):
                again = Step(State.QUEUED, check.provider_id, ABSENT, due_at=now, flag=RESENT)
                yield from receipts.move(check, again, now)
                return "queued"
        yield from receipts.plan_next(check, following, reason=None if following else ABSENT)
        return ABSENT


def _following(moments: Sequence[int], check: Check, now: int) -> int | None:
    """The next of the moments after the message left, unless the last is over."""
    return next((check.left_at + each for each in moments if check.left_at + each > now), None)


def _worth_sending(check: Check, now: int) -> bool:
    """Once, while it is true; a reply while somebody waits for it; never what goes to many."""
    if check.flag == RESENT or (check.expires_at is not None and now >= check.expires_at):
        return False
    match check.lane:
        case Lane.NOTICE:
            return True
        case Lane.DIALOG:
            return now <= check.created_at + REPLY_WITHIN
        case _:
            return False


def _fits(message: Message, check: Check, sender: str, body: str) -> bool:
    """Whether it may be the message: same sender, same words, not older than it.

    Older than its writing and not than its last attempt: an attempt that was late to show is found as well, and when
    another process took the message over does not matter. Of an earlier attempt only a failure is known for sure.
    """
    if message.direction != "outbound-api" or message.body != body or sender not in (message.sender, message.service):
        return False
    if check.attempt > 1 and sms.STATUSES.get(message.status) is Progress.FAILED:
        return False
    return message.created_at is None or message.created_at >= check.created_at - ALLOWANCE
