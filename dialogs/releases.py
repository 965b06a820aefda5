"""When calendars open: the recurrence a préfecture publishes, in its own time zone.

Recurrences are RFC 5545 rules, read by dateutil in local wall-clock time and only then tied to the time zone, so
that « lundi 8 h » stays 8 o'clock on both sides of a change of hour (F33, F64, F65, F71, F76, F77, F88).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr


@dataclass(frozen=True)
class Release:
    """How new appointments are put online.

    `rule` is an RFC 5545 recurrence; without BYHOUR the documents give a day and no hour. `weeks_visible` is how far
    ahead the calendar shows (None: not published).
    """

    name: str
    rule: str
    timezone: str
    weeks_visible: int | None = None

    @property
    def has_hour(self) -> bool:
        return "BYHOUR" in self.rule

    def next(self, now: datetime) -> datetime:
        """The next opening strictly after `now` (aware), in the préfecture's time zone.

        >>> monday = Release("monday", "FREQ=WEEKLY;BYDAY=MO;BYHOUR=8", "Europe/Paris")
        >>> monday.next(datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))).isoformat()
        '2026-11-23T08:00:00+01:00'
        """
        return next(self.upcoming(now))

    def upcoming(self, now: datetime) -> Iterator[datetime]:
        """All openings after `now`, in order, without end."""
        zone = ZoneInfo(self.timezone)
        local = now.astimezone(zone).replace(tzinfo=None)
        moment = _after(self.rule, local)
        while True:
            yield moment.replace(tzinfo=zone)
            moment = _after(self.rule, moment)

    def first_showing(self, day: date) -> date:
        """The day of the first opening that can show `day`: openings before it do not look so far ahead.

        With four weeks of visibility the opening of Monday the 2nd shows days up to Monday the 30th.
        """
        earliest = day - timedelta(weeks=self.weeks_visible or 0)
        return _after(self.rule, datetime.combine(earliest, datetime.min.time()) - timedelta(seconds=1)).date()


def _after(rule: str, local: datetime) -> datetime:
    found = _from(rule, local.year, local.month).after(local)
    assert found is not None, "the recurrences of the knowledge have no end"  # noqa: S101
    return found


@lru_cache(maxsize=512)
def _from(rule: str, year: int, month: int) -> rrule:
    """The recurrence from the beginning of a month; it remembers its openings, for many ask in the same month."""
    whole = rule + ";BYMINUTE=0;BYSECOND=0" if "BYHOUR" in rule else rule
    found = rrulestr(whole, dtstart=datetime(year, month, 1), cache=True)
    assert isinstance(found, rrule), "a release is one recurrence, not a set of them"  # noqa: S101
    return found
