"""A card as a box: the channel on a coloured band, what to do, the named lines, what is newer, the sources."""

from dataclasses import dataclass

from bot.graph import texts
from bot.graph.boxes import Box, Line, Style, height_of, paragraph
from bot.graph.cards import Card
from bot.graph.measure import width
from bot.words import Words

PADDING = 14.0
NAMES = 82.0
"""The column in which the named lines have their names."""

CHANNEL = Style(12.5, bold=True, ink="paper")
SAY = Style(14.5, bold=True)
NAME = Style(12, ink="muted")
ROW = Style(13)
NEWER_TAG = Style(11.5, bold=True, ink="newer")
NEWER = Style(13, ink="newer")
CORNER = Style(12, bold=True, ink="muted")
SMALL = Style(11, ink="muted")
RULE = Style(10.5, ink="faint")


@dataclass(frozen=True)
class Numbered:
    """A card with its number on the sheet, the answers that lead to it, and the number of an earlier one like it."""

    card: Card
    number: int
    trail: str
    like: int | None


def card_box(numbered: Numbered, x: float, y: float, room: float, words: Words) -> Box:
    """The card with its top left at (x, y), as tall as its texts need; one like an earlier one is kept short."""
    card, left, inside = numbered.card, x + PADDING, room - 2 * PADDING
    tag = _tag(card, left, y + 8)
    lines = _corner(words.text(texts.CARD, {"number": numbered.number}), x + room - PADDING, y)
    inner, top = [tag], tag.bottom + 8
    if numbered.trail:
        lines += paragraph(left, top - 3, inside, numbered.trail, SMALL)
        top += height_of(lines, top) + 5
    if card.newer and numbered.like is None:
        newer = _newer(card, left, top, inside, words)
        inner.append(newer)
        top = newer.bottom + 8
    say = paragraph(left, top, inside, card.say, SAY)
    top += height_of(say, top) + 7
    lines += say
    top = (
        _like(lines, numbered, left, top, inside, words)
        if numbered.like
        else _rows(lines, card, left, top, inside, words)
    )
    top = _row(lines, left, top, inside, words.text(texts.RULE), ", ".join(card.rules), RULE)
    return Box("card", x, y, room, top - y + 6, tuple(lines), tuple(inner), card.channel)


def _rows(lines: list[Line], card: Card, x: float, top: float, room: float, words: Words) -> float:
    named = ""
    for name, text in card.rows:
        top = _row(lines, x, top, room, name if name != named else "", text, ROW) + 3
        named = name
    return _row(lines, x, top + 4, room, words.text(texts.SOURCE), " ; ".join(card.sources), SMALL) + 2


def _like(lines: list[Line], numbered: Numbered, x: float, top: float, room: float, words: Words) -> float:
    text = texts.SAME_NEWER if numbered.card.newer else texts.SAME
    found = paragraph(x, top, room, words.text(text, {"number": numbered.like}), ROW)
    lines += found
    return top + height_of(found, top) + 4


def _corner(text: str, right: float, y: float) -> list[Line]:
    return [Line(right - width(text, CORNER.size, CORNER.bold), y + 23, text, CORNER)]


def _tag(card: Card, x: float, y: float) -> Box:
    room = width(card.title, CHANNEL.size, CHANNEL.bold) + 20
    return Box("channel", x, y, room, 21, (Line(x + 10, y + 15, card.title, CHANNEL),), channel=card.channel)


def _newer(card: Card, x: float, y: float, room: float, words: Words) -> Box:
    lines = paragraph(x + 12, y + 7, room - 24, words.text(texts.NEWER), NEWER_TAG)
    for text in card.newer:
        top = y + height_of(lines, y) + 3
        lines += paragraph(x + 12, top, room - 24, text, NEWER)
    return Box("newer", x, y, room, height_of(lines, y) + 7, tuple(lines))


def _row(lines: list[Line], x: float, y: float, room: float, name: str, text: str, style: Style) -> float:
    """A named line under the others; returns where it ends."""
    found = paragraph(x + NAMES, y, room - NAMES, text, style)
    if name:
        lines.append(Line(x, found[0].y, name, NAME if style is ROW else style))
    lines += found
    return y + height_of(found, y)
