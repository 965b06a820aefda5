"""The head of the sheet: whose rules these are, from which documents, and what the colours mean."""

from dataclasses import replace

from bot.graph import texts
from bot.graph.boxes import TAIL, Box, Line, Style, height_of, paragraph
from bot.graph.texts import CHANNELS
from bot.graph.tree import Tree
from bot.words import Words

TITLE = Style(26, bold=True)
INTRODUCTION = Style(15, ink="muted")
STRONG = Style(13, bold=True)
PLAIN = Style(13)
SWATCH = 14.0
ROW = 22.0
LEGEND = 620.0
GAP = 30.0
PADDING = 18.0


def header(tree: Tree, channels: tuple[str, ...], words: Words, x: float, y: float, room: float) -> list[Box]:
    """The title with the documents and their dates, then the legend of the channels that occur."""
    title = _title(tree, words, x, y, room - LEGEND - GAP)
    legend = _legend(channels, words, x + room - LEGEND, y)
    height = max(title.height, legend.height)
    return [replace(box, height=height) for box in (title, legend)]


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
    swatches: list[Box] = []
    top, half = _under(lines, 6), (LEGEND - 2 * PADDING) / 2
    for place, channel in enumerate(channels):
        across, down = place % 2 * half, place // 2 * ROW
        _key(lines, swatches, x + PADDING + across, top + down, half, words.text(CHANNELS[channel]), channel)
    _key(lines, swatches, x + PADDING, _under(lines, 6), 2 * half, words.text(texts.NEWER_LEGEND), None)
    return Box("legend", x, y, LEGEND, height_of(lines, y) + PADDING, tuple(lines), tuple(swatches))


def _key(
    lines: list[Line], swatches: list[Box], x: float, y: float, room: float, text: str, channel: str | None
) -> None:
    """A swatch and what it means; without a channel, that of what is newer."""
    swatches.append(Box("newer" if channel is None else "channel", x, y, SWATCH, SWATCH, channel=channel))
    lines += paragraph(x + SWATCH + 10, y, room - SWATCH - 10, text, PLAIN)


def _under(lines: list[Line], gap: float) -> float:
    return max(line.y + TAIL * line.style.size for line in lines) + gap
