"""Inline keyboards: how many options a screen shows, and the buttons to the pages beside.

The callback_data of the Bot API takes 1 to 64 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton).
"""

from collections.abc import Sequence
from typing import Any

from bot.buttons import Page, encode
from bot.keyboard import Option
from dialogs.events import Ask, Choose, Event, Tick

PAPERS = "papers"
"""The fact that is the list of documents."""

PAGE = 8
"""Options shown at once; a phone shows about as many without scrolling."""

Markup = dict[str, Any]


def keyboard(options: Sequence[Option], page: int = 0, back: str | None = None) -> Markup | None:
    """The options, one a row; those of a question or of a list by pages, with buttons to the pages beside; then what
    else there is. None without options.

    `back` is the label of a last button that takes back the last answer.
    """
    fact = next((name for option in options if (name := _paged(option.event))), None)
    rows = [[_button(option.label, option.event)] for option in options if _paged(option.event)]
    last_rows = [[_button(option.label, option.event)] for option in options if not _paged(option.event)]
    last_rows += [[_button(f"‹ {back}", Ask("back"))]] if back else []
    if fact is None or len(rows) <= PAGE:
        rows += last_rows
        return {"inline_keyboard": rows} if rows else None
    last = (len(rows) - 1) // PAGE
    page = min(page, last)
    turns = [_button(f"‹ … {page}/{last + 1}", (fact, page - 1))] if page > 0 else []
    turns += [_button(f"… {page + 2}/{last + 1} ›", (fact, page + 1))] if page < last else []
    return {"inline_keyboard": [*rows[page * PAGE : (page + 1) * PAGE], turns, *last_rows]}


def page_of(event: Event | None, options: Sequence[Option]) -> int:
    """The page that holds the document just ticked; the first, whatever else was done."""
    if not isinstance(event, Tick):
        return 0
    ticks = [option.event.item for option in options if isinstance(option.event, Tick)]
    return ticks.index(event.item) // PAGE if event.item in ticks else 0


def _paged(event: Event) -> str | None:
    """The fact whose pages a button belongs to."""
    match event:
        case Choose(fact, _):
            return fact
        case Tick():
            return PAPERS
    return None


def _button(label: str, meaning: Event | Page) -> dict[str, str]:
    return {"text": label, "callback_data": encode(meaning)}
