"""The messages that exist, with all that happened to each."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, Literal
from uuid import uuid4

from tests.twilio.clock import moment
from tests.twilio.faults import Fault

Status = Literal[
    "accepted", "queued", "sending", "sent", "delivered", "undelivered", "failed", "received"
]  # fmt: skip
FINAL = frozenset({"delivered", "undelivered", "failed"})
PRICE = 0.0798
"""USD a segment, to France."""

_SAID = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity period expired",
}


@dataclass(frozen=True)
class Step:
    at: float
    status: Status
    error_code: int | None = None


@dataclass(frozen=True)
class Post:
    """A status callback: what it said, and what it was answered with; None when it was not, or never left."""

    at: float
    said: str
    answered: int | None
    kind: Literal["true", "forged", "lost"] = "true"


@dataclass
class Message:
    """`sender` is None while a messaging service has not picked one."""

    to: str
    sender: str | None
    body: str
    segments: int
    direction: Literal["outbound-api", "outbound-reply", "inbound"]
    service: str | None = None
    callback: str | None = None
    validity: int = 36000
    fate: Fault | None = None
    sid: str = field(default_factory=lambda: "SM" + uuid4().hex)
    history: list[Step] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    sent_at: float | None = None

    @property
    def status(self) -> Status:
        return self.history[-1].status

    @property
    def error_code(self) -> int | None:
        return self.history[-1].error_code

    @property
    def created_at(self) -> float:
        return self.history[0].at

    @property
    def reaches(self) -> bool:
        """Whether the phone shows it."""
        lost = self.fate is not None and self.fate.kind == "outcome"
        return self.status == "delivered" or (self.status == "sent" and not lost)

    def become(self, status: Status, at: float, error_code: int | None = None) -> None:
        self.history.append(Step(at, status, error_code))
        if status in ("sent", "received") or (status in FINAL and self.sent_at is None):
            self.sent_at = at

    def as_result(self, account: str) -> dict[str, Any]:
        """The resource (https://www.twilio.com/docs/messaging/api/message-resource)."""
        uri = f"/2010-04-01/Accounts/{account}/Messages/{self.sid}"
        priced = self.sent_at is not None and self.status != "failed"
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": _rfc2822(self.created_at),
            "date_sent": None if self.sent_at is None else _rfc2822(self.sent_at),
            "date_updated": _rfc2822(self.history[-1].at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None if self.error_code is None else _SAID.get(self.error_code, "Unknown error"),
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": str(self.segments),
            "price": f"-{PRICE * self.segments:.5f}" if priced else None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


class Messages:
    """All messages, oldest first."""

    def __init__(self) -> None:
        self.all: list[Message] = []
        self._by_sid: dict[str, Message] = {}
        self._by_to: defaultdict[str, list[Message]] = defaultdict(list)

    def add(self, message: Message) -> None:
        self.all.append(message)
        self._by_sid[message.sid] = message
        self._by_to[message.to].append(message)

    def find(self, sid: str) -> Message | None:
        return self._by_sid.get(sid)

    def to(self, number: str) -> list[Message]:
        return list(self._by_to.get(number, ()))

    def sent(self) -> list[Message]:
        """Those that the account created."""
        return [message for message in self.all if message.direction != "inbound"]

    def ledger(self) -> Counter[str]:
        """How many SMS were really created for each number, whatever was answered."""
        return Counter(message.to for message in self.sent())


def _rfc2822(seconds: float) -> str:
    return format_datetime(moment(seconds))
