"""Hours of the day in a message, French or English: « 9h30 », « 9 h », « 14:00 », « 2 pm », « midi »."""

import re
from dataclasses import dataclass

from dialogs.knowledge.places.folding import fold

_HOUR = r"(?<![\w.,:/-])(?P<hour>\d{1,2})"
_END = r"(?![\w/]|[.,:]\d)"
_STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_HOUR}(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)(?!\w)",
        rf"{_HOUR}\s?(?:heures?|hrs?|h)\s?(?P<minute>[0-5]\d){_END}",
        rf"{_HOUR}\s?(?:heures?|hrs?|h){_END}",
        rf"{_HOUR}:(?P<minute>[0-5]\d)(?:\s?h)?{_END}",
        r"\b(?P<noon>midi|noon)\b",
    )
)
_A_LENGTH = re.compile(
    r"(?:\b(?:dans|depuis|pendant|durant|in|for|toutes les|every|moins de|plus de|il y a)|24)[\s/]*$"
)
_BARE = re.compile(r"(?:(?:a|at|vers|pour|c est|il est)\s+)?(\d{1,2})(?:[\s.,]([0-5]\d)|(?<=\d\d)([0-5]\d))?")


@dataclass(frozen=True, slots=True)
class FoundHour:
    """An hour said in a text, as « 09:30 »; `span` indexes the text as given."""

    hour: str
    span: tuple[int, int]


def find_hours(text: str) -> tuple[FoundHour, ...]:
    """The hours said in the text, in its order; no lengths of time (« dans 2 h »); of « 9 h à 17 h », both.

    >>> [found.hour for found in find_hours("rdv le 12 mars à 9h30, ou 2 pm, ou à midi")]
    ['09:30', '14:00', '12:00']
    """
    folded = "".join(plain if len(plain := fold(letter)) == 1 else letter for letter in text)
    found: list[FoundHour] = []
    for style in _STYLES:
        for match in style.finditer(folded):
            start, end = match.span()
            if any(each.span[0] < end and start < each.span[1] for each in found):
                continue
            hour = _hour(match)
            if hour is not None and not _A_LENGTH.search(folded[:start]):
                found.append(FoundHour(hour, (start, end)))
    return tuple(sorted(found, key=lambda each: each.span))


def read_hour(text: str) -> str | None:
    """The hour when the whole text says one, a bare number included; None for no hour, or for several.

    >>> read_hour("à 9 h 30"), read_hour("14"), read_hour("0930"), read_hour("25")
    ('09:30', '14:00', '09:30', None)
    """
    found = {each.hour for each in find_hours(text)}
    if found:
        return found.pop() if len(found) == 1 else None
    bare = _BARE.fullmatch(fold(text).strip(" .!?"))
    return None if bare is None else _written(int(bare[1]), int(bare[2] or bare[3] or 0))


def _hour(match: re.Match[str]) -> str | None:
    said = match.groupdict()
    if said.get("noon"):
        return "12:00"
    hour, minute, half = int(said["hour"]), int(said.get("minute") or 0), said.get("half")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return _written(hour, minute)


def _written(hour: int, minute: int) -> str | None:
    return f"{hour:02}:{minute:02}" if hour <= 23 else None
