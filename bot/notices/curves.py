"""A batch over time, drawn: how many messages were queued, taken by the provider and delivered at each moment."""

from array import array
from collections.abc import AsyncIterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.notices.report import ReportRow

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 74, 24, 84, 54
POINTS = 240
"""Of a curve, at most; a screen shows no more."""
TICKS = 5
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800)
"""Seconds between two marks of time."""


@dataclass
class Curves:
    """Moments, in unix milliseconds, at which messages came to a state; a hundred thousand are a megabyte or two."""

    queued: "array[int]" = field(default_factory=lambda: array("q"))
    accepted: "array[int]" = field(default_factory=lambda: array("q"))
    delivered: "array[int]" = field(default_factory=lambda: array("q"))

    @classmethod
    async def of(cls, rows: AsyncIterable[ReportRow]) -> "Curves":
        """A message was taken when it was last sent: the provider answers within seconds."""
        curves = cls()
        async for row in rows:
            curves.queued.append(row.told_at)
            if row.state in ("accepted", "delivered"):
                curves.accepted.append(row.sent_at or row.finished_at or row.told_at)
            if row.state == "delivered":
                curves.delivered.append(row.finished_at or row.told_at)
        return curves


def draw(curves: Curves, title: str, timezone: str) -> str:
    """The picture as SVG, in French; times are those of the préfecture."""
    shown = (
        ("en file", curves.queued, "#777777", "6 4"),
        ("confiés à l’opérateur", curves.accepted, "#0b6fb8", ""),
        ("arrivés", curves.delivered, "#1b7f3b", ""),
    )
    moments = [at for _, times, _, _ in shown for at in times] or [0]
    began, ended = min(moments), max(max(moments), min(moments) + 1000)
    most = max(len(curves.queued), 1)

    def x(at: float) -> float:
        return LEFT + (at - began) / (ended - began) * (WIDTH - LEFT - RIGHT)

    def y(count: float) -> float:
        return HEIGHT - BOTTOM - count / most * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="system-ui, sans-serif" font-size="13" fill="#222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="28" font-size="17" font-weight="600">{escape(title)}</text>',
    ]
    for count in _round_counts(most):
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(count):.1f}" y2="{y(count):.1f}" stroke="#e3e3e3"/>'
            f'<text x="{LEFT - 8}" y="{y(count) + 4:.1f}" text-anchor="end">{count:,}</text>'.replace(",", "\u202f")
        )
    for at, label in _times(began, ended, timezone):
        parts.append(
            f'<line x1="{x(at):.1f}" x2="{x(at):.1f}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM + 5}" stroke="#222"/>'
            f'<text x="{x(at):.1f}" y="{HEIGHT - BOTTOM + 21}" text-anchor="middle">{label}</text>'
        )
    parts.append(
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}" stroke="#222"/>'
    )
    along = LEFT
    for label, times, colour, dashes in shown:
        stroke = f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dashes}" fill="none"'
        path = " ".join(f"{x(at):.1f},{y(count):.1f}" for at, count in _steps(times, began, ended))
        said = f"{label} : {len(times):,}".replace(",", "\u202f")
        parts.append(f'<polyline points="{path}" {stroke} stroke-linejoin="round"/>')
        parts.append(f'<line x1="{along}" x2="{along + 26}" y1="54" y2="54" {stroke}/>')
        parts.append(f'<text x="{along + 33}" y="58">{said}</text>')
        along += 60 + 8 * len(said)
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 10}" fill="#555">Heure de {escape(_place(timezone))}</text></svg>')
    return "\n".join(parts) + "\n"


def _steps(times: Sequence[int], began: int, ended: int) -> Iterator[tuple[float, int]]:
    """The curve as corners: level until the next message, then up; no more of them than a screen shows."""
    ordered = sorted(times)
    stride = max(1, -(-len(ordered) // POINTS))
    places = [*range(stride - 1, len(ordered) - 1, stride), *range(len(ordered))[-1:]]
    points = [(began, 0), *((ordered[place], place + 1) for place in places)]
    yield points[0]
    for (_, before), (at, count) in pairwise(points):
        yield at, before
        yield at, count
    yield ended, points[-1][1]


def _round_counts(most: int) -> list[int]:
    """Round numbers of messages for the lines of the grid, from 0 on.

    >>> _round_counts(730)
    [0, 200, 400, 600]
    """
    step = next(size * 10**power for power in range(7) for size in (1, 2, 5) if size * 10**power * TICKS >= most)
    return list(range(0, most + 1, step))


def _times(began: int, ended: int, timezone: str) -> Iterator[tuple[int, str]]:
    """Round local moments, and how they are written: with the day where there are several."""
    zone = ZoneInfo(timezone)
    span = (ended - began) / 1000
    step = next((each for each in _STEPS if each * (TICKS + 1) >= span), _STEPS[-1])
    first = datetime.fromtimestamp(began / 1000, zone)
    offset = int((first.utcoffset() or first - first).total_seconds())
    shape = "%H:%M:%S" if step < 60 else "%H:%M" if span < 86400 else "%d/%m %H:%M"
    at = -(-(began // 1000 + offset) // step) * step - offset
    while at * 1000 <= ended:
        if at * 1000 >= began:
            yield at * 1000, f"{datetime.fromtimestamp(at, zone):{shape}}"
        at += step


def _place(timezone: str) -> str:
    """
    >>> _place("America/Cayenne")
    'Cayenne'
    """
    return timezone.rpartition("/")[2].replace("_", " ")
