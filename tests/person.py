"""Somebody at the terminal: what they type, what they see, and what is known of them afterwards."""

import io
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from bot.channels.terminal import CHANNEL, Message, converse, messages
from bot.incoming import Incoming
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.events import Event
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader, step


class Person:
    """One conversation in memory, which can be looked into."""

    def __init__(self, knowledge: Knowledge, reader: Reader, now: datetime, language: str = "fr") -> None:
        self.knowledge, self.reader, self.now = knowledge, reader, now
        self.conversation = Conversation(language=language)
        self.screen = ""

    def types(self, lines: Sequence[str]) -> None:
        """The whole conversation, from the first line to the end of the input."""
        typed, shown = io.StringIO("".join(f"{line}\n" for line in lines)), io.StringIO()
        converse(self._turn, typed, Console(file=shown, highlight=False, width=200))
        self.screen = shown.getvalue()

    def _turn(self, event: Event) -> list[Message]:
        result = step(self.knowledge, self.reader, self.conversation, event, self.now)
        self.conversation = result.conversation
        words = Words(self.knowledge, self.conversation.language, CHANNEL)
        return messages(Incoming(CHANNEL, "", "local", event), result, words)
