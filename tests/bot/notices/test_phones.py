"""Numbers as people type them and as spreadsheets mangle them."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.phones import NotAMobile, countries, read_number

HERE = "+33639980001"


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 00 01",
        "06.39.98.00.01",
        "06-39-98-00-01",
        "06/39/98/00/01",
        "0639980001",
        "+33 6 39 98 00 01",
        "+33 (0)6 39 98 00 01",
        "+33(0)639980001",
        "0033 6 39 98 00 01",
        "33639980001",
        "639980001",
        "639980001.0",
        "6,39980001E+08",
        "\u00a006\u202f39 98 00 01 ",
        "\u200e+33639980001\u202c",
        '="0639980001"',
        "'0639980001",
        "٠٦٣٩٩٨٠٠٠١",
    ],
)
@pytest.mark.parametrize("prefecture", ["38", "973", "75"])
def test_one_number_typed_in_many_ways(typed: str, prefecture: str) -> None:
    assert read_number(typed, prefecture) == HERE


@pytest.mark.parametrize("typed", ["0694 00 00 01", "+594 694 00 00 01", "594694000001", "694000001", "00594694000001"])
def test_in_guyane_the_local_numbers_are_those_of_guyane(typed: str) -> None:
    assert read_number(typed, "973") == "+594694000001"


@pytest.mark.parametrize(
    ("typed", "prefecture", "reason", "detail"),
    [
        ("", "38", "empty", ""),
        (" \u00a0", "38", "empty", ""),
        ("06 39 98 00 O1", "38", "letters", ""),
        ("Mme Martin", "38", "letters", ""),
        ("-", "38", "letters", ""),
        ("6,3998E+08", "38", "rounded", ""),
        ("3.364E+10", "38", "rounded", ""),
        ("0639980001 / 0639980002", "38", "several", ""),
        ("06 39 98 00 0", "38", "too_short", "9"),
        ("63998000", "38", "too_short", "8"),
        ("06 39 98 00 011", "38", "too_long", "11"),
        ("04 76 00 00 01", "38", "fixed_line", ""),
        ("0594 39 45 00", "973", "fixed_line", ""),
        ("09 69 39 00 00", "38", "not_mobile", ""),
        ("0041 79 123 45 67", "38", "other_country", "Suisse"),
        ("0694 00 00 01", "38", "other_country", "Guyane française"),
        ("0700 00 00 00", "38", "unassigned", ""),
    ],
)
def test_what_is_none_says_why(typed: str, prefecture: str, reason: str, detail: str) -> None:
    with pytest.raises(NotAMobile) as refused:
        read_number(typed, prefecture)
    assert (refused.value.reason, refused.value.detail) == (reason, detail)


def test_whose_numbers_are_expected_is_knowledge() -> None:
    assert countries("38") == "France (+33)"
    assert countries("974") == "La Réunion (+262) ou France (+33)"


@given(st.text(), st.sampled_from(["38", "973", "976", "988", "2A"]))
def test_any_text_is_a_number_or_refused(text: str, prefecture: str) -> None:
    attempt(text, prefecture)


@given(st.text(alphabet="0123456789 +-.,()/Ee'\"=\u00a0", max_size=24), st.sampled_from(["38", "973"]))
def test_anything_like_a_number_is_one_or_refused_and_stays_what_it_was_read_as(text: str, prefecture: str) -> None:
    read = attempt(text, prefecture)
    if read is not None:
        assert read_number(read, prefecture) == read


@given(st.integers(0, 99), st.sampled_from(["0{}", "+33{}", "0033{}", "33{}", "{}", "{}.0", "+33 (0){}", "'0{}"]))
def test_however_a_number_is_typed_it_is_the_same(place: int, typed: str) -> None:
    assert read_number(typed.format(f"6399800{place:02d}"), "38") == f"+336399800{place:02d}"


def attempt(text: str, prefecture: str) -> str | None:
    try:
        read = read_number(text, prefecture)
    except NotAMobile:
        return None
    assert phonenumbers.is_possible_number(phonenumbers.parse(read))
    return read
