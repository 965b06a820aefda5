"""Segments, at the boundaries where one more begins."""

import pytest

from tests.twilio.segments import segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("é" * 160, 1),
        ("é" * 161, 2),
        ("€" * 80, 1),
        ("x" * 159 + "€", 2),
        ("€" * 153, 3),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 67, 3),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count
