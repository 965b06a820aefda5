"""Filing windows and what being early or late means, computed from a date of the person (F42 to F45, F91 to F94).

All dates are calendar days in the préfecture's time zone; months are calendar months, clamped to the last day of a
shorter one (30 April less two months is 28 or 29 February), and `clamped` says when that happened.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dateutil.relativedelta import relativedelta

State = Literal["unknown", "early", "open", "late", "over"]


@dataclass(frozen=True)
class Window:
    """When to file, relative to an anchor day (the end of the permit, the entry into France…).

    None for `opens` or `closes`: no such bound. `late_until`: how long after the anchor a late filing is still
    taken, where the préfecture says so (Guyane: six months, F39).
    """

    opens: relativedelta | None
    closes: relativedelta | None
    late_until: relativedelta | None = None


@dataclass(frozen=True)
class Dates:
    """A window laid on the calendar, and where a day stands in it. All days included."""

    state: State
    opens: date | None = None
    closes: date | None = None
    late_until: date | None = None
    clamped: bool = False


def lay(window: Window, anchor: date | None, today: date) -> Dates:
    """The window around `anchor`, as seen on `today`; without an anchor, nothing but « unknown ».

    >>> two_months = Window(relativedelta(months=-2), relativedelta())
    >>> dates = lay(two_months, date(2018, 4, 13), date(2018, 2, 12))
    >>> dates.state, dates.opens.isoformat(), dates.closes.isoformat()
    ('early', '2018-02-13', '2018-04-13')
    """
    if anchor is None:
        return Dates("unknown")
    opens, closes, late_until = (
        None if offset is None else anchor + offset for offset in (window.opens, window.closes, window.late_until)
    )
    state = place(today, opens, closes, late_until)
    shown: tuple[tuple[date | None, relativedelta | None], ...] = ((opens, window.opens), (closes, window.closes))
    if state in ("late", "over"):
        shown = (*shown, (late_until, window.late_until))  # the bound of lateness is only told to those who are late
    clamped = any(day and offset and offset.months and day.day != anchor.day for day, offset in shown)
    return Dates(state, opens, closes, late_until, bool(clamped))


def place(day: date, opens: date | None, closes: date | None, late_until: date | None) -> State:
    """Where a day stands: before the window, in it, late but taken, or over. The bounds themselves are inside."""
    if opens is not None and day < opens:
        return "early"
    if closes is None or day <= closes:
        return "open"
    if late_until is None or day <= late_until:
        return "late"
    return "over"
