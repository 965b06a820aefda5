"""What Twilio posts to us: SMS that came in, and what became of those that went out.

Both are forms, signed. A message is answered with an empty TwiML document once its turn is committed; the reply itself
goes the way of all messages. https://www.twilio.com/docs/messaging/twiml#twilios-request-to-your-application
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.sms.keywords import keyword
from bot.channels.sms.signature import HEADER, Signature
from bot.incoming import Incoming, Keyword
from dialogs.events import Attach, Event, Say

log = structlog.get_logger(__name__)

CHANNEL = "sms"
MESSAGES, STATUSES = "/twilio/sms", "/twilio/status"
LARGEST = 1 << 16
"""Bytes of the largest form read: an SMS has 1,600 characters, nine bytes each where they are escaped."""
MOST_FIELDS = 200
PATIENCE = 12.0
"""Seconds a turn may take: Twilio hangs up after 15."""
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_EMPTY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
_KINDS = {"image": "photo", "audio": "voice", "video": "video"}
_BY_ITSELF: dict[str, Keyword] = {
    "STOP": Keyword("stop", answered=True),
    "START": Keyword("start", answered=True),
    "HELP": Keyword("help", answered=True),
}

Form = Mapping[str, str]
Receive = Callable[[Incoming], Awaitable[None]]
"""Works one message to its commit."""
Note = Callable[[str, int, str, str, int | None], Awaitable[None]]
"""Takes a status: the delivery and attempt it is of, the message's SID, the status, the error code."""


def read(form: Form, own: Collection[str] = ()) -> Incoming | None:
    """An SMS as what a person did; None for what nobody is to be answered for.

    Those are senders that are no phone number (« Ameli », short codes, WhatsApp) and our `own`: a machine that answers
    a machine never stops. Raises KeyError for a form that is no message.
    """
    sender, sid, text = form["From"], form["MessageSid"], form.get("Body", "")
    if not _NUMBER.fullmatch(sender) or sender in own or sender == form.get("To"):
        return None
    event: Event = Say(text)
    if form.get("NumMedia", "0") not in ("", "0"):
        event = Attach(_KINDS.get(form.get("MediaContentType0", "").partition("/")[0], "document"))
    word = keyword(text)
    ours = _BY_ITSELF.get(form.get("OptOutType", "").upper())
    if ours is not None:  # whatever its own list of words: it has taken the message so, and answered
        word = replace(ours, language=word.language if word is not None else None)
    return Incoming(CHANNEL, sid, sender, event, keyword=word)


class TwilioDoor:
    """The two routes. Whoever cannot sign gets 403 and leaves no trace."""

    def __init__(self, signature: Signature, receive: Receive, note: Note, own: Collection[str] = ()) -> None:
        self._signature, self._receive, self._note, self._own = signature, receive, note, own

    @property
    def routes(self) -> list[Route]:
        return [
            Route(MESSAGES, self._message, methods=["POST"]),
            Route(STATUSES, self._status, methods=["POST"]),
        ]

    async def _message(self, request: Request) -> Response:
        form = await self._signed(request, MESSAGES)
        if form is None:
            return Response(status_code=403)
        try:
            incoming = read(form, self._own)
        except KeyError:
            return Response(status_code=400)
        if incoming is not None and not await self._worked(self._receive(incoming)):
            return Response(status_code=500)
        return Response(_EMPTY, media_type="text/xml")

    async def _status(self, request: Request) -> Response:
        form = await self._signed(request, STATUSES)
        if form is None:
            return Response(status_code=403)
        code = form.get("ErrorCode", "")
        try:
            delivery, attempt = request.query_params["d"], int(request.query_params["a"])
            sid, status = form["MessageSid"], form["MessageStatus"]
        except (KeyError, ValueError):
            return Response(status_code=400)
        noted = self._note(delivery, attempt, sid, status, int(code) if _is_code(code) else None)
        return Response(status_code=204 if await self._worked(noted) else 500)

    async def _worked(self, work: Awaitable[None]) -> bool:
        """Whether it came to its commit in time; if not, Twilio has to tell us again."""
        try:
            async with asyncio.timeout(PATIENCE):
                await work
        except Exception as problem:
            log.error("twilio_failed", problem=type(problem).__name__)  # its words might hold personal data
            return False
        return True

    async def _signed(self, request: Request, path: str) -> Form | None:
        """The form, if Twilio signed it as sent to `path`."""
        given = request.headers.get(HEADER, "")
        if not given or (body := await _body(request)) is None:
            return None
        try:
            fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            return None
        query = request.scope["query_string"].decode("latin-1")
        form = dict(fields)
        # Twilio sends no field twice; a form that does is not its own.
        return form if len(form) == len(fields) and self._signature.holds(path, query, form, given) else None


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


async def _body(request: Request) -> bytes | None:
    """The whole body; None when it is too large, or when whoever sent it has gone."""
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return body
