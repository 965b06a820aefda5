"""A message's life: queued, sending, sent, and an end; each step is told to its callback."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.twilio.account import Account
from tests.twilio.callbacks import Callbacks
from tests.twilio.clock import Clock
from tests.twilio.faults import Faults
from tests.twilio.messages import FINAL, Message, Status

FAIL_AT_ONCE = frozenset({30001, 30002})
"""Codes of messages that Twilio never hands to a carrier: they end `failed`, those of others `undelivered`."""
EXPIRED = 30036


@dataclass
class Life:
    """Seconds spent in each state."""

    queued: float = 0.02
    sending: float = 0.02
    sent: float = 0.05


class Lives:
    """`told` is called after every step."""

    def __init__(
        self,
        account: Account,
        clock: Clock,
        faults: Faults,
        callbacks: Callbacks,
        life: Life,
        told: Callable[[Message], None],
    ) -> None:
        self._account, self._clock, self._faults, self._callbacks = account, clock, faults, callbacks
        self._told = told
        self.life = life

    def begin(self, message: Message) -> None:
        message.fate = self._faults.of_message(message.to)
        self._become(message, "accepted" if message.service else "queued")

    def _become(self, message: Message, status: Status, error_code: int | None = None) -> None:
        if status == "sending" and message.service is not None:
            message.sender = self._account.services[message.service]
        message.become(status, self._clock.now(), error_code)
        self._callbacks.announce(message)
        self._told(message)
        stays = message.fate is not None and message.fate.kind == "stays" and _same(message.fate.at, status)
        if status not in FINAL and not stays:
            waits = {"sending": self.life.sending, "sent": self.life.sent}.get(status, self.life.queued)
            self._clock.after(waits, lambda: self._move(message))

    def _move(self, message: Message) -> None:
        code = message.fate.code if message.fate is not None and message.fate.kind == "outcome" else None
        match message.status:
            case "accepted" | "queued" if self._clock.now() > message.created_at + message.validity:
                self._become(message, "failed", EXPIRED)
            case "accepted" | "queued" if code in FAIL_AT_ONCE:
                self._become(message, "failed", code)
            case "accepted" | "queued":
                self._become(message, "sending")
            case "sending":
                self._become(message, "sent")
            case _ if code is not None:
                self._become(message, "undelivered", code)
            case _:
                self._become(message, "delivered")


def _same(at: str, status: Status) -> bool:
    return at == ("queued" if status == "accepted" else status)
