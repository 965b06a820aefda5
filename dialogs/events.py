"""What can happen to a conversation: what a person does, in whatever window."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Say:
    """The person writes something."""

    text: str


@dataclass(frozen=True, slots=True)
class Choose:
    """The person takes an option, on the newest keyboard or on an old one: it says fact = value.

    `guessed`: they wrote no more than a part of it, so it is said back.
    """

    fact: str
    value: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The person takes an entry of the menu: one of the intents."""

    intent: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """The person wants to change one answer: it is taken back and asked again."""

    fact: str


@dataclass(frozen=True, slots=True)
class Tell:
    """The person comes by a link or a QR code that already says facts, as texts; without any, says hello."""

    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attach:
    """The person sends what is no text; `kind` says what: photo, voice, document, location…"""

    kind: str


@dataclass(frozen=True, slots=True)
class Stray:
    """The person answers by a number that cannot be meant for what is asked now: of a list that changed since, or of
    none."""

    why: Literal["changed", "no_such_number"]


@dataclass(frozen=True, slots=True)
class Tick:
    """The person ticks a document of their list, or unticks it; `item` is its id.

    `done`: as the button they pressed said, so that a double tap is one; None: the other way round.
    """

    item: str
    done: bool | None = None


Event = Say | Choose | Ask | Reopen | Tell | Attach | Stray | Tick
