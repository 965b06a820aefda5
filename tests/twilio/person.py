"""A person with a phone: what they write is posted to the product's webhook, what they get is on the server."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from tests.twilio.account import NUMBER
from tests.twilio.messages import Message
from tests.twilio.segments import segments
from tests.twilio.webhook import Answer

if TYPE_CHECKING:
    from tests.twilio.server import TwilioServer

_XML = frozenset({"text/xml", "application/xml"})


class HookFailed(AssertionError):
    """An answer that Twilio would write down as an error: 11200 no success, 11205 no answer in time, 12100 no TwiML,
    12300 not XML."""

    def __init__(self, code: int, answer: Answer) -> None:
        self.code, self.answer = code, answer
        super().__init__(f"{code}: {answer}")


@dataclass(frozen=True)
class Said:
    """`sid`: the MessageSid under which it was posted. `replies`: the texts that the answer itself sends."""

    sid: str
    replies: tuple[str, ...]
    seconds: float


class Person:
    """`number` writes to the sender `to`, whose messages Twilio posts to `url`."""

    def __init__(self, server: "TwilioServer", number: str, url: str, to: str = NUMBER) -> None:
        self._server = server
        self.number, self.url, self.to = number, url, to
        self._last: Message | None = None

    @property
    def received(self) -> list[str]:
        """The texts that reached the phone, in the order in which they were created."""
        return [each.body for each in self._server.messages.to(self.number) if each.reaches]

    async def say(self, text: str) -> Said:
        """Sends an SMS. Raises `HookFailed` unless the answer is what Twilio takes."""
        self._last = self._server.receive(self.number, self.to, text)
        return await self.repeat()

    async def repeat(self) -> Said:
        """The same message delivered once more, under the same MessageSid."""
        assert self._last is not None, "nothing was said yet"
        answer = await self._server.webhook.post(self.url, self._form(self._last))
        said = Said(self._last.sid, read(answer), answer.seconds)
        for body in said.replies:
            self._server.reply(self.to, self.number, body)
        return said

    async def forge(self, text: str, *, signed: bool = True) -> Answer:
        """What somebody who does not know the token posts in this person's name: signed with another, or not."""
        message = Message(self.to, self.number, text, segments(text), "inbound")
        return await self._server.webhook.post(self.url, self._form(message), token="guessed", signed=signed)  # noqa: S106

    async def has(self, count: int, seconds: float = 10.0) -> list[str]:
        """Returns once so many texts have reached the phone. Raises TimeoutError."""
        await self._server.when(lambda: len(self.received) >= count, seconds)
        return self.received

    def _form(self, message: Message) -> dict[str, str]:
        """The empty ones come as well, and are part of what is signed."""
        return {
            "ToCountry": "FR",
            "ToState": "",
            "ToCity": "",
            "ToZip": "",
            "FromCountry": "FR",
            "FromState": "",
            "FromCity": "",
            "FromZip": "",
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "MessageSid": message.sid,
            "SmsStatus": "received",
            "AccountSid": self._server.account.sid,
            "ApiVersion": "2010-04-01",
            "From": self.number,
            "To": self.to,
            "Body": message.body,
            "NumMedia": "0",
            "NumSegments": str(message.segments),
        }


def read(answer: Answer) -> tuple[str, ...]:
    """The texts of a TwiML answer. Raises `HookFailed`."""
    if answer.status is None:
        raise HookFailed(11205, answer)
    if not 200 <= answer.status < 300:
        raise HookFailed(11200, answer)
    if not answer.text.strip():
        return ()
    if answer.content_type not in _XML:
        raise HookFailed(12300, answer)
    try:
        root = ElementTree.fromstring(answer.text)  # noqa: S314 - the product's own answer
    except ElementTree.ParseError:
        raise HookFailed(12100, answer) from None
    if root.tag != "Response" or any(each.tag not in ("Message", "Redirect") for each in root):
        raise HookFailed(12100, answer)
    return tuple("".join(each.itertext()).strip() for each in root.iter("Message"))
