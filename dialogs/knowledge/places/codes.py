"""Departments said by a number: « 74 », « dept 38 », « (973) », « 74000 »."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dialogs.knowledge.places.cues import cue_words
from dialogs.knowledge.places.folding import Word
from dialogs.knowledge.places.gazetteer import Gazetteer
from dialogs.knowledge.places.message import Message
from dialogs.knowledge.places.names import Name
from dialogs.knowledge.places.tables import load_departments

# Neither inside a word, nor in a date, a time, a price, a calendar (3.1), a telephone number, a fraction.
_CODE = re.compile(r"(?<![\w+€$£])(?<!\d[.,/:-])(2[abAB]|9[78]\d|\d\d)(?![\w€$£%°]|[.,/:-]\d|\s[€$£%°])")
_POSTCODE = re.compile(r"(?<![\w+€$£])(?<!\d[.,/:-])(\d{5})(?![\w€$£%]|[.,/:-]\d|\s[€$£%])")
_DIGITS_BEFORE = re.compile(r"\d[\s.-]{1,2}$")
_DIGITS_AFTER = re.compile(r"^[\s.-]{1,2}\d{2}(?!\d)")
_LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class Code:
    """A number read as one or several departments, the likeliest first."""

    departments: tuple[str, ...]
    span: tuple[int, int]


def find_codes(message: Message, names: Gazetteer, found: Collection[Name]) -> Iterator[Code]:
    """The codes and postcodes outside the names found; beside its town, a code needs no cue."""
    text, words = message.text, message.words
    for match in _POSTCODE.finditer(text):
        if _before(words, match.start()) not in cue_words("numbered") and not _counts(words, match.end()):
            departments = names.postcode(match.group())
            if departments:
                yield Code(tuple(departments), match.span())
    for match in _CODE.finditer(text):
        code = match.group().upper()
        inside = any(name.span[0] < match.end() and match.start() < name.span[1] for name in found)
        if inside or code not in load_departments() or _in_a_longer_number(text, match.span()):
            continue
        if any(_beside(text, match.span(), name, code) for name in found) or _is_department(message, match):
            yield Code((code,), match.span())


def _is_department(message: Message, match: re.Match[str]) -> bool:
    text, words, (start, end) = message.text, message.words, match.span()
    alone = message.short_answer or all(message.quiet)
    if _counts(words, end):
        return False
    before = _before(words, start)
    distinct = not match.group().isdigit() or int(match.group()) > _LAST_DAY
    if text[:start].endswith("(") and text[end:].startswith(")"):
        return True
    if before in cue_words("code_after") or alone:
        return True
    if before in cue_words("numbered"):
        return False
    if len(match.group()) == 3 and match.group().isdigit():
        return True
    if before in cue_words("code_after_if_no_day"):
        earlier = _before(words, start, 2)
        return distinct or earlier in cue_words("code_after") or earlier in cue_words("living")
    if before in cue_words("papers") and not text[end:].strip(" .!?"):
        return True
    return distinct and (not before or text[:start].rstrip().endswith((",", ":", "-", ";"))) and _ends(text, end)


def _ends(text: str, end: int) -> bool:
    """Whether the number stands for itself: the text ends, or a mark or a word of three letters follows."""
    return re.match(r"\s*($|[,;:.!?()-]|[^\W\d]{3,})", text[end:]) is not None


def _before(words: Sequence[Word], position: int, back: int = 1) -> str:
    earlier = [word for word in words if word.end <= position]
    return earlier[-back].folded if len(earlier) >= back else ""


def _counts(words: Sequence[Word], position: int) -> bool:
    after = next((word for word in words if word.start >= position), None)
    return after is not None and after.folded in cue_words("units") and after.start - position <= 2


def _in_a_longer_number(text: str, span: tuple[int, int]) -> bool:
    """« 06 39 98 74 38 » is a telephone number."""
    return bool(_DIGITS_BEFORE.search(text[: span[0]]) or _DIGITS_AFTER.search(text[span[1] :]))


def _beside(text: str, code: tuple[int, int], name: Name, department: str) -> bool:
    """« Vif (38) », « 74, Annecy »."""
    between = text[code[1] : name.span[0]] if code[1] <= name.span[0] else text[name.span[1] : code[0]]
    of_name = {name.department} | {town.department for town in name.towns}
    return department in of_name and not between.strip(" ,()-/:")
