"""Mobile numbers as people type them, or as a spreadsheet has mangled them, read into E.164.

Which numbers are local is the préfecture's knowledge (`phone_regions`): 0694… is a mobile in Guyane and nothing in
Isère. https://github.com/daviddrysdale/python-phonenumbers, https://www.itu.int/rec/T-REC-E.164
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

import phonenumbers
from babel.core import Locale
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from dialogs.knowledge.library import load_knowledge

Reason = Literal[
    "empty",
    "letters",
    "rounded",
    "several",
    "too_short",
    "too_long",
    "fixed_line",
    "not_mobile",
    "other_country",
    "unassigned",
]

_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_DECIMAL = re.compile(r"(\d+)[.,]0*")
"""639980001.0: a number that went through a column of decimals."""
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d*))?[eE]\+?(\d{1,2})")
"""6,3998E+08: what a narrow column shows, and what Excel then writes into a CSV."""
_WRAPPED = re.compile(r"""=?"([^"]*)"|'(.*)""", re.DOTALL)
"""="0639980001" and '0639980001: how people keep Excel from taking away the zero."""
_SPELLED = re.compile(r"\+?[\d\s().\-/]+")
_LONGEST = 15
"""Digits of an E.164 number."""
_TWO_NUMBERS = 18


class NotAMobile(ValueError):
    """A text that is no mobile number of the préfecture's people: why not, with a word more where it helps."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason: Reason = reason
        self.detail = detail


def read_number(text: str, prefecture_code: str) -> str:
    """The number in E.164. Raises NotAMobile.

    >>> read_number("06 39 98 00 01", "38"), read_number("+33 (0)6.39.98.00.01", "973")
    ('+33639980001', '+33639980001')
    >>> read_number("639980001.0", "38"), read_number("0694 00 00 01", "973")
    ('+33639980001', '+594694000001')
    >>> read_number("6,3998E+08", "38")
    Traceback (most recent call last):
    bot.notices.phones.NotAMobile: rounded
    """
    regions = load_knowledge().phone_regions(prefecture_code)
    typed = _typed(text)
    candidates = []
    for number in _candidates(typed, regions):
        candidates.append(number)
        if _is_mobile(number) and phonenumbers.region_code_for_number(number) in (*regions, None):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    raise _refusal(typed, candidates, regions)


def countries(prefecture_code: str) -> str:
    """Whose numbers are expected, as an agent reads it.

    >>> countries("973")
    'Guyane française (+594) ou France (+33)'
    """
    regions = load_knowledge().phone_regions(prefecture_code)
    return " ou ".join(f"{_country(each)} (+{phonenumbers.country_code_for_region(each)})" for each in regions)


def _typed(text: str) -> str:
    """The digits as they were meant, with their plus. Raises NotAMobile where that cannot be known."""
    said = unicodedata.normalize("NFKC", text)
    said = "".join(sign for sign in said if unicodedata.category(sign) != "Cf").strip()
    if wrapped := _WRAPPED.fullmatch(said):
        said = (wrapped[1] or wrapped[2] or "").strip()
    said = re.sub(r"[‐-―−]", "-", said)
    if not said:
        raise NotAMobile("empty")
    if decimal := _DECIMAL.fullmatch(said):
        said = decimal[1]
    if scientific := _SCIENTIFIC.fullmatch(said):
        said = _unrounded(*scientific.groups(default=""))
    digits = sum(sign.isdecimal() for sign in said)
    if any(sign.isalpha() for sign in said) or not digits:
        raise NotAMobile("letters")
    if digits >= _TWO_NUMBERS or said.count("+") > 1:
        raise NotAMobile("several")
    if not _SPELLED.fullmatch(said):
        raise NotAMobile("letters")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in said)


def _unrounded(first: str, rest: str, exponent: str) -> str:
    """The number behind 6,39980001E+08, if all of its digits are there."""
    digits, places = first + rest, int(exponent) + 1
    if len(digits) < places or digits[places:].strip("0"):
        raise NotAMobile("rounded")
    return digits[:places]


def _candidates(typed: str, regions: Sequence[str]) -> Iterator[PhoneNumber]:
    """What the digits may be, seen from each region in turn."""
    for region in regions:
        try:
            yield phonenumbers.parse(typed, region)
        except NumberParseException:
            continue


def _is_mobile(number: PhoneNumber) -> bool:
    if phonenumbers.number_type(number) in _MOBILE:
        return True
    reserved = load_knowledge().national.reserved_mobiles
    possible = phonenumbers.is_possible_number(number)
    return possible and phonenumbers.format_number(number, PhoneNumberFormat.E164).startswith(reserved)


def _refusal(typed: str, candidates: Sequence[PhoneNumber], regions: Sequence[str]) -> NotAMobile:
    """Why it is none, by the most telling of what it could have been."""
    digits = sum(sign.isdecimal() for sign in typed)
    for number in candidates:
        if phonenumbers.is_valid_number(number):
            region = phonenumbers.region_code_for_number(number)
            if region not in regions:
                return NotAMobile("other_country", _country(region))
            fixed = phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
            return NotAMobile("fixed_line" if fixed else "not_mobile")
    for region in _all_regions():
        for number in _candidates(typed, (region,)):
            if region not in regions and phonenumbers.is_valid_number_for_region(number, region):
                return NotAMobile("other_country", _country(region))
    lengths = {
        phonenumbers.is_possible_number_for_type_with_reason(_without_trunk(number), PhoneNumberType.MOBILE)
        for number in candidates
    }
    if ValidationResult.IS_POSSIBLE in lengths:
        return NotAMobile("unassigned")
    too_long = ValidationResult.TOO_LONG in lengths or digits > _LONGEST
    return NotAMobile("too_long" if too_long else "too_short", str(digits))


def _without_trunk(number: PhoneNumber) -> PhoneNumber:
    """The library keeps the leading 0 of a number it does not know, and then counts it as a digit."""
    return PhoneNumber(country_code=number.country_code, national_number=number.national_number)


@cache
def _all_regions() -> tuple[str, ...]:
    """The French territories: where else a number without a country code may be at home."""
    knowledge = load_knowledge()
    own = (each.phone_regions for each in knowledge.prefectures.values())
    every = (*knowledge.national.phone_regions.values(), *own)
    return tuple(sorted({region for regions in every for region in regions}))


@cache
def _country(region: str | None) -> str:
    return str(Locale("fr").territories.get(region or "", "un autre pays"))
