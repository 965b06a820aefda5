"""The terminal window: lines in, events; messages, text with numbered choices out. It reads a pipe as well."""

import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from bot.buttons import decode, encode
from bot.incoming import Incoming
from bot.keyboard import options
from bot.words import Words
from dialogs.effects import Answered, Climbed, Effect, Question, Talked
from dialogs.events import Ask, Event, Say, Tell, Tick
from dialogs.facts import Years
from dialogs.machine import Step

CHANNEL = "terminal"
BACK = "0"
_READ_AT_LEISURE = (Answered, Climbed, Talked)

Message = dict[str, Any]
"""`said`: texts with their style; `choices`: labels with what they carry; `written`: how many of the first of them
stand in the text already, with their numbers; `numbered`: off where a number is itself an answer (an age)."""

LEAVING = frozenset({"quitter", "quit", "exit"})
"""Words that end the conversation here: in a terminal nobody else is there to hear them."""


def messages(_: Incoming, result: Step, words: Words) -> list[Message]:
    """What is to be said, as one message. No effects, no message."""
    if not result.effects:
        return []
    last = result.effects[-1]
    shown = options(result.effects, words)
    return [
        {
            "said": [[words.effect(effect), _style(effect)] for effect in result.effects],
            "choices": [[option.label, encode(option.event)] for option in shown],
            "written": sum(isinstance(option.event, Tick) for option in shown),
            "numbered": not (isinstance(last, Question) and isinstance(words.knowledge.kinds[last.fact], Years)),
        }
    ]


def converse(
    talk: Callable[[Event], list[Message]], lines: TextIO | None = None, console: Console | None = None
) -> None:
    """A whole conversation, until the lines end. `talk` does one turn and gives what is to be said."""
    console = console or Console(highlight=False)
    screen: Message = {"choices": [], "written": 0, "numbered": True}
    event: Event = Tell({})
    typed = _typed(lines or sys.stdin, console)
    while True:
        for message in talk(event):
            _show(console, message)
            screen = message
        line = next(typed, None)
        if line is None or line.strip().casefold() in LEAVING:
            return
        event = read_line(line, screen)


def read_line(line: str, screen: Message) -> Event:
    """What a line means: 0 for back, the number or the label of a choice, else words.

    >>> read_line("2", {"choices": [["A", "?help"], ["B", "?why"]], "numbered": True})
    Ask(intent='why')
    """
    text = line.strip()
    if text == BACK:
        return Ask("back")
    choices = screen["choices"]
    pressed = next((data for label, data in choices if label.casefold() == text.casefold()), None)
    if screen["numbered"] and text.isascii() and text.isdecimal() and 1 <= int(text) <= len(choices):
        pressed = choices[int(text) - 1][1]
    meaning = decode(pressed) if pressed else None
    return Say(text) if meaning is None or isinstance(meaning, tuple) else meaning


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


def _style(effect: Effect) -> str:
    return "bold" if isinstance(effect, Question) else "" if isinstance(effect, _READ_AT_LEISURE) else "dim"


def _show(console: Console, message: Message) -> None:
    for text, style in message["said"]:
        _print(console, text, style)
    choices = list(enumerate((label for label, _ in message["choices"]), 1))[message["written"] :]
    if choices:
        marked = [f"{number:>2}. {label}" if message["numbered"] else f"  - {label}" for number, label in choices]
        _print(console, "\n".join(marked), "cyan")


def _print(console: Console, text: str, style: str) -> None:
    shown = Text(text, style=style)
    shown.highlight_regex(r"(?m)^▸.*$", "bold yellow")
    console.print(shown, soft_wrap=not console.is_terminal)
    console.print()
