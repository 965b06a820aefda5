"""The end of an opening as an agent writes it: ISO, or as one says it, in the préfecture's time zone."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

_SAID = re.compile(
    r"(?:(?P<day>\d{1,2})/(?P<month>\d{1,2})(?:/(?P<year>\d{4}))?\s*(?:à\s*)?)?"
    r"(?P<hour>\d{1,2})\s*[:hH]\s*(?P<minute>\d{2})?"
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}.*", re.DOTALL)


class NoMoment(ValueError):
    """The text says no moment that there is."""


def read_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The moment, aware, in that zone; its own offset, where it gives one, comes first. Raises NoMoment.

    `now` (aware) says which day « 12 h » and which year « 24/11 » are meant.

    >>> now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    >>> paris = ZoneInfo("Europe/Paris")
    >>> for said in ("2026-11-24 12:00", "2026-11-24T12:00Z", "24/11 12h30", "18 h"):
    ...     print(read_moment(said, paris, now))
    2026-11-24 12:00:00+01:00
    2026-11-24 13:00:00+01:00
    2026-11-24 12:30:00+01:00
    2026-11-21 18:00:00+01:00
    """
    said = " ".join(text.split())
    try:
        if _ISO.fullmatch(said):
            given = datetime.fromisoformat(said)
        else:
            found = _SAID.fullmatch(said)
            if found is None:
                raise NoMoment(text)
            given = _said(found, now.astimezone(zone).date())
        if given.tzinfo is not None:
            return given.astimezone(zone)
        local = given.replace(tzinfo=zone)
        back = local.astimezone(UTC).astimezone(zone)
    except (ValueError, OverflowError):
        raise NoMoment(text) from None
    if back.replace(tzinfo=None) != given:  # in the night in spring in which an hour is left out
        raise NoMoment(text)
    return local


def _said(found: re.Match[str], today: date) -> datetime:
    hour = time(int(found["hour"]), int(found["minute"] or 0))
    if found["day"] is None:
        return datetime.combine(today, hour)
    day, month = int(found["day"]), int(found["month"])
    if found["year"] is not None:
        return datetime.combine(date(int(found["year"]), month, day), hour)
    this_year = date(today.year, month, day)
    return datetime.combine(this_year if this_year >= today else date(today.year + 1, month, day), hour)
