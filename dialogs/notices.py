"""What is said of what will be said later, and later: effects too, so that every window has words for them.

The first ones are wishes: the machine knows no store, so it leaves them for the turn to carry out. A window that keeps
nothing shows them as they are, and says that nothing can be sent from there.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dialogs.answers import Answer, Deadline, Opening, Phrase
from dialogs.papers import PaperList
from dialogs.plans import Plan
from dialogs.waiting import Alert, Line

AlertWish = Literal["list", "pause", "resume", "stop", "served", "still_yes", "still_no"]

# --- wishes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """The person wants to be told of these calendars; `releases`: also shortly before new appointments come."""

    prefecture: str
    calendars: tuple[str, ...]
    releases: bool = True


@dataclass(frozen=True, slots=True)
class Alerts:
    """The person wants to see their alerts, or something of them. `served`: they have their appointment."""

    what: AlertWish


@dataclass(frozen=True, slots=True)
class Remind:
    """What they will be reminded of, when it changes. `kept`: somebody keeps it and will write; none: there is no
    date."""

    plans: tuple[Plan, ...]
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """Their appointment, a day where they told no hour, and what comes before it. `kept` as in `Remind`."""

    moment: datetime | date
    place: Phrase | None
    plans: tuple[Plan, ...]
    kept: bool = False


# --- what became of them -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """They are told from now on. `reminder`: when they hear of the next release; `night`: their word on the night."""

    alert: Alert
    before: Literal["new", "changed", "same", "resumed"]
    reminder: datetime | None
    night: Literal["yes", "no"] | None


@dataclass(frozen=True, slots=True)
class AlertList:
    """Their alerts, and the reminders to come."""

    alerts: tuple[Alert, ...]
    plans: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class AlertsChanged:
    """What happened to which alerts; none: there was nothing to change. `reminders`: reminders of dates go on."""

    what: Literal["paused", "resumed", "stopped", "served", "kept", "ended"]
    alerts: tuple[Alert, ...]
    reminders: bool = False


@dataclass(frozen=True, slots=True)
class NoCalendar:
    """In their situation there is nothing to wait for. `dated`: there are dates to be reminded of instead."""

    answer: Answer
    dated: bool


@dataclass(frozen=True, slots=True)
class Papers:
    """Their list of documents, ticked or not. The préfecture's own list passes before it."""

    lists: tuple[PaperList, ...]
    own_list: Phrase | None


# --- said later --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """New appointments, announced by an agent. The same for all who wait: nothing of the person is in it."""

    prefecture: str
    name: str
    site: str
    line: Line
    slots: int
    until: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Released:
    """New appointments are about to come, by the préfecture's own rhythm; where an `opening` has no hour, a hint.

    `steps`: where to click in their situation, if it is known.
    """

    prefecture: str
    name: str
    site: str
    lines: tuple[Line, ...]
    opening: Opening
    steps: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadlineNear:
    """A date of theirs comes near: the window opens, a month or a week is left, its last day, the end of the permit.

    `day` is that date, `left` the days until then.
    """

    stage: Literal["opens", "month", "week", "last", "expiry"]
    deadline: Deadline
    day: date
    left: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class AppointmentNear:
    """Their appointment comes near. `missing`: documents not ticked; `listed`: there is a list at all."""

    moment: datetime | date
    left: int
    place: Phrase | None
    missing: tuple[Phrase, ...]
    listed: bool
    own_list: Phrase | None


@dataclass(frozen=True, slots=True)
class StillSearching:
    """Several notices without an answer: do they still search? Silence ends it after so many `days`."""

    alert: Alert
    days: int = 14


@dataclass(frozen=True, slots=True)
class WaitEnded:
    """Nobody answered: the alert ends, kindly."""

    alert: Alert


Notice = (
    Wait
    | Alerts
    | Remind
    | Booked
    | Waiting
    | AlertList
    | AlertsChanged
    | NoCalendar
    | Papers
    | Opened
    | Released
    | DeadlineNear
    | AppointmentNear
    | StillSearching
    | WaitEnded
)
