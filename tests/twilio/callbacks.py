"""The status callbacks of a message's life, and what goes wrong with them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from tests.twilio.account import Account
from tests.twilio.clock import Clock
from tests.twilio.faults import Faults
from tests.twilio.messages import FINAL, Message, Post
from tests.twilio.webhook import Webhook

ANOTHER_TOKEN = "a token that is not the account's"  # noqa: S105


class Callbacks:
    """`told` is called after every post."""

    def __init__(
        self, account: Account, clock: Clock, faults: Faults, webhook: Webhook, told: Callable[[Message, Post], None]
    ) -> None:
        self._account, self._clock, self._faults, self._webhook, self._told = account, clock, faults, webhook, told
        self._kept: dict[str, list[dict[str, str]]] = {}
        self._open: set[asyncio.Task[None]] = set()

    def announce(self, message: Message) -> None:
        """Posts where the message stands now. Returns at once."""
        if message.callback is None:
            return
        form = self._form(message)
        fault = self._faults.of_callback(message.to)
        match fault.kind if fault else None:
            case "callback_lost":
                self._record(message, Post(self._clock.now(), form["MessageStatus"], None, "lost"))
                self._start(self._post(message, *self._waiting(message)))
            case "callback_late" if fault:
                self._clock.after(fault.seconds, lambda: self._start_all(message, form))
            case "callback_reordered" if message.status not in FINAL:
                self._kept.setdefault(message.sid, []).append(form)
            case "callback_doubled":
                self._start_all(message, form)
                self._start(self._post(message, form))
            case "callback_forged":
                self._start(self._forge(message, form, *self._waiting(message)))
            case _:
                self._start_all(message, form)

    async def settled(self) -> None:
        """Returns when what was posted is answered."""
        while self._open:
            await asyncio.wait(self._open)

    async def stop(self) -> None:
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _post(self, message: Message, *forms: dict[str, str]) -> None:
        for form in forms:
            answer = await self._webhook.post(message.callback or "", form)
            self._record(message, Post(self._clock.now(), form["MessageStatus"], answer.status))

    async def _forge(self, message: Message, form: dict[str, str], *then: dict[str, str]) -> None:
        said = "undelivered" if form["MessageStatus"] == "delivered" else "delivered"
        false = {**form, "MessageStatus": said, "SmsStatus": said}
        answer = await self._webhook.post(message.callback or "", false, token=ANOTHER_TOKEN)
        self._record(message, Post(self._clock.now(), said, answer.status, "forged"))
        await self._post(message, form, *then)

    def _waiting(self, message: Message) -> list[dict[str, str]]:
        """What was kept back to come after this one, the last kept first."""
        return self._kept.pop(message.sid, [])[::-1]

    def _form(self, message: Message) -> dict[str, str]:
        failed = {} if message.error_code is None else {"ErrorCode": str(message.error_code)}
        service = {} if message.service is None else {"MessagingServiceSid": message.service}
        return {
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "MessageStatus": message.status,
            "To": message.to,
            "MessageSid": message.sid,
            "AccountSid": self._account.sid,
            "From": message.sender or "",
            "ApiVersion": "2010-04-01",
            **service,
            **failed,
        }

    def _record(self, message: Message, post: Post) -> None:
        message.posts.append(post)
        self._told(message, post)

    def _start_all(self, message: Message, form: dict[str, str]) -> None:
        self._start(self._post(message, form, *self._waiting(message)))

    def _start(self, posting: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(posting)
        self._open.add(task)
        task.add_done_callback(self._open.discard)
