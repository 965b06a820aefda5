"""`rdv-sejour replay`: stories, which are whole conversations with what must and must not be said in each turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator

from bot.keyboard import options
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.effects import Answered, Climbed, Question
from dialogs.events import Ask, Choose, Event, Reopen, Say
from dialogs.knowledge.files import read
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.schema import Entry, Names, Plain
from dialogs.machine import Reader, Step, step
from dialogs.notices import Wait
from dialogs.reminders import plans


class Turn(Entry):
    """What the person does (one of `say`, `press`, `ask`, `reopen`), and what must follow.

    `press` is fact=value, or the label of an option on the screen. `asks` is the fact asked next, `rule` the rule
    reached (both may be « none »), `shows` and `hides` are texts of the turn, `facts` must be known after it. `waits`
    are the calendars they want to be told of, `plans` all reminders of their dates from then on, each as
    « 2027-03-05 09:00 week ».
    """

    say: str | None = None
    press: str | None = None
    ask: str | None = None
    reopen: str | None = None
    on: date | None = None
    asks: str | None = None
    rule: str | None = None
    shows: Names = ()
    hides: Names = ()
    facts: Plain = {}
    language: str | None = None
    waits: Names = ()
    plans: Names | None = None


class Story(Entry):
    """A real situation, told turn by turn."""

    title: str
    as_of: date
    language: str = "fr"
    turns: Annotated[tuple[Turn, ...], BeforeValidator(tuple)]


@dataclass(frozen=True, slots=True)
class Miss:
    """A turn that did not go as told."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def replay(knowledge: Knowledge, reader: Reader, path: Path) -> Iterator[Miss]:
    """Plays a story and yields what differs from it. Raises `Fault` when the file is not a story."""
    story = read(path, Story)
    line = story.line
    try:
        for turn, result in played(knowledge, reader, story):
            line = turn.line
            words = Words(knowledge, result.conversation.language)
            differences = [*_differences(turn, result, words), *_later(knowledge, turn, result, story)]
            yield from (Miss(path.name, line, message) for message in differences)
    except LookupError as error:
        yield Miss(path.name, line, f"after this turn, {error}")


def questions_in(knowledge: Knowledge, reader: Reader, path: Path) -> int:
    """How many questions the person of a story was asked before the first answer."""
    asked = 0
    for _, result in played(knowledge, reader, read(path, Story)):
        if any(isinstance(effect, Answered | Climbed) for effect in result.effects):
            break
        asked += any(isinstance(effect, Question) for effect in result.effects)
    return asked


def played(knowledge: Knowledge, reader: Reader, story: Story) -> Iterator[tuple[Turn, Step]]:
    """Each turn and what followed. Raises `LookupError` where a turn presses what is not on the screen."""
    screen = step(knowledge, reader, Conversation(language=story.language), None, _noon(story.as_of))
    for turn in story.turns:
        words = Words(knowledge, screen.conversation.language)
        event = _event(turn, screen, words)
        result = step(knowledge, reader, screen.conversation, event, _noon(turn.on or story.as_of))
        yield turn, result
        screen = result if result.effects else Step(result.conversation, screen.effects, result.trace)


def _event(turn: Turn, screen: Step, words: Words) -> Event:
    if turn.say is not None:
        return Say(turn.say)
    if turn.ask is not None:
        return Ask(turn.ask)
    if turn.reopen is not None:
        return Reopen(turn.reopen)
    pressed = turn.press or ""
    for option in options(screen.effects, words):
        if option.label == pressed:
            return option.event
    fact, equals, value = pressed.partition("=")
    if not equals:
        raise LookupError(f"no option « {pressed} » on the screen")
    return Choose(fact, value)


def _differences(turn: Turn, result: Step, words: Words) -> Iterator[str]:
    said = "\n".join(words.effect(effect) for effect in result.effects)
    labels = "\n".join(option.label for option in options(result.effects, words))
    reached = next((each.answer.rule for each in result.effects if isinstance(each, Answered) and each.answer), "none")
    asked = next((each.fact for each in result.effects if isinstance(each, Question)), "none")
    facts = result.conversation.facts
    if turn.asks is not None and turn.asks != asked:
        yield f"asks {asked}, not {turn.asks}"
    if turn.rule is not None and turn.rule != reached:
        yield f"reaches {reached}, not {turn.rule}"
    if turn.language is not None and turn.language != result.conversation.language:
        yield f"speaks {result.conversation.language}, not {turn.language}"
    for text in turn.shows:
        if text.casefold() not in (said + labels).casefold():
            yield f"does not say « {text} » but: {said[:200]}"
    for text in turn.hides:
        if text.casefold() in said.casefold():
            yield f"says « {text} »"
    for fact, value in turn.facts.items():
        known = facts.get(fact, "unknown")
        if str(known) != str(value):
            yield f"knows {fact}={known}, not {value}"


def _later(knowledge: Knowledge, turn: Turn, result: Step, story: Story) -> Iterator[str]:
    """What differs in what is to be said later."""
    waits = next((each.calendars for each in result.effects if isinstance(each, Wait)), ())
    if turn.waits and turn.waits != waits:
        yield f"waits for {', '.join(waits) or 'nothing'}, not {', '.join(turn.waits)}"
    if turn.plans is not None:
        found = plans(knowledge, result.conversation.facts, (), _noon(turn.on or story.as_of))
        said = tuple(f"{plan.due:%Y-%m-%d %H:%M} {plan.stage}" for plan in found)
        if said != turn.plans:
            yield f"reminds on {', '.join(said) or 'no day'}"


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo("Europe/Paris"))
