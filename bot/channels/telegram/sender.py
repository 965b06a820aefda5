"""Sends the messages of the outbox, and says what became of each.

https://core.telegram.org/bots/api#making-requests, https://core.telegram.org/bots/api#responseparameters
"""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.file import File
from bot.channels.telegram.unanswered import LineError, NotConnected
from bot.delivery.parcel import Parcel
from bot.delivery.sender import Accepted, NotSent, Outcome, Refused, RetryAfter, Uncertain

UNCHANGED = "message is not modified"
"""An edit that was already made: what was wanted is on the screen."""

GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message to edit")
"""The message to edit is no longer there, or too old. The reply is then sent as a new one."""

NOBODY = ("chat not found", "peer_id_invalid", "user_deactivated")
"""The account is gone: as for one that blocked the bot (403, also « user is deactivated »), nothing more is sent."""

DOCUMENT = "document"
"""The parameter that is a file, here its `name`, `type` and `text` (https://core.telegram.org/bots/api#senddocument)."""

SEVERAL = 3
"""Telegram does not say whom a 429 is for. When so many chats are told to wait at the same time, it is all of us."""


class TelegramSender:
    """The `Sender` of a bot. An address is the chat's number."""

    def __init__(self, api: BotApi, clock: Callable[[], float] = monotonic) -> None:
        self._api = api
        self._clock = clock
        self._flooded: dict[str, float] = {}

    async def send(self, parcel: Parcel) -> Outcome:
        parameters = {**parcel.message, "chat_id": int(parcel.address)}
        method = parameters.pop("method")
        outcome = await self._post(method, parameters)
        if method == "editMessageText" and isinstance(outcome, Refused) and _is_gone(outcome):
            del parameters["message_id"]
            outcome = await self._post("sendMessage", parameters)
        if isinstance(outcome, RetryAfter):
            return RetryAfter(outcome.seconds, everybody=self._is_for_everybody(parcel.address, outcome.seconds))
        return outcome

    async def _post(self, method: str, parameters: Mapping[str, Any]) -> Outcome:
        try:
            status, answer = await self._call(method, parameters)
        except NotConnected as error:
            return NotSent(str(error))
        except LineError as error:
            return Uncertain(str(error))
        return outcome_of(status, answer)

    async def _call(self, method: str, parameters: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        document = parameters.get(DOCUMENT)
        if document is None:
            return await self._api.post(method, parameters)
        others = {name: value for name, value in parameters.items() if name != DOCUMENT}
        file = File(document["name"], document["type"], document["text"].encode())
        return await self._api.upload(method, others, DOCUMENT, file)

    def _is_for_everybody(self, address: str, seconds: float) -> bool:
        now = self._clock()
        self._flooded = {chat: until for chat, until in self._flooded.items() if until > now}
        self._flooded[address] = now + seconds
        return len(self._flooded) >= SEVERAL


def outcome_of(status: int, answer: Mapping[str, Any]) -> Outcome:
    """What an answer of the Bot API means for the message.

    >>> outcome_of(403, {"ok": False, "description": "Forbidden: bot was blocked by the user"}).blocked
    True
    """
    if 200 <= status < 300:
        if not answer.get("ok"):
            return Uncertain("an answer that is not the Bot API's")
        result = answer.get("result")
        return Accepted(str(result["message_id"]) if isinstance(result, dict) and "message_id" in result else None)
    reason = _reason(status, answer)
    if status == 429:
        return RetryAfter(float(answer.get("parameters", {}).get("retry_after", 1)))
    if status == 400 and UNCHANGED in reason:
        return Accepted()
    if status == 403:
        return Refused(reason, blocked=True)
    if status in (401, 404):
        return NotSent("the server does not know this token")
    if 400 <= status < 500:
        return Refused(reason, blocked=any(sign in reason.lower() for sign in NOBODY))
    return Uncertain(reason)


def _reason(status: int, answer: Mapping[str, Any]) -> str:
    """The description without its tail, which may quote the message (« can't parse entities: … »)."""
    described = ":".join(str(answer.get("description", "")).split(":")[:2])
    return f"{status} {described}".strip()


def _is_gone(refused: Refused) -> bool:
    return any(sign in refused.reason.lower() for sign in GONE)
