"""SMS in this process: what Twilio posts, what is sent through it, and what it is asked about afterwards."""

import re
import time
from collections.abc import Awaitable, Sequence

from starlette.routing import BaseRoute

from bot.channels.sms.inbound import CHANNEL, TwilioDoor
from bot.channels.sms.receipts import RECEIPTS, Applied, apply, opted_out
from bot.channels.sms.reconcile import Reconciler
from bot.channels.sms.sender import Senders, TwilioSender
from bot.channels.sms.signature import Signature
from bot.channels.sms.twilio import THREADS, TIMEOUT, Twilio
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.outcomes import SMS_POLICY
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.process import this_process
from bot.delivery.stored import StoredOutbox
from bot.notices.quiet import quiet_until
from bot.parts.base import Base
from bot.sms_reception import SmsReception

_RECEIVES = re.compile(r"\+?\d{3,15}")
_NO_PACE = Pace(1000.0, 1000)
"""Of one number: the order is kept by the outbox, and Twilio sets no pace for it."""


class SmsPart:
    """An account and its senders. One process at a time drives it; every process with HTTP takes what is posted."""

    def __init__(self, base: Base, account: str, token: str, sender: str) -> None:
        self._base = base
        settings = base.settings
        vault = base.desk.vault
        replies = settings.twilio_reply_sender or (sender if _RECEIVES.fullmatch(sender) else None)
        senders = Senders(sender, replies)
        self._twilio = Twilio(account, token, settings.twilio_api_url)
        owner = this_process(time.time_ns())
        hours = quiet_until(base.desk.knowledge)
        outbox = StoredOutbox(base.database, vault, CHANNEL, owner, sender=CHANNEL, quiet_until=hours)
        self._dispatcher = Dispatcher(
            outbox,
            TwilioSender(self._twilio, senders, base.now_ms, self._opted_out, settings.public_url),
            Pacing(Pace.even(settings.twilio_segments_per_second), _NO_PACE),
            base.now_ms,
            room=THREADS,
            policy=SMS_POLICY,
        )

        async def drives() -> bool:
            return await outbox.driving(base.now_ms())

        self._reconciler = Reconciler(
            base.database, vault, self._twilio, senders, base.now_ms, drives, self._dispatcher.wake
        )
        self.routes: Sequence[BaseRoute] = ()
        if settings.public_url is not None:
            reception = SmsReception(base.desk, base.database, base.clock, self._dispatcher.wake)
            own = {each for each in (sender, replies) if each is not None}
            door = TwilioDoor(Signature(token, settings.public_url), reception.receive, self._note, own)
            self.routes = door.routes

    async def open(self) -> None:
        """Nothing to do: the library connects when it first sends."""

    def runs(self, *, web: bool, work: bool) -> Sequence[Awaitable[None]]:  # noqa: ARG002
        return (self._dispatcher.run(), self._reconciler.run())

    def wake(self) -> None:
        self._dispatcher.wake()

    async def stop(self) -> None:
        self._reconciler.stop()
        await self._dispatcher.stop(grace=TIMEOUT + 2)

    async def close(self) -> None:
        self._twilio.close()

    async def _opted_out(self, person_id: str) -> None:
        now_ms = self._base.now_ms()
        await self._base.database.run(lambda: opted_out(person_id, now_ms))

    async def _note(self, delivery: str, attempt: int, sid: str, status: str, code: int | None) -> None:
        """A receipt."""
        now_ms = self._base.now_ms()
        applied = await self._base.database.run(lambda: apply(delivery, attempt, sid, status, code, now_ms))
        RECEIPTS.labels(applied.value).inc()
        if applied is Applied.QUEUED:
            self._dispatcher.wake()
