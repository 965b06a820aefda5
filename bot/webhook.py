"""The webhook as a bare ASGI application: every turn passes here, and a framework would cost it a tenth of its time.

https://core.telegram.org/bots/api#setwebhook: the secret token comes back in a header; an update is delivered again
until it is answered with 200, so 200 is answered only after the commit. https://asgi.readthedocs.io/
"""

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import orjson
import structlog

from bot.channels.telegram.at_once import Call
from bot.channels.telegram.updates import Update

log = structlog.get_logger(__name__)

SECRET_HEADER = b"x-telegram-bot-api-secret-token"
"""Its name as ASGI gives it, in lower case."""
LARGEST = 1 << 20
"""Bytes of the largest update read; Telegram's are far smaller."""

Scope = MutableMapping[str, Any]
Receiving = Callable[[], Awaitable[MutableMapping[str, Any]]]
Sending = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receiving, Sending], Awaitable[None]]

_EMPTY = [(b"content-length", b"0")]


class Webhook:
    """Takes the updates that Telegram posts; `turn` works one to its commit and gives what may be answered at once."""

    def __init__(self, turn: Callable[[Update], Awaitable[Call | None]], secret: str) -> None:
        self._turn, self._secret = turn, secret.encode()

    async def __call__(self, scope: Scope, receive: Receiving, send: Sending) -> None:
        """One request. Whoever does not know the secret is not listened to."""
        given = next((value for name, value in scope["headers"] if name == SECRET_HEADER), b"")
        if scope["method"] != "POST":
            await _answer(send, 405)
        elif not hmac.compare_digest(given, self._secret):
            await _answer(send, 403)
        else:
            await _answer(send, *await self._work(_update(await _body(receive))))

    async def _work(self, update: Update | None) -> tuple[int, Call | None]:
        if update is None:
            return 400, None
        try:
            return 200, await self._turn(update)
        except Exception as problem:
            # Its words might hold personal data. Telegram delivers the update again.
            log.error("turn_failed", problem=type(problem).__name__)
            return 500, None


def _update(body: bytes | None) -> Update | None:
    try:
        update = None if body is None else orjson.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) and "update_id" in update else None


async def _body(receive: Receiving) -> bytes | None:
    """The whole body; None when it is too large, or when whoever sent it has gone."""
    body = b""
    while len(body) <= LARGEST:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body if len(body) <= LARGEST else None
    return None


async def _answer(send: Sending, status: int, call: Call | None = None) -> None:
    if call is None:
        headers, body = _EMPTY, b""
    else:
        body = orjson.dumps(call)
        headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
