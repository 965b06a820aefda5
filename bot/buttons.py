"""What a button carries: an event, or a page of its question's options, as a short text.

A button says what it means, not where it stands, so a tap on an old keyboard is understood as well.
"""

import re

from dialogs.events import Ask, Choose, Event, Reopen, Tick

Page = tuple[str, int]
"""A fact, and which page of its options, from 0."""

_MARKS = {True: "+", False: "-", None: "±"}
"""What a tick stands for: to be ticked, to be unticked, the other way round."""
_DATA = re.compile(r"\?(\w+)|~(\w+)|#(\w+):(\d{1,3})|([+±-])([a-z0-9-]+\.\d{1,3})|(\w+)=(.+)")


def encode(meaning: Event | Page) -> str:
    """What a button carries.

    >>> encode(Choose("permit", "cst")), encode(Ask("why")), encode(Reopen("permit")), encode(("permit", 1))
    ('permit=cst', '?why', '~permit', '#permit:1')
    >>> encode(Tick("common-held.2", True)), encode(Tick("common-held.2", False))
    ('+common-held.2', '-common-held.2')
    """
    match meaning:
        case Choose(fact, value):
            return f"{fact}={value}"
        case Ask(intent):
            return f"?{intent}"
        case Reopen(fact):
            return f"~{fact}"
        case Tick(item, done):
            return f"{_MARKS[done]}{item}"
        case (str(fact), int(page)):
            return f"#{fact}:{page}"
    raise ValueError(f"no button means {type(meaning).__name__}")


def decode(data: str) -> Event | Page | None:
    """What a button meant; None for what no button of ours carries.

    >>> decode("prefecture=2A"), decode("#permit:1"), decode("what?")
    (Choose(fact='prefecture', value='2A', guessed=False), ('permit', 1), None)
    """
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    intent, reopened, paged, page, mark, item, fact, value = found.groups()
    if intent:
        return Ask(intent)
    if reopened:
        return Reopen(reopened)
    if item:
        return Tick(item, next(done for done, sign in _MARKS.items() if sign == mark))
    return (paged, int(page)) if paged else Choose(fact, value)
