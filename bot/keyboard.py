"""The options under a message: what each is called and which event it stands for, whatever the channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.words import Words
from dialogs.events import (
    Answered,
    Ask,
    Choose,
    Climbed,
    Declined,
    Defined,
    Effect,
    Event,
    Listed,
    Lost,
    Offered,
    Question,
    Reopen,
    Talked,
)


@dataclass(frozen=True, slots=True)
class Option:
    """A label to press, and what pressing it means."""

    label: str
    event: Event


def options(effects: Sequence[Effect], words: Words) -> list[Option]:
    """The options after these effects; those of the last effect that has any, a question's before a menu's."""
    questions = [effect for effect in effects if isinstance(effect, Question)]
    if any(isinstance(effect, Offered) for effect in effects):
        return list(_guesses(next(effect for effect in effects if isinstance(effect, Offered)), words))
    if questions:
        fact = questions[-1].fact
        return [Option(words.fact(fact, value), Choose(fact, value)) for value in questions[-1].asking.options]
    for effect in reversed(effects):
        match effect:
            case Listed(facts, "change"):
                return [
                    Option(f"{words.title(fact)} : {words.fact(fact, facts[fact])}", Reopen(fact)) for fact in facts
                ]
            case Answered():
                return menu("answered", words)
            case Climbed():
                return menu("climbed", words)
            case Talked() | Defined() | Listed() | Declined():
                return menu("talked", words)
            case Lost():
                return menu("lost", words)
    return []


def menu(name: str, words: Words) -> list[Option]:
    """A menu of the knowledge: the intents it offers."""
    return [Option(words.intent(intent), Ask(intent)) for intent in words.knowledge.questions.menus[name]]


def _guesses(offered: Offered, words: Words) -> Iterator[Option]:
    for guess in offered.guesses:
        if guess.fact is None:
            yield Option(words.intent(str(guess.value)), Ask(str(guess.value)))
        else:
            kind = words.knowledge.kinds[guess.fact]
            yield Option(words.fact(guess.fact, guess.value), Choose(guess.fact, kind.say(guess.value)))
