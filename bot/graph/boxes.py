"""Boxes of text and the wires between them: what the sheet is made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.graph.measure import width, wrapped

LEADING = 1.35
ASCENT = 1.0
TAIL = 0.35
"""Line pitch, height of the first baseline and depth below the last one, in sizes of the text."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """How a text looks: its size in pixels, and its ink by name."""

    size: float
    bold: bool = False
    ink: str = "ink"


@dataclass(frozen=True)
class Line:
    """One line of text, from the left at its baseline."""

    x: float
    y: float
    text: str
    style: Style

    @property
    def width(self) -> float:
        return width(self.text, self.style.size, self.style.bold)


@dataclass(frozen=True)
class Box:
    """A rectangle with lines of text and smaller boxes inside. `role` names its look, `channel` its colour."""

    role: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    inner: tuple["Box", ...] = ()
    channel: str | None = None

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def moved(self, y: float) -> "Box":
        """The same box with its top at `y`."""
        down = y - self.y
        lines = tuple(replace(line, y=line.y + down) for line in self.lines)
        inner = tuple(box.moved(box.y + down) for box in self.inner)
        return replace(self, y=y, lines=lines, inner=inner)


@dataclass(frozen=True)
class Wire:
    """A line along these points."""

    points: tuple[Point, ...]
    arrow: bool = False


def paragraph(x: float, y: float, room: float, text: str, style: Style, leading: float = LEADING) -> list[Line]:
    """A text wrapped into lines, its top at `y`."""
    pitch = style.size * leading
    return [
        Line(x, y + style.size * ASCENT + n * pitch, line, style)
        for n, line in enumerate(wrapped(text, room, style.size, style.bold))
    ]


def height_of(lines: Sequence[Line], top: float) -> float:
    """How far lines reach below `top`, the tails of the last one included."""
    return max((line.y + TAIL * line.style.size for line in lines), default=top) - top


def stacked(
    x: float,
    y: float,
    room: float,
    texts: Sequence[tuple[str, Style]],
    role: str,
    padding: float = 0,
    leading: float = LEADING,
) -> Box:
    """Paragraphs one under the other in a box as wide as the room."""
    lines: list[Line] = []
    top = y + padding
    for text, style in texts:
        found = paragraph(x + padding, top, room - 2 * padding, text, style, leading)
        lines += found
        top += len(found) * style.size * leading
    return Box(role, x, y, room, height_of(lines, y) + padding, tuple(lines))
