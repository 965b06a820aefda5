"""The head of the sheet: whose rules these are, from which documents, and what the colours mean."""

from bot.graph import texts
from bot.graph.boxes import Box, Line, Style, height_of, paragraph
from bot.graph.texts import CHANNELS
from bot.graph.tree import Tree
from bot.words import Words

TITLE = Style(26, bold=True)
INTRODUCTION = Style(15, ink="muted")
STRONG = Style(13, bold=True)
PLAIN = Style(13)
SWATCH = 14.0
LEGEND = 430.0
GAP = 40.0
PADDING = 18.0


def header(tree: Tree, channels: tuple[str, ...], words: Words, x: float, y: float, room: float) -> list[Box]:
    """The title with the documents and their dates, then the legend of the channels that occur."""
    title = _title(tree, words, x, y, room - LEGEND - GAP)
    return [title, _legend(channels, words, x + room - LEGEND, y)]


def _title(tree: Tree, words: Words, x: float, y: float, room: float) -> Box:
    left, inside = x + PADDING, room - 2 * PADDING
    day = {"day": tree.now.date()}
    lines = paragraph(left, y + PADDING, inside, _name(tree, words), TITLE)
    lines += paragraph(left, _under(lines, 6), inside, words.text(texts.INTRODUCTION, day), INTRODUCTION)
    shelf = tree.office.shelf
    if shelf is None:
        lines += paragraph(left, _under(lines, 12), inside, words.text(texts.NO_DOCUMENTS), STRONG)
    else:
        lines += paragraph(left, _under(lines, 12), inside, words.text(texts.OWN_DOCUMENTS), STRONG)
        for source in shelf.sources.values():
            lines += paragraph(left, _under(lines, 3), inside, words.source(source), PLAIN)
    return Box("title", x, y, room, height_of(lines, y) + PADDING, tuple(lines))


def _name(tree: Tree, words: Words) -> str:
    return f"{words.title('prefecture')} : {words.fact('prefecture', tree.office.code)}"


def _legend(channels: tuple[str, ...], words: Words, x: float, y: float) -> Box:
    lines = paragraph(x + PADDING, y + PADDING, LEGEND - 2 * PADDING, words.text(texts.LEGEND), STRONG)
    swatches = []
    for channel in (*channels, None):
        text = texts.NEWER_LEGEND if channel is None else CHANNELS[channel]
        top = _under(lines, 5)
        swatches.append(
            Box("newer" if channel is None else "channel", x + PADDING, top, SWATCH, SWATCH, channel=channel)
        )
        lines += paragraph(x + PADDING + SWATCH + 10, top, LEGEND - 2 * PADDING - SWATCH - 10, words.text(text), PLAIN)
    return Box("legend", x, y, LEGEND, height_of(lines, y) + PADDING, tuple(lines), tuple(swatches))


def _under(lines: list[Line], gap: float) -> float:
    return lines[-1].y + 0.35 * lines[-1].style.size + gap
