"""The port of a window without buttons: what it offered last is kept, to understand the next « 2 »."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from bot.words import Words
from dialogs.effects import Question
from dialogs.events import Event
from dialogs.machine import Step

Message = dict[str, Any]
"""What a channel's sender sends, without the address."""

Screen = dict[str, Any]
"""What the last message offered and what of it remains to be read, as JSON."""


class Window(Protocol):
    """A channel's way to hear and to show."""

    def hear(self, text: str, screen: Screen | None, question: Question | None) -> Event | object:
        """What a text means; anything but an event: the rest of what was said is wanted.

        `question` is the one asked now, which may not be the one on the screen.
        """
        ...

    def show(self, result: Step, words: Words, screen: Screen | None = None) -> tuple[list[Message], Screen]:
        """What a turn says, and what it then offers; `screen` is what was offered before it."""
        ...

    def more(self, screen: Screen, words: Words) -> tuple[list[Message], Screen]: ...


@dataclass(frozen=True, slots=True)
class Screened:
    """A channel of such windows. `segments`: what a message takes of the channel's pace; `patience`: how long, in
    milliseconds, an answer is worth sending; `write`: a text as a message.
    """

    window: Window
    segments: Callable[[Message], int]
    write: Callable[[str], Message]
    patience: int = 3600 * 1000
