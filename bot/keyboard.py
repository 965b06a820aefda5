"""The options under a message: what each is called and which event it stands for, whatever the channel."""

from collections.abc import Iterator, Sequence

from bot.menus import Option, menu, under_notice
from bot.words import Words
from dialogs.answers import Answer
from dialogs.effects import Answered, Climbed, Declined, Defined, Effect, Listed, Lost, Offered, Question, Talked
from dialogs.events import Ask, Choose, Reopen

__all__ = ["Option", "menu", "offered_by", "options"]


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
            case Answered(answer, part):
                return menu("documents" if part == "documents" else "answered", words, offered_by(answer))
            case Climbed(_, answer):
                return menu("climbed", words, offered_by(answer) if answer else None)
            case Talked() | Defined() | Listed() | Declined():
                return menu("talked", words)
            case Lost():
                return menu("lost", words)
            case _:
                noticed = under_notice(effect, words)
                if noticed is not None:
                    return noticed
    return []


def offered_by(answer: Answer) -> frozenset[str]:
    """The intents that an answer gives reason to, among those that only some do."""
    reasons = {
        "subscribe": answer.channel == "booking",
        "got_appointment": answer.channel in ("booking", "form", "email"),
        "remind_me": bool(answer.deadlines),
        "checklist": any(checklist.items for checklist in answer.checklists),
        "agenda": bool(answer.openings) or any(each.state != "unknown" for each in answer.deadlines[:1]),
    }
    return frozenset(intent for intent, holds in reasons.items() if holds)


def _guesses(offered: Offered, words: Words) -> Iterator[Option]:
    for guess in offered.guesses:
        if guess.fact is None:
            yield Option(words.intent(str(guess.value)), Ask(str(guess.value)))
        else:
            kind = words.knowledge.kinds[guess.fact]
            yield Option(words.fact(guess.fact, guess.value), Choose(guess.fact, kind.say(guess.value)))
