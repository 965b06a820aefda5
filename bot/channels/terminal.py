"""The terminal window: lines in, events; effects, text with numbered choices out. It reads a pipe as well."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.keyboard import Option, options
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.events import Answered, Ask, Climbed, Effect, Event, Question, Say, Talked
from dialogs.facts import Years
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader, step

BACK = "0"
_READ_AT_LEISURE = (Answered, Climbed, Talked)


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen on the screen; `numbered` is off where a number is itself an answer (an age)."""

    options: tuple[Option, ...] = ()
    numbered: bool = True


def converse(
    knowledge: Knowledge,
    reader: Reader,
    clock: Callable[[], datetime],
    language: str = "fr",
    lines: TextIO | None = None,
    console: Console | None = None,
) -> Conversation:
    """A whole conversation, until the lines end. Returns what was known at the end."""
    console = console or Console(highlight=False)
    words = Words(knowledge, language)
    _show(console, words.render("welcome"))
    conversation = Conversation(language=language)
    choices = Choices()
    typed = _typed(lines or sys.stdin, console)
    event: Event | None = None
    while True:
        result = step(knowledge, reader, conversation, event, clock())
        conversation = result.conversation
        if conversation.language != words.language:
            words = Words(knowledge, conversation.language)
        if result.effects:
            choices = _say(console, words, result.effects)
        line = next(typed, None)
        if line is None:
            return conversation
        event = read_line(line, choices)


def read_line(line: str, choices: Choices) -> Event:
    """What a line means: 0 for back, the number or the label of a choice, else words.

    >>> read_line("2", Choices((Option("A", Ask("help")), Option("B", Ask("why")))))
    Ask(intent='why')
    """
    text = line.strip()
    if text == BACK:
        return Ask("back")
    for option in choices.options:
        if text.casefold() == option.label.casefold():
            return option.event
    if choices.numbered and text.isascii() and text.isdecimal() and 1 <= int(text) <= len(choices.options):
        return choices.options[int(text) - 1].event
    return Say(text)


def _typed(lines: TextIO, console: Console) -> Iterator[str]:
    """The lines a person types, with editing keys in a real terminal; empty ones are passed over."""
    interactive = lines is sys.stdin and lines.isatty()
    if interactive:
        import readline  # noqa: F401 - editing keys and history for input()
    while True:
        try:
            line = console.input("[bold cyan]> [/]") if interactive else lines.readline()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if not interactive and not line:
            return
        if line.strip():
            yield line


def _say(console: Console, words: Words, effects: tuple[Effect, ...]) -> Choices:
    for effect in effects:
        style = "bold" if isinstance(effect, Question) else "" if isinstance(effect, _READ_AT_LEISURE) else "dim"
        _show(console, words.effect(effect), style)
    last = effects[-1]
    numbered = not (isinstance(last, Question) and isinstance(words.knowledge.kinds[last.fact], Years))
    choices = Choices(tuple(options(effects, words)), numbered)
    if choices.options:
        marks = (f"{number:>2}." for number in range(1, len(choices.options) + 1)) if numbered else ("  -",) * 99
        lines = (f"{mark} {choice.label}" for mark, choice in zip(marks, choices.options, strict=False))
        _show(console, "\n".join(lines), "cyan")
    return choices


def _show(console: Console, text: str, style: str = "") -> None:
    shown = Text(text, style=style)
    shown.highlight_regex(r"(?m)^▸.*$", "bold yellow")
    console.print(shown, soft_wrap=not console.is_terminal)
    console.print()
