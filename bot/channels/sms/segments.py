"""What a message costs: its encoding, its units and the segments it is sent, and paid, in.

A message of one segment has 140 bytes; in longer ones each segment gives 6 of them to the header that joins them
(3GPP TS 23.040, 9.2.3.24). A sign of two units is never divided between segments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.channels.sms.gsm7 import EXTENSION, fits

Encoding = Literal["GSM-7", "UCS-2"]

ALONE: dict[Encoding, int] = {"GSM-7": 160, "UCS-2": 70}
"""Units of a message that is a segment by itself: septets, or UTF-16 code units."""
JOINED: dict[Encoding, int] = {"GSM-7": 153, "UCS-2": 67}
"""Units of each segment of a longer message."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A message as it is sent. `units` are septets in GSM-7, UTF-16 code units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int


@lru_cache(maxsize=4096)
def measure(text: str) -> Measure:
    """The cost of a message.

    >>> measure("é" * 160), measure("é" * 161).segments, measure("ê" * 71)
    (Measure(encoding='GSM-7', units=160, segments=1), 2, Measure(encoding='UCS-2', units=71, segments=2))
    >>> measure("a" * 152 + "€" + "b" * 152).segments, measure("a" * 151 + "€" + "b" * 153).segments
    (3, 2)
    """
    if fits(text):
        units = len(text) + sum(map(text.count, EXTENSION))
        widths = (2 if sign in EXTENSION else 1 for sign in text)
        return Measure("GSM-7", units, _segments(units, widths, len(text) == units, "GSM-7"))
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    widths = (2 if sign > "\uffff" else 1 for sign in text)
    return Measure("UCS-2", units, _segments(units, widths, len(text) == units, "UCS-2"))


def _segments(units: int, widths: Iterable[int], narrow: bool, encoding: Encoding) -> int:
    """How many segments signs of these widths fill; `narrow`: each is of one unit."""
    if units <= ALONE[encoding]:
        return 1
    room = JOINED[encoding]
    fewest = -(-units // room)
    if narrow or fewest == -(-units // (room - 1)):  # even if each segment but the last lost a unit to a wide sign
        return fewest
    segments, left = 1, room
    for width in widths:
        if width > left:
            segments, left = segments + 1, room
        left -= width
    return segments
