"""The conversation everybody holds: a renewal in Guyane in five questions, then again from the start.

Its texts and keyboards are those of our assistant, written down for the rivals, so that all send the same bytes.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL
from bot.incoming import Incoming
from bot.words import words_for
from dialogs.conversation import Conversation
from dialogs.events import Ask, Choose, Event, Say
from dialogs.knowledge.library import load_knowledge
from dialogs.machine import step
from dialogs.understanding.reader import load_reader

RESTART = "/recommencer"
TAPS = (("prefecture", "973"), ("procedure", "renewal"), ("district", "cayenne"), ("permit", "cst"))
LAST = "expires_on"
UNKNOWN = f"{LAST}=unsaid"
TYPED = "31/03/2027"

TURNS = [RESTART, *(f"{fact}={value}" for fact, value in TAPS)]
"""What a person does, a text or the data of a button; last comes the date, typed and tapped in turn."""


def turns(round_number: int) -> list[str]:
    """The six turns of a conversation, every other one with a date."""
    return [*TURNS, TYPED if round_number % 2 else UNKNOWN]


def write_screens(path: Path) -> None:
    """The five questions in their order, and the two answers by what leads there."""
    questions = [_screen(Ask("restart"), ())]
    questions += [_screen(Choose(*tap), TAPS[:number]) for number, tap in enumerate(TAPS)]
    answers = {TYPED: _screen(Say(TYPED), TAPS), UNKNOWN: _screen(Choose(LAST, "unsaid"), TAPS)}
    facts = [*(fact for fact, _ in TAPS), LAST]
    path.write_text(json.dumps({"facts": facts, "questions": questions, "answers": answers}), encoding="utf-8")


def _screen(event: Event, before: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    knowledge, reader = load_knowledge(), load_reader(model=False)
    conversation, now = Conversation(), datetime.now(UTC)
    for tap in before:
        conversation = step(knowledge, reader, conversation, Choose(*tap), now).conversation
    result = step(knowledge, reader, conversation, event, now)
    (message,) = messages(Incoming(CHANNEL, "1", "1", event), result, words_for(knowledge, "fr", CHANNEL))
    return {name: message[name] for name in ("text", "reply_markup") if name in message}
