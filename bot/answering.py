"""From what a person did to what is said back, without the store: understood, answered, written for their channel."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.incoming import Incoming
from bot.store.sealed import Vault
from bot.window import Message, Screen, Screened
from bot.words import Words
from dialogs.agenda import Agenda
from dialogs.conversation import Conversation
from dialogs.effects import Effect, Linking, Lost
from dialogs.events import Event, Say
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES, Reader, Step, Trace, open_question, step

log = logging.getLogger(__name__)


class Renderer(Protocol):
    """A channel's way to turn what is to be said into messages."""

    def __call__(self, incoming: Incoming, result: Step, words: Words, /) -> list[Message]: ...


@dataclass(frozen=True)
class Answering:
    """All that an answer needs and that does not change between turns. `new_id` gives ids that sort by time.

    A channel has either a renderer or, where there are no buttons, a window. A mistake of ours must not hold an update
    back for ever: it is logged, and said.
    """

    knowledge: Knowledge
    reader: Reader
    vault: Vault
    words: Callable[[str, str], Words]
    renderers: Mapping[str, Renderer]
    new_id: Callable[[datetime], str]
    windows: Mapping[str, Screened] = field(default_factory=dict)

    def conversation(self, sealed: str | None, language: str | None) -> Conversation:
        """A conversation as it was left, or a new one in the language the channel tells of, where we speak it."""
        if sealed:
            return Conversation.from_json(self.vault.open_data(sealed), self.knowledge.day_facts)
        return Conversation(language=language if language in LANGUAGES else LANGUAGES[0])

    def understand(
        self, incoming: Incoming, conversation: Conversation, screen: Screen | None, now: datetime
    ) -> Step | None:
        """The step of what was done; None where the rest of what was said last is wanted."""
        try:
            event = incoming.event
            channel = self.windows.get(incoming.channel)
            if channel is not None and isinstance(event, Say):
                asked = open_question(self.knowledge, self.reader, conversation, now)
                heard = channel.window.hear(event.text, screen, asked)
                if not isinstance(heard, Event):
                    return None
                event = heard
            result = step(self.knowledge, self.reader, conversation, event, now)
            return self._owned(result, incoming)
        except Exception as problem:
            return self._mistaken(conversation, problem)

    def _owned(self, result: Step, incoming: Incoming) -> Step:
        """An agenda is somebody's: without a name, so that the file may be passed on."""
        if not any(isinstance(effect, Agenda) for effect in result.effects):
            return result
        owner = self.vault.digest("agenda", f"{incoming.channel}:{incoming.address}")
        effects = tuple(replace(each, owner=owner) if isinstance(each, Agenda) else each for each in result.effects)
        return replace(result, effects=effects)

    def show(
        self, incoming: Incoming, result: Step | None, conversation: Conversation, screen: Screen | None
    ) -> tuple[Step | None, list[Message], Screen | None]:
        """The messages, and what they offer; `result` may become another one. `conversation`: as it was before."""
        try:
            return result, *self._written(incoming, result, conversation, screen)
        except Exception as problem:
            lost = self._mistaken(conversation, problem)
            return lost, *self._written(incoming, lost, conversation, screen)

    def announce(
        self, channel: str, conversation: Conversation, *effects: Effect
    ) -> tuple[list[Message], Screen | None]:
        """The messages to somebody who asked nothing at this moment, and what they offer."""
        return self._written(Incoming(channel, "", ""), saying(conversation, *effects), conversation, None)

    def _written(
        self, incoming: Incoming, result: Step | None, conversation: Conversation, screen: Screen | None
    ) -> tuple[list[Message], Screen | None]:
        language = conversation.language if result is None else result.conversation.language
        words = self.words(incoming.channel, language)
        channel = self.windows.get(incoming.channel)
        if channel is None:
            return ([] if result is None else self.renderers[incoming.channel](incoming, result, words)), screen
        if result is None:
            return channel.window.more(screen or {}, words)
        if result.effects and all(isinstance(effect, Linking) for effect in result.effects):
            # It asks nothing and offers nothing: what was offered before may still be taken.
            messages, _ = channel.window.show(saying(result.conversation, *result.effects), words, screen)
            return messages, screen
        return channel.window.show(result, words, screen)

    def _mistaken(self, conversation: Conversation, problem: Exception) -> Step:
        log.error("step_failed %s", type(problem).__name__)  # its words might hold personal data
        return saying(conversation, Lost(menu=True))


def saying(conversation: Conversation, *effects: Effect) -> Step:
    """A step that only says something."""
    return Step(conversation, effects, Trace({}, (), None))
