"""Twilio's messages, asked for by its own client in a few threads: sent, fetched, listed.

The errors tell apart the one thing that matters afterwards: whether a request may have been carried out. Their words
hold neither numbers nor texts. The library is loaded by the first request, in its thread: it takes 0.2 s.

https://www.twilio.com/docs/messaging/api/message-resource
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from requests import Response
    from twilio.rest.api.v2010.account.message import MessageInstance, MessageList  # type: ignore[import-untyped]

Result = TypeVar("Result")

TIMEOUT = 10.0
"""Seconds to connect, and seconds to wait for an answer."""
THREADS = 32
"""Requests at once. At ten messages a second and ten seconds of patience a third of them would be on their way."""
QUEUE = 5.0
"""Seconds that a request may wait for a thread. A process that slept meanwhile may no longer be the one that sends."""
MOST_LISTED = 400
"""Messages looked through for one number, the newest first."""
_PAGE = 100


class NotConnected(Exception):
    """The request never left."""


class Unclear(Exception):
    """The request left, and nothing certain came back: a read time-out, a reset, a broken answer, a 5xx."""


@dataclass(slots=True, eq=False)
class Throttled(Exception):
    """Too many requests: nothing was done. `seconds` as they ask, if they do; `code` as in `Declined`."""

    seconds: float | None
    code: int | None = None


@dataclass(slots=True, eq=False)
class Declined(Exception):
    """They will not do it. `code` is Twilio's own, where there is one."""

    status: int
    code: int | None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as Twilio has it; `created_at` in unix milliseconds, to the second."""

    sid: str
    status: str
    error_code: int | None
    direction: str | None
    sender: str | None
    service: str | None
    body: str | None
    created_at: int | None


class Twilio:
    """One account. Every thread has a client and a connection of its own.

    The library's HTTP client hands its answer over in an attribute: shared by threads, one could take another's.
    """

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str, *, timeout: float = TIMEOUT, threads: int = THREADS
    ) -> None:
        self._account, self._token, self._base_url, self._timeout = account_sid, auth_token, base_url, timeout
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="twilio")
        self._local = threading.local()

    async def create(
        self, to: str, body: str, sender: str, validity: int | None = None, callback: str | None = None
    ) -> Message:
        """Sends a message. `sender` is a number, a name or a messaging service (MG…), `validity` in seconds.

        Raises NotConnected, Unclear, Throttled or Declined.
        """
        fields: dict[str, Any] = {"messaging_service_sid" if is_service(sender) else "from_": sender}
        if validity is not None:
            fields["validity_period"] = validity
        if callback is not None:
            fields["status_callback"] = callback
        return await self._ask(lambda messages: _message(messages.create(to=to, body=body, **fields)))

    async def fetch(self, sid: str) -> Message | None:
        """The message of that SID, or None where Twilio has none. Raises as `create` does."""
        try:
            return await self._ask(lambda messages: _message(messages(sid).fetch()))
        except Declined as declined:
            if declined.status == 404:
                return None
            raise

    async def sent_to(self, number: str) -> list[Message]:
        """What the account sent to a number, the oldest first. Raises as `create` does.

        There is no filter by date: `DateSent` is empty while a message is queued.
        """

        def ask(messages: "MessageList") -> list[Message]:
            return [_message(each) for each in messages.list(to=number, page_size=_PAGE, limit=MOST_LISTED)]

        found = await self._ask(ask)
        found.reverse()  # they come newest first, and dates are of a second
        return sorted(found, key=lambda message: message.created_at or 0)

    def close(self) -> None:
        """Nothing more is sent; what is on its way ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, ask: "Callable[[MessageList], Result]") -> Result:
        attempt = partial(self._attempt, ask, monotonic())
        return await asyncio.get_running_loop().run_in_executor(self._threads, attempt)

    def _attempt(self, ask: "Callable[[MessageList], Result]", asked_at: float) -> Result:
        """In a thread."""
        from requests import exceptions as failure
        from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]

        messages = self._messages()
        answered: _Answered = self._local.answered
        answered.response = None
        if monotonic() > asked_at + QUEUE:
            raise NotConnected("waited too long for a thread")
        try:
            return ask(messages)
        except (failure.ConnectTimeout, failure.InvalidURL, failure.InvalidSchema, failure.MissingSchema) as problem:
            raise NotConnected(type(problem).__name__) from None
        except failure.ConnectionError as problem:
            raise (NotConnected if _never_left(problem) else Unclear)(type(problem).__name__) from None
        except TwilioException as problem:
            raise answered.meaning(getattr(problem, "code", None)) from None
        except Exception as problem:
            raise Unclear(type(problem).__name__) from None

    def _messages(self) -> "MessageList":
        """This thread's."""
        if not hasattr(self._local, "messages"):
            from requests.adapters import HTTPAdapter
            from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
            from twilio.rest import Client  # type: ignore[import-untyped]

            self._local.answered = _Answered()
            http = TwilioHttpClient(
                timeout=self._timeout, logger=_silence(), request_hooks={"response": [self._local.answered.keep]}
            )
            for scheme in ("https://", "http://"):
                http.session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=1, max_retries=0))
            # An environment of its own: the library would take a region and an edge from the process's.
            client = Client(self._account, self._token, http_client=http, environment={"TWILIO": "configured"})
            client.api.base_url = self._base_url
            self._local.messages = client.messages
        return self._local.messages


class _Answered:
    """The last answer of a thread: the library's errors keep neither its headers nor, for a list, its status."""

    def __init__(self) -> None:
        self.response: Response | None = None

    def keep(self, response: "Response", **_: object) -> None:
        self.response = response

    def meaning(self, code: object) -> Exception:
        if self.response is None:
            return Unclear("no answer")
        status = self.response.status_code
        # Where the answer names no code, the library takes the status for one.
        named = code if isinstance(code, int) and code >= 10_000 else None
        if status == 429:
            return Throttled(_seconds(self.response.headers.get("Retry-After")), named)
        if not 400 <= status < 500 or status == 408:
            return Unclear(f"HTTP {status}")
        return Declined(status, named)


def is_service(sender: str) -> bool:
    """Whether a sender is a messaging service.

    >>> is_service("MG" + "0" * 32), is_service("RDV-SEJOUR"), is_service("MGM")
    (True, False, False)
    """
    return sender.startswith("MG") and len(sender) == 34


def _message(instance: "MessageInstance") -> Message:
    if not instance.sid:
        raise ValueError("an answer that is not Twilio's")
    created: datetime | None = instance.date_created
    code = instance.error_code
    return Message(
        sid=instance.sid,
        status=str(instance.status or ""),
        error_code=code if isinstance(code, int) else None,
        direction=instance.direction,
        sender=instance.from_,
        service=instance.messaging_service_sid,
        body=instance.body,
        created_at=round(created.timestamp() * 1000) if created is not None else None,
    )


def _never_left(problem: Exception) -> bool:
    """Whether a connection was never made: refused, no such name, no way through the proxy, a bad certificate."""
    import ssl

    from urllib3 import exceptions as failure

    reason = getattr(problem.args[0] if problem.args else None, "reason", None)
    if isinstance(reason, failure.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, failure.NewConnectionError | failure.ConnectTimeoutError | failure.ProxyError)


def _seconds(header: str | None) -> float | None:
    """`Retry-After`, as seconds or as a date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    try:
        if header.strip().isdecimal():
            return float(header)
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _silence() -> logging.Logger:
    """For the library, which logs numbers and texts. What it sends them through logs the address it asks for."""
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    silence = logging.Logger("twilio")  # not one that a configuration could reach
    silence.disabled = True
    return silence
