"""The filing windows of a situation: which apply, where today stands in each, and what that means (F42 to F45, F93)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from dialogs.answers import Deadline, Phrase
from dialogs.deadlines import Dates, State, Window, lay, place
from dialogs.knowledge.library import span
from dialogs.knowledge.schema import Timing
from dialogs.telling import Telling


def deadlines(telling: Telling, names: Sequence[str | None]) -> tuple[Deadline, ...]:
    """The windows of these names that apply, each once, in their order."""
    found = (deadline(telling, name) for name in dict.fromkeys(names) if name)
    return tuple(each for each in found if each is not None)


def deadline(telling: Telling, name: str) -> Deadline | None:
    """The window of that name laid around the person's date; None where it is not for their situation."""
    timing = telling.knowledge.find("timings", name, telling.code)
    if not isinstance(timing, Timing) or not telling.knowledge.holds(timing.when, telling.cells):
        return None
    anchor = telling.known.get(timing.fact)
    window = Window(span(timing.opens), span(timing.closes), span(timing.late_until))
    dates = lay(window, anchor if isinstance(anchor, date) else None, telling.today)
    is_own = telling.rule is not None and telling.rule.answer.timing == name
    try_from = _try_from(telling, dates) if is_own else None
    values = {
        **telling.values,
        "opens": dates.opens,
        "closes": dates.closes,
        "late_until": dates.late_until,
        "try_from": try_from,
    }
    texts: Mapping[State, str | None] = {
        "unknown": timing.unknown,
        "early": timing.early,
        "open": timing.open,
        "late": timing.late,
        "over": timing.over,
    }
    telling.citations += timing.source
    return Deadline(
        timing=name,
        fact=timing.fact,
        state=dates.state,
        text=Phrase(texts[dates.state] or timing.rule, values),
        opens=dates.opens,
        closes=dates.closes,
        late_until=dates.late_until,
        late_fee=timing.late_fee if dates.state == "late" else None,
        try_from=try_from,
        notes=tuple(Phrase(text, values) for text in _notes(telling, timing, dates, try_from)),
    )


def _try_from(telling: Telling, dates: Dates) -> date | None:
    """The first opening that can show the first day of the window, where the calendar shows so many weeks."""
    entry = telling.own_release()
    if entry is None or entry.weeks_visible is None or dates.opens is None:
        return None
    return telling.recurrence(entry).first_showing(dates.opens)


def _notes(telling: Telling, timing: Timing, dates: Dates, try_from: date | None) -> Iterator[str]:
    release = telling.own_release()
    if release is not None and try_from is not None and dates.state in ("early", "open"):
        text = release.try_from if try_from > telling.today else release.try_now
        if text:
            yield text
    if dates.clamped and telling.knowledge.national.clamped:
        yield telling.knowledge.national.clamped
    booked, filed = telling.known.get("appointment_on"), telling.known.get("filed_on")
    if isinstance(booked, date) and dates.state != "unknown":
        match place(booked, dates.opens, dates.closes, None):
            case "early" if timing.appointment_early:
                yield timing.appointment_early
            case "late" if timing.appointment_late:
                yield timing.appointment_late
    if isinstance(filed, date) and dates.closes and filed > dates.closes and timing.filed_late:
        yield timing.filed_late
