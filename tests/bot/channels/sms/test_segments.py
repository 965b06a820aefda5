"""Encoding, units and segments: at the borders, and beside an encoder that is not ours."""

import gsm0338
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.sms.gsm7 import BASIC, EXTENSION
from bot.channels.sms.segments import Measure, measure

CODEC = gsm0338.Codec()
ESCAPE = 0x1B
WIDE = st.sampled_from(sorted(EXTENSION))
TEXTS = st.lists(
    st.one_of(st.text(st.sampled_from(sorted(BASIC)), min_size=1, max_size=160), WIDE, WIDE), max_size=8
).map("".join)


def segments_of(septets: bytes) -> int:
    """How many segments hold these septets, with no escape at the end of one."""
    if len(septets) <= 160:
        return 1
    count = 0
    while septets:
        end = 152 if len(septets) > 153 and septets[152] == ESCAPE else 153
        septets, count = septets[end:], count + 1
    return count


@given(TEXTS)
@example("a" * 152 + "€" + "b" * 152)
@example("a" * 151 + "€" + "b" * 153)
@example("€" * 80)
@example("€" * 153)
def test_gsm_7_is_measured_as_by_the_other_encoder(text: str) -> None:
    septets = bytes(CODEC.encode(text)[0])
    assert measure(text) == Measure("GSM-7", len(septets), segments_of(septets))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Measure("GSM-7", 0, 1)),
        ("a" * 160, Measure("GSM-7", 160, 1)),
        ("a" * 161, Measure("GSM-7", 161, 2)),
        ("a" * 306, Measure("GSM-7", 306, 2)),
        ("a" * 307, Measure("GSM-7", 307, 3)),
        ("a" * 158 + "€", Measure("GSM-7", 160, 1)),
        ("a" * 152 + "€" + "a" * 151, Measure("GSM-7", 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Measure("GSM-7", 306, 3)),
        ("ç", Measure("UCS-2", 1, 1)),
        ("ç" * 70, Measure("UCS-2", 70, 1)),
        ("ç" * 71, Measure("UCS-2", 71, 2)),
        ("ç" * 134, Measure("UCS-2", 134, 2)),
        ("ç" * 135, Measure("UCS-2", 135, 3)),
        ("🙂" * 35, Measure("UCS-2", 70, 1)),
        ("🙂" * 66, Measure("UCS-2", 132, 2)),
        ("🙂" * 67, Measure("UCS-2", 134, 3)),
    ],
)
def test_the_borders(text: str, expected: Measure) -> None:
    assert measure(text) == expected


@given(st.text(st.sampled_from("aé€ç🙂"), max_size=400))
def test_no_sign_is_divided(text: str) -> None:
    """Filled sign by sign, the segments come to the same number."""
    cost = measure(text)
    alone, joined = (160, 153) if cost.encoding == "GSM-7" else (70, 67)
    width = {"€": 2 if cost.encoding == "GSM-7" else 1, "🙂": 2}
    widths = [width.get(sign, 1) for sign in text]
    assert cost.units == sum(widths)
    if cost.units <= alone:
        assert cost.segments == 1
        return
    filled = [0]
    for each in widths:
        if filled[-1] + each > joined:
            filled.append(0)
        filled[-1] += each
    assert cost.segments == len(filled)
