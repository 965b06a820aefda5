"""How much room a text takes, estimated generously: no font is asked, so that the picture is the same everywhere."""

import re
from collections.abc import Iterator
from functools import lru_cache

EMS = (
    (frozenset("ijlI.,;:!|'’·\u00a0\u202f "), 0.33),
    (frozenset('frt()[]-/"'), 0.43),
    (frozenset("cskvxyzçJL"), 0.57),
    (frozenset("mMWŒœ@%…—w&"), 0.98),
)
CAPITAL, OTHER, BOLD = 0.76, 0.64, 1.1
"""Widths in sizes of the text, by class of sign: those of DejaVu Sans, the widest of the usual fonts."""


@lru_cache(maxsize=8192)
def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in pixels, at least that of the usual sans-serif fonts.

    >>> width("lit", 10) < width("dos", 10) < width("MOM", 10)
    True
    """
    return sum(_em(sign) for sign in text) * size * (BOLD if bold else 1)


def wrapped(text: str, room: float, size: float, bold: bool = False) -> Iterator[str]:
    r"""The lines of a text no wider than `room`; « » ; : ? ! never stand alone at the end or start of a line.

    A word wider than the room (an address) is cut after a dash, a dot or a slash where there is one.

    >>> [line.replace("\u00a0", " ") for line in wrapped("un mot « seul » ici", 60, 10)]
    ['un mot', '« seul » ici']
    """
    line = ""
    for word in _words(text):
        joined = f"{line} {word}" if line else word
        if width(joined, size, bold) <= room:
            line = joined
            continue
        if line:
            yield line
        *full, line = _cut(word, room, size, bold)
        yield from full
    if line:
        yield line


def _words(text: str) -> list[str]:
    """The words; French punctuation stays with its word, a telephone number in one piece."""
    text = re.sub(r"(?<=\d) (?=\d)", "\u00a0", text)
    text = text.replace("« ", "«\u00a0")
    for mark in "»:;?!€":
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return [word for word in text.split(" ") if word]


def _cut(word: str, room: float, size: float, bold: bool) -> list[str]:
    pieces, rest = [], word
    while width(rest, size, bold) > room:
        fits = next(n for n in range(len(rest), 0, -1) if n == 1 or width(rest[:n], size, bold) <= room)
        nice = max((i + 1 for i, sign in enumerate(rest[:fits]) if sign in "-./_\u00a0"), default=fits)
        pieces.append(rest[:nice])
        rest = rest[nice:]
    return [*pieces, rest]


@lru_cache(maxsize=512)
def _em(sign: str) -> float:
    return next((em for signs, em in EMS if sign in signs), CAPITAL if sign.isupper() else OTHER)
