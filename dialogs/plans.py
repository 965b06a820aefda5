"""What is to be said later: when, until when it makes sense, and whether the night may be broken for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Kind = Literal["release", "deadline", "appointment"]


@dataclass(frozen=True, slots=True)
class Plan:
    """One reminder to come. `kind` and `key` name it without telling anything of the person.

    `due` and `expires` are aware, in the préfecture's time zone: from `due` it is to be said, after `expires` it is
    not said at all. `night_allowed`: the person said yes to a message in the night.
    """

    kind: Kind
    key: str
    due: datetime
    expires: datetime
    night_allowed: bool = False

    @property
    def stage(self) -> str:
        """Which of the moments of its subject: `opens`, `eve`…"""
        return self.key.rpartition("/")[2]


def at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """That hour of the day, as clocks show it there."""
    return datetime.combine(day, time(hour), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that ends a day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
