"""The account that the server knows: its credentials, what it may send from, and who opted out."""

from base64 import b64encode
from dataclasses import dataclass, field

NOTICES = "RDVSEJOUR"
"""One-way: an alphanumeric sender receives nothing."""
NUMBER = "+33639980900"
SERVICE = "MG" + "b" * 32

STOPS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
STARTS = frozenset({"START", "YES", "UNSTOP"})
"""The words that Twilio itself obeys (https://help.twilio.com/articles/223134027). The French ones are not among
them."""


@dataclass
class Account:
    """`senders`: the numbers, short codes and alphanumeric names it may send from. `services`: its messaging services,
    each with the sender that it picks. `keywords`: whether Twilio obeys STOP on its own."""

    sid: str = "AC" + "a" * 32
    token: str = "a token for the tests"  # noqa: S105
    senders: set[str] = field(default_factory=lambda: {NOTICES, NUMBER})
    services: dict[str, str] = field(default_factory=lambda: {SERVICE: NUMBER})
    keywords: bool = True
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    """(sender, number)"""

    @property
    def authorization(self) -> str:
        """The header of a request with its credentials."""
        return "Basic " + b64encode(f"{self.sid}:{self.token}".encode()).decode()

    def hear(self, sender: str, number: str, text: str) -> None:
        """What Twilio does about STOP and START before the webhook is told."""
        word = text.strip().upper()
        if self.keywords and word in STOPS:
            self.opted_out.add((sender, number))
        if self.keywords and word in STARTS:
            self.opted_out.discard((sender, number))
