"""What delivery asks of a channel: send one message, and say what became of it.

The outcomes are told apart by the one thing that matters afterwards: may the message be sent again without the person
reading it twice?
"""

from dataclasses import dataclass
from typing import Protocol

from bot.delivery.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. `provider_id` is its name for the message, if it has one."""

    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """The provider asks to wait `seconds`, for this chat alone or for `everybody`. Nothing was sent.

    Bot API: `parameters.retry_after` of a 429 (https://core.telegram.org/bots/api#responseparameters).
    """

    seconds: float
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left, or was surely not carried out: no connection, no name, a proxy's own 503."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """The request left and nothing certain came back: read time-out, reset, 5xx, a process that died."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it. `blocked`: because the person wants no messages, or is gone."""

    reason: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Halted:
    """Nothing was sent, and nothing will be until somebody has looked: credentials, the sender's name or number."""

    reason: str


Outcome = Accepted | RetryAfter | NotSent | Uncertain | Refused | Halted


class Sender(Protocol):
    """Sends one message of one channel. The reasons it gives are logged: they never hold an address or a text."""

    async def send(self, parcel: Parcel) -> Outcome: ...
