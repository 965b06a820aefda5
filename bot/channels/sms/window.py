"""The SMS window: a text and what the last SMS offered in, an event out; what is to be said in, one SMS out.

What one SMS cannot hold waits on the screen, page by page, until the person asks for it.
"""

from typing import Any

from bot.channels.sms.composing import Composed, compose, listed
from bot.channels.sms.gsm7 import written
from bot.channels.sms.pages import under
from bot.channels.sms.reading import More, Screen, hear
from bot.words import Words
from dialogs.effects import Did, Question
from dialogs.machine import Step

__all__ = ["CHANNEL", "More", "Screen", "hear", "more", "show"]

CHANNEL = "sms"

Message = dict[str, Any]
"""`body`: a text in GSM-7."""


def show(result: Step, words: Words, before: Screen | None = None) -> tuple[list[Message], Screen]:
    """What a turn says: its first page as a message, and the screen with the rest.

    Whoever writes gets an answer, and the question that is open is never left out. `before` is the screen that was
    answered: a list that is no question is shown again to somebody who took a number that is not on it.
    """
    effects = result.effects
    if before and before["choices"] and before["asked"] is None and effects == (Did("no_such_number"),):
        return _shown(listed(written(words.effect(effects[0])), before["choices"], words))
    opening = "" if effects else written(words.render("same"))
    composed = compose(effects, words, back=bool(result.conversation.given), opening=opening)
    asks = None if composed.choices or composed.asked else _open_question(result, words)
    if asks is not None:
        composed = compose((*effects, asks), words, back=bool(result.conversation.given), opening=opening)
    return _shown(composed)


def _shown(composed: Composed) -> tuple[list[Message], Screen]:
    first, *rest = composed.pages
    screen = {
        "asked": composed.asked,
        "choices": [list(choice) for choice in composed.choices],
        "numbered": composed.numbered,
        "rest": rest,
        "end": composed.end,
    }
    return [{"body": first}], screen


def more(screen: Screen | None, words: Words) -> tuple[list[Message], Screen]:
    """The next page; after the last, that there is none, and what may be answered."""
    screen = screen or {"asked": None, "choices": [], "numbered": True, "rest": [], "end": ""}
    if screen["rest"]:
        page, *rest = screen["rest"]
        return [{"body": page}], {**screen, "rest": rest}
    return [{"body": under(written(words.render("nothing")), screen["end"])}], screen


def _open_question(result: Step, words: Words) -> Question | None:
    """The question that the conversation waits for, where the turn did not ask it."""
    fact, knowledge = result.trace.asks, words.knowledge
    if fact is None:
        return None
    known = {**result.conversation.facts, **result.trace.inferred}
    undated = {name: str(value) for name, value in known.items() if name not in knowledge.day_facts}
    return Question(fact, knowledge.asking(fact, undated))
