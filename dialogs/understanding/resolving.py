"""The day a matched date means: names of months, numbers in letters, the year or the week that is not said.

Each function takes what a style of `dates` matched, the day it is said on and the side preferred where the person
does not say, and gives the day; None where the words are no date, ValueError where there is no such day.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta
from rapidfuzz.distance import OSA

Prefer = Literal["future", "past"]
Match = re.Match[str]

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
WEEKDAYS = {
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
NUMBERS = {
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
    return sum(NUMBERS[word] for word in re.split(r"[ -]+", written) if word != "et")


def _side(match: Match, prefer: Prefer) -> Prefer:
    """« mars dernier », « depuis mars », « mars prochain » say which one themselves."""
    said = {match["which"], match["before"] if "before" in match.re.groupindex else None}
    if said & {"dernier", "passe", "depuis", "since", "last"}:
        return "past"
    return "future" if said & {"prochain", "next"} else prefer


def numeric(match: Match, today: date, prefer: Prefer) -> date | None:
    year = match["year"] if "year" in match.re.groupindex else None
    return _day(int(match["day"]), int(match["month"]), _year(year, today), today, prefer)


def named(match: Match, today: date, prefer: Prefer) -> date | None:
    return _day(_count(match["day"]), _month(match["month"]), _year(match["year"], today), today, _side(match, prefer))


def month_and_year(match: Match, today: date, prefer: Prefer) -> date | None:
    return _in_month(int(match["month"]), _year(match["year"], today), today, prefer)


def part_of_month(match: Match, today: date, prefer: Prefer) -> date | None:
    return _in_month(_month(match["month"]), _year(match["year"], today), today, _side(match, prefer), match["part"])


def bare_month(match: Match, today: date, prefer: Prefer) -> date | None:
    word, said = match["month"], match["before"] or match["before_d"] or match["year"] or match["which"]
    if not said and (word in _MONTH_OR_WORD or word not in _MONTHS):
        return None
    return _in_month(_month(word), _year(match["year"], today), today, _side(match, prefer))


def end_of_period(match: Match, today: date, _: Prefer) -> date | None:
    if match["year"]:
        return date(_year(match["year"], today) or today.year, 12, 31)
    return today + (relativedelta(day=31) if match["period"].startswith("mo") else relativedelta(month=12, day=31))


def ahead_of_today(match: Match, today: date, _: Prefer) -> date | None:
    return today + _shift(_count(match["count"]), match["unit"])


def ago(match: Match, today: date, _: Prefer) -> date | None:
    return today - _shift(_count(match["count"]), match["unit"])


_NEAR_DAYS = {
    "aujourd hui": 0, "today": 0, "demain": 1, "tomorrow": 1, "apres demain": 2, "day after tomorrow": 2,
    "hier": -1, "yesterday": -1, "avant hier": -2, "day before yesterday": -2,
}  # fmt: skip


def near_day(match: Match, today: date, _: Prefer) -> date | None:
    return today + timedelta(days=_NEAR_DAYS[re.sub(r"[^a-z]+", " ", match[0])])


def next_period(match: Match, today: date, _: Prefer) -> date | None:
    forward = match["which"].startswith(("proch", "next", "suiv"))
    if match["period"].startswith(("sem", "week")):
        return today + timedelta(days=(7 if forward else -7) - today.weekday())
    return today + relativedelta(months=1 if forward else -1) + relativedelta(day=31)


def weekday(match: Match, today: date, prefer: Prefer) -> date | None:
    which = match["before"] or match["after"] or ""
    forward = which.startswith(("proch", "next")) or (not which.startswith(("dern", "last")) and prefer == "future")
    ahead = (WEEKDAYS[match["weekday"]] - today.weekday()) % 7
    if forward:
        return today + timedelta(days=ahead or (7 if which.startswith(("proch", "next")) else 0))
    behind = (-ahead) % 7
    return today - timedelta(days=behind or (7 if which else 0))


def weekday_number(match: Match, today: date, prefer: Prefer) -> date | None:
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


def is_rough(read: Callable[[Match, date, Prefer], date | None], match: Match) -> bool:
    """Whether the day was counted back in months or years: « il y a 8 mois » is not a day, « il y a 8 jours » is."""
    if read is ago:
        return bool(match["unit"].startswith(("mo", "an", "y")))
    return read is next_period and match["period"] in ("mois", "month") and match["which"].startswith(("d", "pa", "l"))
