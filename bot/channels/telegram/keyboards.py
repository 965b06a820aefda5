"""Inline keyboards: how many options a screen shows, and the buttons to the pages beside.

The callback_data of the Bot API takes 1 to 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton).
"""

from collections.abc import Sequence
from typing import Any

from bot.buttons import Page, encode
from bot.keyboard import Option
from dialogs.events import Ask, Choose, Event

PAGE = 8
"""Options shown at once; a phone shows about as many without scrolling."""

Markup = dict[str, Any]


def keyboard(options: Sequence[Option], page: int = 0, back: str | None = None) -> Markup | None:
    """The options, one a row; those of a question by pages, with buttons to the pages beside. None without options.

    `back` is the label of a last button that takes back the last answer.
    """
    rows = [[_button(option.label, option.event)] for option in options]
    last_row = [[_button(f"‹ {back}", Ask("back"))]] if back else []
    fact = next((option.event.fact for option in options if isinstance(option.event, Choose)), None)
    if fact is None or len(rows) <= PAGE:
        rows += last_row
        return {"inline_keyboard": rows} if rows else None
    last = (len(rows) - 1) // PAGE
    page = min(page, last)
    turns = [_button(f"‹ … {page}/{last + 1}", (fact, page - 1))] if page > 0 else []
    turns += [_button(f"… {page + 2}/{last + 1} ›", (fact, page + 1))] if page < last else []
    return {"inline_keyboard": [*rows[page * PAGE : (page + 1) * PAGE], turns, *last_row]}


def _button(label: str, meaning: Event | Page) -> dict[str, str]:
    return {"text": label, "callback_data": encode(meaning)}
