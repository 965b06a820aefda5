"""When a notice may ring: by day, on working days, where the préfecture is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialogs.knowledge.library import Knowledge

OPENS, CLOSES = time(8), time(20)
"""Local hours between which a notice may come by SMS."""
_SUNDAY = 6
_SUBDIVISIONS = {
    **{code: code for code in ("57", "971", "972", "973", "974", "976")},
    **dict.fromkeys(("67", "68"), "6AE"),
    "975": "PM",
    "977": "BL",
    "978": "MF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}
"""Departments with holidays of their own, by their name in the library. https://pypi.org/project/holidays/"""


def opens_at(moment: datetime, timezone: str, code: str) -> datetime:
    """The first moment, from `moment` (aware) on, at which a notice may leave; in the préfecture's time zone.

    >>> from datetime import UTC
    >>> saturday_evening = datetime(2026, 11, 21, 20, tzinfo=UTC)
    >>> print(opens_at(saturday_evening, "Europe/Paris", "38"))
    2026-11-23 08:00:00+01:00
    >>> print(opens_at(saturday_evening, "America/Cayenne", "973"))
    2026-11-21 17:00:00-03:00
    """
    local = moment.astimezone(ZoneInfo(timezone))
    day = local.date()
    if _rings_on(day, code) and OPENS <= local.time() < CLOSES:
        return local
    if local.time() >= OPENS:
        day += timedelta(days=1)
    while not _rings_on(day, code):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS, local.tzinfo)


def quiet_until(knowledge: Knowledge) -> Callable[[str, int], int]:
    """For the delivery: from which unix millisecond a notice of a préfecture may leave, asked at another."""

    def until(code: str, now_ms: int) -> int:
        moment = datetime.fromtimestamp(now_ms / 1000, UTC)
        opens = opens_at(moment, knowledge.office(code).timezone, code)
        return max(now_ms, round(opens.timestamp() * 1000))

    return until


def _rings_on(day: date, code: str) -> bool:
    return day.weekday() != _SUNDAY and day not in _holidays(day.year, _SUBDIVISIONS.get(code))


@lru_cache
def _holidays(year: int, subdivision: str | None) -> frozenset[date]:
    from holidays import country_holidays  # its tables take a tenth of a second to load

    return frozenset(country_holidays("FR", subdiv=subdivision, years=year))
