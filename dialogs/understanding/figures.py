"""Numbers that are facts: calendars as the site numbers them, the foreigner number, the age at entry."""

import re
from collections.abc import Mapping, Sequence

from dialogs.understanding.words import Word

_CALENDAR = re.compile(r"(?<![\d.,/])([1-4])\s?[.,]\s?([1-4])(?![\d/]|[.,]\d)")
_RANGE = re.compile(
    r"(?<![\d.,/])([1-4])[.,]([1-4])\s*(?:-|–|à|au|a|to|jusqu'?\s?(?:à|au|a))\s*"
    r"(?:the\s+|le\s+|au\s+)?\1[.,]([1-4])(?!\d)"
)
_WHOLE_CALENDAR = re.compile(
    r"\b(?:calendrier|calendar|calandrier|calendrie|cal)s?\s*(?:n°|no|numero|numéro|number)?\s*([1-4])(?![.,]?\d)",
    re.IGNORECASE,
)
_PRICE = re.compile(r"\s*(?:€|euros?|eur\b|heures?|h\b|km|%|/)", re.I)
_AGDREF = re.compile(r"(?<![\w+])(?:([A-Za-z])\s?)?(\d(?:\s?\d){8,9})(?![\d€]|\s?€)")
# Any number of digits after « mon numéro d'étranger est »; eight that are a day of this century are not one.
_MISTYPED = re.compile(r"(?<![\w+/.,-])(?:([A-Za-z])\s?)?(\d{6,14}|\d{2,4}(?:[ .]\d{2,4}){2,5})(?![\w€]|[/,-]\d|\s?€)")
_DAY = re.compile(r"[0-3]\d[01]\d20\d\d")
_TELEPHONE = re.compile(r"(?:0|0033|33)[1-9]\d{8}")
_OLDEST = 110


def calendars(text: str) -> str | None:
    """The calendars named, comma-joined in order.

    >>> calendars("3.1 et 3,2 complets"), calendars("du 1.1 au 1.3 rien"), calendars("calendrier 2 complet")
    ('3.1,3.2', '1.1,1.2,1.3', '2')
    """
    found = {f"{family}.{slot}" for family, slot in _plain_calendars(text)}
    for match in _RANGE.finditer(text):
        family, first, last = match.groups()
        found |= {f"{family}.{slot}" for slot in range(int(first), int(last) + 1)}
    found |= set(_WHOLE_CALENDAR.findall(text)) - {number[0] for number in found}
    return ",".join(sorted(found)) or None


def _plain_calendars(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _CALENDAR.finditer(text) if not _PRICE.match(text, match.end())]


def foreigner_number(text: str, *, expected: bool = False) -> str | None:
    """The number as printed, without spaces: a letter and nine or ten digits, or ten digits that are no telephone
    number. If `expected` nine bare digits too, and a number of the wrong length, so that one can say that it is.

    >>> foreigner_number("mon numéro c'est f973123456"), foreigner_number("06 39 98 12 34")
    ('F973123456', None)
    >>> foreigner_number("numéro étranger 97312345", expected=True)
    '97312345'
    """
    for match in _AGDREF.finditer(text):
        letter, digits = match[1], re.sub(r"\s", "", match[2])
        if letter:
            return letter.upper() + digits
        telephone = len(digits) == 10 and digits[0] == "0" and digits[1] != "0"
        if not telephone and (expected or len(digits) == 10):
            return digits
    return _mistyped_number(text) if expected else None


def _mistyped_number(text: str) -> str | None:
    for match in _MISTYPED.finditer(text):
        letter, digits = (match[1] or "").upper(), re.sub(r"\D", "", match[2])
        if not _TELEPHONE.fullmatch(digits) and (letter or not _DAY.fullmatch(digits)):
            return letter + digits
    return None


def number(word: str, numbers: Mapping[str, int]) -> int | None:
    """What a word counts, in digits or letters (`numbers` gives the letters)."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= 4 else None
    return numbers.get(word)


def age_among(words: Sequence[Word], places: Sequence[int], numbers: Mapping[str, int]) -> int | None:
    """The age said by the words of a phrase about one's age: its number, if a person can be that old."""
    for place in places:
        years = number(words[place].text, numbers)
        if years is not None and 0 <= years <= _OLDEST:
            return years
    return None
