"""Dates in a message, French or English, any usual style; never durations, ages, prices or calendar numbers.

What an imprecise date means here, where dates are ends of validity or appointments:

| said | read as |
|---|---|
| avril, avril 2027, fin avril | the last day of the month (for something past, today at the latest) |
| début avril, mi-avril | the 1st, the 15th |
| le mois prochain, next month | the last day of that month |
| fin 2027 | 31 December |
| la semaine prochaine, next week | its Monday |
| lundi | the next Monday, today included; the last one for something past |
| lundi prochain, next Monday | the next Monday, after today |
| 13/04/27 | day first, 20xx |
| 13/04 | the next such day, today included; the last one for something past |

Month arithmetic keeps to the last day of a shorter month (31 January + 1 month: 28 February).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dialogs.knowledge.places.folding import fold
from dialogs.understanding.resolving import (
    NUMBERS,
    WEEKDAYS,
    Match,
    Prefer,
    ago,
    ahead_of_today,
    bare_month,
    end_of_period,
    is_rough,
    month_and_year,
    named,
    near_day,
    next_period,
    numeric,
    part_of_month,
    weekday,
    weekday_number,
)

__all__ = ["FoundDate", "Prefer", "find_dates", "read_date"]


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date said in a text; `span` indexes the text as given.

    `rough` is a day counted back in months or years (« il y a 8 mois »): whoever says so has rounded.
    """

    day: date
    span: tuple[int, int]
    rough: bool = False


def find_dates(text: str, today: date, *, prefer: Prefer = "future") -> tuple[FoundDate, ...]:
    """The dates said in the text, in its order. `prefer` chooses the year, or the week, that is not said.

    >>> [str(found.day) for found in find_dates("expire le 13 avril, rdv dans 2 semaines", date(2026, 3, 2))]
    ['2026-04-13', '2026-03-16']
    """
    folded = _fold_in_place(text)
    found: list[FoundDate] = []
    for pattern, read in _STYLES:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(one.span[0] < end and start < one.span[1] for one in found):
                continue
            try:
                day = read(match, today, prefer)
            except (ValueError, OverflowError):
                continue
            if day is not None:
                found.append(FoundDate(day, (start, end), is_rough(read, match)))
    return tuple(sorted(found, key=lambda one: one.span))


def read_date(text: str, today: date, *, prefer: Prefer = "future") -> date | None:
    """The date when the whole text is one, else None.

    >>> read_date("le 1er mars 2027.", date(2026, 3, 2))
    datetime.date(2027, 3, 1)
    """
    found = find_dates(text, today, prefer=prefer)
    if len(found) != 1:
        return None
    start, end = found[0].span
    around = _fold_in_place(text[:start] + " " + text[end:])
    return found[0].day if not _SAYS_NOTHING.sub("", around).strip(" .,;:!?-") else None


def _fold_in_place(text: str) -> str:
    """Lower case without accents, letter for letter, so that positions stay those of the text."""
    return "".join(folded if len(folded := fold(letter)) == 1 else letter for letter in text)


_SAYS_NOTHING = re.compile(
    r"\b(?:le|la|du|au|l|en|on|the|il|elle|it|est|is|c|s|of|by|jusqu|until|till|expire|expires|depuis|since)\b|['’]"
)

_WEEKDAY = "|".join(WEEKDAYS)
_ON = rf"(?:(?<!\w)(?:{_WEEKDAY})\s*,?\s*(?:le\s+|the\s+)?)?"
_DAY = r"(?<![\w/.,:-])(?P<day>\d{1,2})"
_END = r"(?!\w|[/.-]\d)"
_NOT_A_TIME = r"(?!\w|[:.,/]\d|\s?(?:h|heures?|ans?|euros?|years?|am|pm)\b|\s?[€%])"
_WHICH = r"(?:\s+(?P<which>prochain|dernier|passe)\b)?"
# No permit of today ends later than 2036: above, the number is a department or a house.
_YEAR = rf"(?:[\s,]*(?:de\s+)?(?P<year>(?:19|20)\d\d|[0-2]\d|3[0-6]){_NOT_A_TIME})?{_WHICH}"
_WORD = r"(?P<month>[a-z]{3,10})\b\.?"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")"
_SPELLED = (
    r"(?:(?:dix|vingt|trente)[ -](?:et[ -])?)?(?:premier|first|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix"
    r"|onze|douze|treize|quatorze|quinze|seize|vingt|trente)(?= )"
)
_UNIT = r"\s*(?:de\s+)?(?P<unit>jours?|j|days?|semaines?|sem|weeks?|wks?|mois|months?|ans?|annees?|years?)\b"
_ABOUT = r"(?:(?:environ|a peu pres|moins de|about|around|less than|encore)\s+)?"
_PREPOSITION = (
    r"(?:(?P<before>\b(?:en|in|de|of|depuis|since|until|till|by|before|avant|apres|after|mois de|last|next|this"
    r"|pour|jusqu['’ ]?(?:en|a|au|fin)|courant|vers))\s+(?:le mois de\s+)?|(?P<before_d>\bd['’]))?"
)

