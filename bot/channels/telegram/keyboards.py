"""Inline keyboards: what a button carries, and how many options a screen shows.

A button says what it means, not where it stands, so a tap on an old keyboard is understood as well. The callback_data
of the Bot API takes 1 to 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton).
"""

import re
from collections.abc import Sequence
from typing import Any

from bot.keyboard import Option
from dialogs.events import Ask, Choose, Event, Reopen

PAGE = 8
"""Options shown at once; a phone shows about as many without scrolling."""

Page = tuple[str, int]
"""A fact, and which page of its options, from 0."""

Markup = dict[str, Any]

_DATA = re.compile(r"\?(\w+)|~(\w+)|#(\w+):(\d{1,3})|(\w+)=(.+)")


def encode(meaning: Event | Page) -> str:
    """What a button carries.

    >>> encode(Choose("permit", "cst")), encode(Ask("why")), encode(Reopen("permit")), encode(("permit", 1))
    ('permit=cst', '?why', '~permit', '#permit:1')
    """
    match meaning:
        case Choose(fact, value):
            return f"{fact}={value}"
        case Ask(intent):
            return f"?{intent}"
        case Reopen(fact):
            return f"~{fact}"
        case (str(fact), int(page)):
            return f"#{fact}:{page}"
    raise ValueError(f"no button means {type(meaning).__name__}")


def decode(data: str) -> Event | Page | None:
    """What a button meant; None for what no button of ours carries.

    >>> decode("prefecture=2A"), decode("#permit:1"), decode("what?")
    (Choose(fact='prefecture', value='2A'), ('permit', 1), None)
    """
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    intent, reopened, paged, page, fact, value = found.groups()
    if intent:
        return Ask(intent)
    if reopened:
        return Reopen(reopened)
    return (paged, int(page)) if paged else Choose(fact, value)


def keyboard(options: Sequence[Option], page: int = 0) -> Markup | None:
    """The options, one a row; those of a question by pages, with buttons to the pages beside. None without options."""
    if not options:
        return None
    rows = [[_button(option.label, option.event)] for option in options]
    fact = next((option.event.fact for option in options if isinstance(option.event, Choose)), None)
    if fact is None or len(rows) <= PAGE:
        return {"inline_keyboard": rows}
    last = (len(rows) - 1) // PAGE
    page = min(page, last)
    turns = [_button(f"‹ … {page}/{last + 1}", (fact, page - 1))] if page > 0 else []
    turns += [_button(f"… {page + 2}/{last + 1} ›", (fact, page + 1))] if page < last else []
    return {"inline_keyboard": [*rows[page * PAGE : (page + 1) * PAGE], turns]}


def _button(label: str, meaning: Event | Page) -> dict[str, str]:
    return {"text": label, "callback_data": encode(meaning)}
