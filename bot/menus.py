"""The menus of the knowledge, and those under what is said of alerts, reminders and documents."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.words import Words
from dialogs.agenda import Agenda
from dialogs.effects import Effect
from dialogs.events import Ask, Choose, Event, Tick
from dialogs.notices import (
    AlertList,
    AlertsChanged,
    AppointmentNear,
    Booked,
    DeadlineNear,
    NoCalendar,
    Opened,
    Papers,
    Released,
    Remind,
    StillSearching,
    WaitEnded,
    Waiting,
)

DEPENDING = frozenset({"subscribe", "got_appointment", "remind_me", "stop_reminders", "checklist", "agenda"})
"""The intents that make sense only with a reason."""

FILES = frozenset({"agenda"})
"""The intents that end in a file: not offered where no file can be sent."""
SENDS_FILES = frozenset({"telegram"})

_LABEL = 40
"""Signs that fit a button on an old phone."""


@dataclass(frozen=True, slots=True)
class Option:
    """A label to press, and what pressing it means."""

    label: str
    event: Event


def menu(name: str, words: Words, reasons: Collection[str] | None = None) -> list[Option]:
    """A menu of the knowledge: the intents it offers; of those that need a reason only `reasons`, where it is told."""
    intents = words.knowledge.questions.menus[name]
    return [
        Option(words.intent(intent), Ask(intent))
        for intent in intents
        if (reasons is None or intent not in DEPENDING or intent in reasons)
        and (words.channel in SENDS_FILES or intent not in FILES)
    ]


def under_notice(effect: Effect, words: Words) -> list[Option] | None:
    """The options under an effect about alerts, reminders or documents; None for one that offers nothing."""
    match effect:
        case Papers():
            return [*_ticks(effect, words), *menu("papers", words)]
        case Waiting(alert, _, _, night):
            return [*(_night(words) if alert.night and night is None else ()), *menu("waiting", words)]
        case AlertList(alerts, _):
            states = {alert.state for alert in alerts}
            return menu("alerts" if "live" in states else "paused" if states else "no_alerts", words)
        case AlertsChanged("served"):
            return None
        case AlertsChanged("stopped", _, reminders):
            return menu("ended", words) + (menu_of(words, "stop_reminders") if reminders else [])
        case AlertsChanged(what):
            return menu({"paused": "paused", "ended": "ended"}.get(what, "waiting"), words)
        case Remind(plans) if plans:
            return menu("reminded", words)
        case Remind():
            return menu("talked", words)
        case Booked(_, _, plans):
            reasons = {"checklist", "agenda", "stop_reminders" if plans else "remind_me"}
            return menu("booked", words, reasons)
        case NoCalendar(_, dated):
            return menu("no_calendar", words, {"remind_me"} if dated else ())
        case Opened() | Released():
            return menu("opened", words)
        case DeadlineNear():
            return menu("reminded", words)
        case AppointmentNear():
            return menu("booked", words, {"checklist", "agenda", "stop_reminders"})
        case StillSearching():
            return menu("still_searching", words)
        case WaitEnded():
            return menu("ended", words)
        case Agenda():
            return menu("agenda", words)
    return None


def menu_of(words: Words, intent: str) -> list[Option]:
    return [Option(words.intent(intent), Ask(intent))]


def _night(words: Words) -> Iterator[Option]:
    for answer in ("yes", "no"):
        yield Option(words.fact("night_reminders", answer), Choose("night_reminders", answer))


def _ticks(effect: Papers, words: Words) -> Iterator[Option]:
    for paper in (paper for each in effect.lists for paper in each.papers):
        done = ("☑ " if paper.ticked else "☐ ") if words.channel != "sms" else ("(OK) " if paper.ticked else "")
        label = f"{done}{words.phrase(paper.text)}"
        label = label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"
        yield Option(label, Tick(paper.id, not paper.ticked))