_STYLES: tuple[tuple[re.Pattern[str], Callable[[Match, date, Prefer], date | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<![\w/.-])(?P<year>(?:19|20)\d\d)-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_END}", numeric),
        (
            rf"{_ON}{_DAY}\s?(?P<mark>[/.-])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?(?P<year>\d{{4}}|\d\d){_END}",
            numeric,
        ),
        (rf"{_ON}{_DAY}\s(?P<month>\d{{1,2}})\s(?P<year>20\d\d){_END}", numeric),
        (r"(?<!\w)(?P<day>\d\d)(?P<month>\d\d)(?P<year>20\d\d)(?!\w)", numeric),
        (rf"(?<![\w/.,:-])(?P<month>\d{{1,2}})/(?P<year>20\d\d){_END}", month_and_year),
        (
            r"(?<!\bnote )(?<!\bnote de )(?<!\betape )(?<!\bstep )(?<!\bpage )(?<!\bphoto )"
            rf"(?!(?<!\ble )(?<!\bdu )(?<!\bau )(?<!\bon )(?:24/7|7/7))"
            rf"{_ON}{_DAY}/(?P<month>\d{{1,2}})(?!\w|[/.,:-]\d)",
            numeric,
        ),
        (
            rf"\b(?:le|du|au|on)\s+(?P<day>\d\d)(?P<mark>[.-])(?P<month>\d\d){_END}",
            numeric,
        ),
        (
            rf"{_ON}(?<![\w/.,:-])(?P<day>\d{{1,2}}|{_SPELLED})(?:\s?(?:er|e|st|nd|rd|th|ere)\b)?\s*(?:of\s+|de\s+|d['’])?{_WORD}{_YEAR}",
            named,
        ),
        (rf"{_ON}\b{_WORD}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_NOT_A_TIME}{_YEAR}", named),
        (
            rf"\b(?:a la |the )?(?P<part>fin|debut|mi|milieu|end|beginning|start|mid|middle|early|late)\b"
            rf"[\s-]*(?:de |d['’]\s?|of |du mois de |du mois d['’])?{_WORD}{_YEAR}",
            part_of_month,
        ),
        (
            r"\b(?:fin|end)\s+(?:(?:de |of )?(?P<year>20\d\d)\b|"
            r"(?:du|de l['’]|d['’]|of (?:the |this )?)\s?(?P<period>mois|annee|month|year)\b)",
            end_of_period,
        ),
        (rf"\b(?:dans|d['’]ici|in)\s+{_ABOUT}{_COUNT}{_UNIT}", ahead_of_today),
        (rf"\b{_COUNT}{_UNIT}\s+(?:from now|plus tard)\b", ahead_of_today),
        (rf"\b(?:(?:il )?y a|ya|depuis|since|voici|voila)\s+{_ABOUT}{_COUNT}{_UNIT}", ago),
        (rf"\b{_COUNT}{_UNIT}\s+ago\b", ago),
        (
            r"\b(?:apres[ -]demain|avant[ -]hier|aujourd['’ ]?hui|demain|hier|day after tomorrow"
            r"|day before yesterday|today|tomorrow|yesterday)\b",
            near_day,
        ),
        (r"\b(?P<period>semaine|mois) (?P<which>prochaine?|suivante?|derniere?|passee?)\b", next_period),
        (r"\b(?P<which>next|last) (?P<period>week|month)\b", next_period),
        (rf"\b(?P<weekday>{_WEEKDAY})\s+(?P<day>\d{{1,2}}){_NOT_A_TIME}", weekday_number),
        (
            rf"(?<!\ble )(?<!\bles )(?<!\bchaque )(?<!\bevery )(?<!\bdu )(?<!\bau )(?<!\bto )(?<!\bfrom )"
            rf"(?:\b(?P<before>next|last)\s+)?\b(?P<weekday>{_WEEKDAY})\b(?!\s+(?:au|to)\b)(?:\s+(?P<after>prochain|dernier|passe))?",
            weekday,
        ),
        (rf"{_PREPOSITION}\b{_WORD}(?:\s+(?P<year>20\d\d)\b)?{_WHICH}", bare_month),
    )
)
"""The styles, the fullest first: a stretch of text belongs to the first that reads it."""
