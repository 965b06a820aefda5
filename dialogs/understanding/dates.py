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
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta
from rapidfuzz.distance import OSA

from dialogs.knowledge.places.folding import fold

Prefer = Literal["future", "past"]
Match = re.Match[str]


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date said in a text; `span` indexes the text as given."""

    day: date
    span: tuple[int, int]


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
                found.append(FoundDate(day, (start, end)))
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

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan",
            "fevrier february fevr fev feb",
            "mars march mar",
            "avril april avr apr",
            "mai may",
            "juin june jun",
            "juillet july juil jul",
            "aout august aou aug",
            "septembre september sept sep",
            "octobre october oct",
            "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday",
            "mardi tuesday",
            "mercredi wednesday",
            "jeudi thursday",
            "vendredi friday",
            "samedi saturday",
            "dimanche sunday",
        )
    )
    for name in names.split()
}
_NUMBERS = {
    name: number
    for number, names in enumerate(
        (
            "un une one a an premier first",
            "deux two",
            "trois three",
            "quatre four",
            "cinq five",
            "six",
            "sept seven",
            "huit eight",
            "neuf nine",
            "dix ten",
            "onze eleven",
            "douze twelve",
            "treize thirteen",
            "quatorze fourteen",
            "quinze fifteen",
            "seize sixteen",
        ),
        start=1,
    )
    for name in names.split()
} | {"vingt": 20, "twenty": 20, "trente": 30, "thirty": 30}

# Something else when neither a number nor a preposition stands beside them: « mai » for « mais », the English
# verbs may and march, abbreviations.
_MONTH_OR_WORD = {"mai", "may", "march"} | {name for name in _MONTHS if len(name) < 5} - {
    "mars",
    "juin",
    "aout",
    "june",
}


def _month(word: str) -> int:
    """The number of a month named, one typo allowed in the long names. ValueError when it is none."""
    if word in _MONTHS:
        return _MONTHS[word]
    for name, number in _MONTHS.items():
        if len(name) >= 5 and name != "march" and word[:1] == name[0] and OSA.distance(word, name) <= 1:
            return number
    raise ValueError(f"no month: {word}")


def _year(written: str | None, today: date) -> int | None:
    """20xx for two digits. ValueError where no permit or entry can be of that year."""
    if not written:
        return None
    year = int(written) if len(written) == 4 else 2000 + int(written)
    if not 1950 <= year <= today.year + 30:
        raise ValueError(f"not a year of a permit: {year}")
    return year


def _day(day: int, month: int, year: int | None, today: date, prefer: Prefer) -> date:
    """That day of the year said, or the nearest on the preferred side of today."""
    if year is not None:
        return date(year, month, day)
    forward = prefer == "future"
    for distance in range(9):  # 29 February may be eight years away
        try:
            found = date(today.year + (distance if forward else -distance), month, day)
        except ValueError:
            continue
        if found >= today if forward else found <= today:
            return found
    raise ValueError(f"no such day: {day}/{month}")


def _in_month(month: int, year: int | None, today: date, prefer: Prefer, part: str = "fin") -> date:
    """The 1st, the 15th or the last day of a month."""
    if part in ("debut", "beginning", "start", "early"):
        return _day(1, month, year, today, prefer)
    if part in ("mi", "mid", "middle", "milieu"):
        return _day(15, month, year, today, prefer)
    if year is None and prefer == "past":
        first = _day(1, month, None, today, prefer)
        return min(first + relativedelta(day=31), today)
    if year is None:
        year = today.year + (month < today.month)
    return date(year, month, 1) + relativedelta(day=31)


def _shift(count: int, unit: str) -> relativedelta:
    if unit.startswith(("mo",)):
        return relativedelta(months=count)
    if unit.startswith(("sem", "week", "wk")):
        return relativedelta(weeks=count)
    return relativedelta(years=count) if unit.startswith(("an", "year", "yr")) else relativedelta(days=count)


def _count(written: str) -> int:
    """A number in digits or letters: 13, treize, vingt et un.

    >>> _count("vingt et un")
    21
    """
    if written.isdigit():
        return int(written)
    return sum(_NUMBERS[word] for word in re.split(r"[ -]+", written) if word != "et")


def _side(match: Match, prefer: Prefer) -> Prefer:
    """« mars dernier », « depuis mars », « mars prochain » say which one themselves."""
    said = {match["which"], match["before"] if "before" in match.re.groupindex else None}
    if said & {"dernier", "passe", "depuis", "since", "last"}:
        return "past"
    return "future" if said & {"prochain", "next"} else prefer


def _numeric(match: Match, today: date, prefer: Prefer) -> date | None:
    year = match["year"] if "year" in match.re.groupindex else None
    return _day(int(match["day"]), int(match["month"]), _year(year, today), today, prefer)


def _named(match: Match, today: date, prefer: Prefer) -> date | None:
    return _day(_count(match["day"]), _month(match["month"]), _year(match["year"], today), today, _side(match, prefer))


def _month_and_year(match: Match, today: date, prefer: Prefer) -> date | None:
    return _in_month(int(match["month"]), _year(match["year"], today), today, prefer)


def _part_of_month(match: Match, today: date, prefer: Prefer) -> date | None:
    return _in_month(_month(match["month"]), _year(match["year"], today), today, _side(match, prefer), match["part"])


def _bare_month(match: Match, today: date, prefer: Prefer) -> date | None:
    word, said = match["month"], match["before"] or match["before_d"] or match["year"] or match["which"]
    if not said and (word in _MONTH_OR_WORD or word not in _MONTHS):
        return None
    return _in_month(_month(word), _year(match["year"], today), today, _side(match, prefer))


def _end_of_period(match: Match, today: date, _: Prefer) -> date | None:
    if match["year"]:
        return date(_year(match["year"], today) or today.year, 12, 31)
    return today + (relativedelta(day=31) if match["period"].startswith("mo") else relativedelta(month=12, day=31))


def _ahead(match: Match, today: date, _: Prefer) -> date | None:
    return today + _shift(_count(match["count"]), match["unit"])


def _ago(match: Match, today: date, _: Prefer) -> date | None:
    return today - _shift(_count(match["count"]), match["unit"])


_NEAR_DAYS = {
    "aujourd hui": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres demain": 2, "day after tomorrow": 2,
    "hier": -1, "yesterday": -1, "avant hier": -2, "day before yesterday": -2,
}  # fmt: skip


def _near_day(match: Match, today: date, _: Prefer) -> date | None:
    return today + timedelta(days=_NEAR_DAYS[re.sub(r"[^a-z]+", " ", match[0])])


def _next_period(match: Match, today: date, _: Prefer) -> date | None:
    forward = match["which"].startswith(("proch", "next", "suiv"))
    if match["period"].startswith(("sem", "week")):
        return today + timedelta(days=(7 if forward else -7) - today.weekday())
    return today + relativedelta(months=1 if forward else -1) + relativedelta(day=31)


def _weekday(match: Match, today: date, prefer: Prefer) -> date | None:
    which = match["before"] or match["after"] or ""
    forward = which.startswith(("proch", "next")) or (not which.startswith(("dern", "last")) and prefer == "future")
    ahead = (_WEEKDAYS[match["weekday"]] - today.weekday()) % 7
    if forward:
        return today + timedelta(days=ahead or (7 if which.startswith(("proch", "next")) else 0))
    behind = (-ahead) % 7
    return today - timedelta(days=behind or (7 if which else 0))


def _weekday_number(match: Match, today: date, prefer: Prefer) -> date | None:
    """« mardi 13 »: that day of this month or of the nearest on the preferred side."""
    for distance in range(3):
        month = today + relativedelta(months=distance if prefer == "future" else -distance, day=1)
        try:
            found = month.replace(day=int(match["day"]))
        except ValueError:
            continue
        if found >= today if prefer == "future" else found <= today:
            return found
    return None


_WEEKDAY = "|".join(_WEEKDAYS)
_ON = rf"(?:(?<!\w)(?:{_WEEKDAY})\s*,?\s*(?:le\s+|the\s+)?)?"
_DAY = r"(?<![\w/.,:-])(?P<day>\d{1,2})"
_END = r"(?!\w|[/.-]\d)"
_NOT_A_TIME = r"(?!\w|[:.,/]\d|\s?(?:h|heures?|ans?|euros?|years?|am|pm)\b|\s?[€%])"
_WHICH = r"(?:\s+(?P<which>prochain|dernier|passe)\b)?"
# No permit of today ends later than 2036: above, the number is a department or a house.
_YEAR = rf"(?:[\s,]*(?:de\s+)?(?P<year>(?:19|20)\d\d|[0-2]\d|3[0-6]){_NOT_A_TIME})?{_WHICH}"
_WORD = r"(?P<month>[a-z]{3,10})\b\.?"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
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
        (rf"(?<![\w/.-])(?P<year>(?:19|20)\d\d)-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_END}", _numeric),
        (
            rf"{_ON}{_DAY}\s?(?P<mark>[/.-])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?(?P<year>\d{{4}}|\d\d){_END}",
            _numeric,
        ),
        (rf"{_ON}{_DAY}\s(?P<month>\d{{1,2}})\s(?P<year>20\d\d){_END}", _numeric),
        (r"(?<!\w)(?P<day>\d\d)(?P<month>\d\d)(?P<year>20\d\d)(?!\w)", _numeric),
        (rf"(?<![\w/.,:-])(?P<month>\d{{1,2}})/(?P<year>20\d\d){_END}", _month_and_year),
        (
            r"(?<!\bnote )(?<!\bnote de )(?<!\betape )(?<!\bstep )(?<!\bpage )(?<!\bphoto )"
            rf"(?!(?<!\ble )(?<!\bdu )(?<!\bau )(?<!\bon )(?:24/7|7/7))"
            rf"{_ON}{_DAY}/(?P<month>\d{{1,2}})(?!\w|[/.,:-]\d)",
            _numeric,
        ),
        (
            rf"\b(?:le|du|au|on)\s+(?P<day>\d\d)(?P<mark>[.-])(?P<month>\d\d){_END}",
            _numeric,
        ),
        (
            rf"{_ON}(?<![\w/.,:-])(?P<day>\d{{1,2}}|{_SPELLED})(?:\s?(?:er|e|st|nd|rd|th|ere)\b)?\s*(?:of\s+|de\s+|d['’])?{_WORD}{_YEAR}",
            _named,
        ),
        (rf"{_ON}\b{_WORD}\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{_NOT_A_TIME}{_YEAR}", _named),
        (
            rf"\b(?:a la |the )?(?P<part>fin|debut|mi|milieu|end|beginning|start|mid|middle|early|late)\b"
            rf"[\s-]*(?:de |d['’]\s?|of |du mois de |du mois d['’])?{_WORD}{_YEAR}",
            _part_of_month,
        ),
        (
            r"\b(?:fin|end)\s+(?:(?:de |of )?(?P<year>20\d\d)\b|"
            r"(?:du|de l['’]|d['’]|of (?:the |this )?)\s?(?P<period>mois|annee|month|year)\b)",
            _end_of_period,
        ),
        (rf"\b(?:dans|d['’]ici|in)\s+{_ABOUT}{_COUNT}{_UNIT}", _ahead),
        (rf"\b{_COUNT}{_UNIT}\s+(?:from now|plus tard)\b", _ahead),
        (rf"\b(?:(?:il )?y a|ya|depuis|since|voici|voila)\s+{_ABOUT}{_COUNT}{_UNIT}", _ago),
        (rf"\b{_COUNT}{_UNIT}\s+ago\b", _ago),
        (
            r"\b(?:apres[ -]demain|avant[ -]hier|aujourd['’ ]?hui|demain|hier|day after tomorrow"
            r"|day before yesterday|today|tomorrow|yesterday)\b",
            _near_day,
        ),
        (r"\b(?P<period>semaine|mois) (?P<which>prochaine?|suivante?|derniere?|passee?)\b", _next_period),
        (r"\b(?P<which>next|last) (?P<period>week|month)\b", _next_period),
        (rf"\b(?P<weekday>{_WEEKDAY})\s+(?P<day>\d{{1,2}}){_NOT_A_TIME}", _weekday_number),
        (
            rf"(?<!\ble )(?<!\bles )(?<!\bchaque )(?<!\bevery )(?<!\bdu )(?<!\bau )(?<!\bto )(?<!\bfrom )"
            rf"(?:\b(?P<before>next|last)\s+)?\b(?P<weekday>{_WEEKDAY})\b(?!\s+(?:au|to)\b)(?:\s+(?P<after>prochain|dernier|passe))?",
            _weekday,
        ),
        (rf"{_PREPOSITION}\b{_WORD}(?:\s+(?P<year>20\d\d)\b)?{_WHICH}", _bare_month),
    )
)
"""The styles, the fullest first: a stretch of text belongs to the first that reads it."""
