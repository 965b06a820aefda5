"""The ten digits to type for the number printed on a permit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.agdref import NotAgdref, digits_to_type

digits = st.text("0123456789", min_size=9, max_size=10)


def test_nine_digits_that_begin_with_two_zeros_get_one_in_front() -> None:
    """F48."""
    assert digits_to_type("F002345678") == "0002345678"
    assert digits_to_type("002345678") == "0002345678"


def test_nine_other_digits_get_a_zero_in_fifth_position() -> None:
    """F49."""
    assert digits_to_type("F973123456") == "9731023456"
    assert digits_to_type("741234567") == "7412034567"


@given(st.text("0123456789", min_size=10, max_size=10))
def test_ten_digits_stay_as_they_are(number: str) -> None:
    assert digits_to_type(number) == number


@given(digits, st.sampled_from(["", "F", "f", "A"]), st.sampled_from(["", " ", "-", "."]))
def test_the_result_is_always_ten_digits(number: str, letter: str, gap: str) -> None:
    typed = digits_to_type(letter + gap.join(re.findall("..?.?", number)))
    assert re.fullmatch("[0-9]{10}", typed)
    without_zero = [typed[:place] + typed[place + 1 :] for place, digit in enumerate(typed) if digit == "0"]
    assert typed == number or number in without_zero


@given(st.text("0123456789", max_size=20).filter(lambda number: len(number) not in (9, 10)))
def test_any_other_length_is_refused(number: str) -> None:
    with pytest.raises(NotAgdref):
        digits_to_type(number)


@given(st.text(max_size=14))
def test_any_text_gives_ten_ascii_digits_or_is_refused(text: str) -> None:
    try:
        typed = digits_to_type(text)
    except NotAgdref:
        return
    assert len(typed) == 10
    assert typed.isascii()
    assert typed.isdecimal()


@pytest.mark.parametrize("text", ["", "F", "FF02345678", "٠٠٢٣٤٥٦٧٨", "F9731234567F", "numéro 973123456"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotAgdref):
        digits_to_type(text)
