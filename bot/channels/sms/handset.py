"""A phone in the terminal: lines in are SMS that arrive, what is said is shown with what it would cost."""

import sys
from collections.abc import Callable
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

from bot.channels.sms.segments import measure

Talk = Callable[[str | None], list[dict[str, Any]]]
"""One turn: the text of an SMS in, or None to begin; the messages out."""


def converse(talk: Talk, lines: TextIO | None = None, console: Console | None = None) -> None:
    """A whole conversation by SMS, until the lines end, and what it cost."""
    console, lines = console or Console(highlight=False), lines or sys.stdin
    messages = segments = 0
    text: str | None = None
    while True:
        for message in talk(text):
            cost = measure(message["body"])
            messages, segments = messages + 1, segments + cost.segments
            _show(
                console, message["body"], f"{cost.encoding}, {_units(cost.encoding, cost.units)}, {cost.segments} SMS"
            )
        text = _typed(lines, console)
        if text is None:
            console.print(f"{messages} messages, {segments} SMS", style="dim")
            return


def _typed(lines: TextIO, console: Console) -> str | None:
    """The next line that says something; None at the end."""
    while True:
        try:
            line = console.input("[bold cyan]> [/]") if lines is sys.stdin and lines.isatty() else lines.readline()
        except (EOFError, KeyboardInterrupt):
            return None
        if line.strip():
            return line.strip()
        if not line and not (lines is sys.stdin and lines.isatty()):
            return None


def _show(console: Console, body: str, cost: str) -> None:
    console.print(Text(body), soft_wrap=not console.is_terminal)
    console.print(Text(f"[{cost}]\n", style="dim"))


def _units(encoding: str, units: int) -> str:
    return f"{units} septets" if encoding == "GSM-7" else f"{units} unités UTF-16"
