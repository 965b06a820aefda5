"""A text cut into pages that each fit a message: at lines, else at sentences, else at words."""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.channels.sms.gsm7 import septets
from bot.channels.sms.segments import ALONE, JOINED, measure

_LINES, _SENTENCES = re.compile(r"\n"), re.compile(r"(?<=[^\d][.!?])\s|(?<=[.!?][\")])\s")  # « 3. » ends no sentence
_WORDS, _SIGNS = re.compile(r" "), re.compile(r"(?=.)", re.DOTALL)
_FULL_ENOUGH = 2 / 3
"""A page that is this full is left as it is rather than broken within its next line."""

_MOST_SIGNS = max(*ALONE.values(), *JOINED.values())
"""No segment holds more signs: a long text need not be measured to be known not to fit."""

Foot = Callable[[int, bool], str]
"""What stands under a page: from its number, counted from 0, and whether it is the last."""


def fitting(text: str, most: int) -> bool:
    """Whether a text in the alphabet goes into that many segments.

    >>> fitting("a" * 306, 2), fitting("a" * 307, 2)
    (True, False)
    """
    return len(text) <= _MOST_SIGNS * most and measure(text).segments <= most


@lru_cache(maxsize=4096)
def cut(text: str, most: int, foot: str = "") -> tuple[str, str]:
    """As much of a text as fits in `most` segments above `foot`, and the rest. A heading stays with its first line.

    >>> cut("Un.\\n" + "x" * 158, 1)[0]
    'Un.'
    """
    taken = _longest(text, most, foot)
    head, rest = text[:taken].rstrip(), text[taken:].lstrip()
    if rest and "\n" in head and head.endswith(":"):
        head, _, heading = head.rpartition("\n")
        rest = f"{heading}\n{rest}"
    return head, rest


def paged(text: str, most: int, foot: Foot) -> list[str]:
    """All the pages of a text, each with its foot; that of a last page other than the first gives way to its text."""
    pages: list[str] = []
    while True:
        for closing in (foot(len(pages), True), *([""] if pages else [])):
            last = under(text, closing)
            if fitting(last, most):
                return [*pages, last]
        below = foot(len(pages), False)
        page, text = cut(text, most, below)
        pages.append(under(page, below))


def paged_before(text: str, following: list[str], most: int, foot: Foot) -> list[str]:
    """The pages of a text and those that follow it, of which the first shares the last page of the text if it can."""
    pages: list[str] = []
    first, *others = following
    while text:
        last = under(text, first)
        if fitting(last, most):
            return [*pages, last, *others]
        below = foot(len(pages), False)
        page, text = cut(text, most, below)
        pages.append(under(page, below))
    return [*pages, *following]


def under(text: str, foot: str) -> str:
    """A text with its foot on a line of its own.

    >>> under("Texte", "")
    'Texte'
    """
    return "\n".join(part for part in (text, foot) if part)


def _longest(text: str, most: int, foot: str) -> int:
    """How much of a text fits, as the position of a border: a finer one only where too little would stand before it."""
    best = 0
    for border in (_LINES, _SENTENCES, _WORDS, _SIGNS):
        if best and (border in (_WORDS, _SIGNS) or _is_full(text[:best], most)):
            break
        for match in border.finditer(text, best):
            if not fitting(under(text[: match.start()].rstrip(), foot), most):
                break
            best = max(best, match.end())
    if not text[:best].strip():
        raise ValueError("not even a sign fits above the foot")
    return best


def _is_full(text: str, most: int) -> bool:
    return septets(text) >= _FULL_ENOUGH * most * JOINED["GSM-7"]
