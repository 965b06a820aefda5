"""What a matched rule answers in one situation: the calendar, the channel, the documents, the dates, the sources.

An answer is data: its texts are `Phrase`s, French keys of the catalogues with the values to fill in, so that every
channel and every language can say it in its own way.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs.deadlines import Dates, State, Window, lay, place
from dialogs.knowledge.library import Facts, Knowledge, Office, span
from dialogs.knowledge.schema import Calendar, Part, Path, Rule, Source, Timing, Update
from dialogs.knowledge.schema import Release as ReleaseEntry
from dialogs.releases import Release


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of the knowledge and the values of its placeholders."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A filing window in this situation. Days are of the préfecture's time zone, bounds included."""

    timing: str
    fact: str
    state: State
    text: Phrase
    opens: date | None = None
    closes: date | None = None
    late_until: date | None = None
    late_fee: str | None = None
    try_from: date | None = None
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """When new appointments come: what is said, and the next moment (a day where no hour is published)."""

    text: Phrase
    next: datetime | date


@dataclass(frozen=True, slots=True)
class Checklist:
    """Documents under one title."""

    title: Phrase
    items: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a rule says to this person on this day."""

    rule: str
    office: Office | None
    channel: str
    say: Phrase
    updates: tuple[Phrase, ...] = ()
    calendar: str | None = None
    calendars: tuple[str, ...] = ()
    supplementary: tuple[str, ...] = ()
    title: Phrase | None = None
    page: Phrase | None = None
    steps: tuple[Phrase, ...] = ()
    url: str | None = None
    email: str | None = None
    place: Phrase | None = None
    own_list: Phrase | None = None
    checklists: tuple[Checklist, ...] = ()
    openings: tuple[Opening, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    remarks: tuple[Phrase, ...] = ()
    warnings: tuple[Phrase, ...] = ()
    sources: tuple[Source, ...] = ()


class Composer:
    """Composes one answer: the rule and the situation are fixed, the texts are chosen and filled in."""

    def __init__(self, knowledge: Knowledge, rule: Rule | None, known: Facts, now: datetime) -> None:
        self.knowledge, self.rule, self.known = knowledge, rule, known
        code = known.get("prefecture")
        self.code = None if code is None else str(code)
        self.office = knowledge.office(self.code) if self.code else None
        self.now = now.astimezone(ZoneInfo(self.office.timezone if self.office else "Europe/Paris"))
        self.today = self.now.date()
        self.cells = {
            **{fact: str(value) for fact, value in known.items()},
            **knowledge.cells(known, self.today),
        }
        if rule is not None:
            self.cells["channel"] = rule.answer.channel
        self.values: dict[str, object] = {}
        if self.office is not None:
            self.values |= {"site": self.office.site, "name": self.office.name, "seat": self.office.seat}
        for placeholder, fact in (("appointment", "appointment_on"), ("filed", "filed_on")):
            if isinstance(known.get(fact), date):
                self.values[placeholder] = known[fact]
        self.citations: list[str] = []

    # --- texts -----------------------------------------------------------------------------------------------

    def phrase(self, text: str) -> Phrase:
        return Phrase(text, self.values)

    def said(self, parts: Iterable[Part]) -> Iterator[Phrase]:
        """The parts that hold here and today, filled in; what is past says so instead of repeating itself."""
        for part in parts:
            if not self.knowledge.holds(part.when, self.cells):
                continue
            if any(not self.values.get(name) for name in part.needs):
                continue
            if part.since is not None and self.today < part.since:
                continue
            text = part.text
            if part.valid_until is not None and self.today > part.valid_until:
                if part.after is None:
                    continue
                text = part.after
            self.citations += part.source
            yield self.phrase(text)

    def entries(self, section: str, names: Sequence[str]) -> list[Part]:
        found = [self.knowledge.find(section, name, self.code) for name in names]  # type: ignore[arg-type]
        return [entry for entry in found if isinstance(entry, Part)]

    def sources(self) -> tuple[Source, ...]:
        """The documents behind what was said, the rule's own first, each once."""
        cited = [*(self.rule.source if self.rule else ()), *self.citations]
        return tuple(self.knowledge.sources[name] for name in dict.fromkeys(c.split()[0] for c in cited))

    # --- the answer ------------------------------------------------------------------------------------------

    def answer(self) -> Answer:
        """The rule's reply. The rule must be given."""
        rule = self.rule
        assert rule is not None  # noqa: S101 - topics use the composer without a rule, never this method
        reply = rule.answer
        calendar = self.calendar(reply.calendar)
        openings = self.openings(reply.release or (calendar.release if calendar else None))
        updates = [entry for entry in self.entries("updates", reply.updates) if isinstance(entry, Update)]
        deadlines = self.deadlines([reply.timing, *(entry.timing for entry in updates if self._applies(entry))])
        places = [reply.place] if reply.place else []
        gone = any(each.valid_until and self.today > each.valid_until for each in places)
        path = self.knowledge.find("paths", reply.path, self.code) if reply.path else None
        own_list = self.knowledge.find("own_lists", reply.own_list, self.code) if reply.own_list else None
        return Answer(
            rule=rule.id,
            office=self.office,
            channel=reply.channel,
            say=self.phrase(reply.say),
            updates=tuple(self.said(updates)),
            calendar=reply.calendar,
            calendars=(calendar.main,) if calendar else (),
            supplementary=calendar.supplementary if calendar else (),
            title=self.phrase(calendar.title) if calendar else None,
            page=self.phrase(reply.page) if reply.page else None,
            steps=tuple(self.phrase(step) for step in path.steps) if isinstance(path, Path) else (),
            url=reply.url or self._url(),
            email=reply.email,
            place=None if gone else next(self.said(places), None),
            own_list=next(self.said([own_list]), None) if isinstance(own_list, Part) else None,
            checklists=tuple(self.checklists()),
            openings=tuple(openings),
            deadlines=deadlines,
            remarks=tuple(self.said(self.entries("remarks", reply.remarks))),
            warnings=(
                *(self.said(places) if gone else ()),
                *self.said(self.entries("remarks", reply.warnings)),
            ),
            sources=self.sources(),
        )

    def calendar(self, number: str | None) -> Calendar | None:
        shelf = self.office.shelf if self.office else None
        return shelf.calendars[number] if shelf and number else None

    def checklists(self) -> Iterator[Checklist]:
        """The indicative lists for this situation, after the préfecture's own."""
        for entry in self.knowledge.documents.checklists:
            if self.knowledge.holds(entry.when, self.cells) and (entry.since is None or entry.since <= self.today):
                self.citations += entry.source
                yield Checklist(self.phrase(entry.title), tuple(self.phrase(item) for item in entry.items))

    def openings(self, name: str | None) -> Iterator[Opening]:
        """The release rule of this calendar, else, where appointments are booked, the national hints."""
        names: Sequence[str] = (name,) if name else ()
        if not names and self.cells.get("channel", "booking") == "booking":
            shelf = self.office.shelf if self.office else None
            names = (shelf.hints if shelf else ()) or self.knowledge.national.hints
        for found in (self.knowledge.find("releases", each, self.code) for each in names):
            if isinstance(found, ReleaseEntry):
                release = self._release(found)
                moment = release.next(self.now)
                self.citations += found.source
                yield Opening(self.phrase(found.text), moment if release.has_hour else moment.date())

    def _release(self, entry: ReleaseEntry) -> Release:
        zone = self.office.timezone if self.office else "Europe/Paris"
        return Release(entry.text, entry.rule, zone, entry.weeks_visible)

    # --- dates -----------------------------------------------------------------------------------------------

    def deadlines(self, names: Sequence[str | None]) -> tuple[Deadline, ...]:
        """The windows that apply, the rule's own first."""
        timings = [(name, self.timing(name)) for name in dict.fromkeys(names) if name]
        return tuple(self.deadline(name, timing) for name, timing in timings if timing is not None)

    def timing(self, name: str) -> Timing | None:
        found = self.knowledge.find("timings", name, self.code)
        return found if isinstance(found, Timing) and self.knowledge.holds(found.when, self.cells) else None

    def deadline(self, name: str, timing: Timing) -> Deadline:
        """The window laid around the person's date, with what being early or late means here."""
        anchor = self.known.get(timing.fact)
        window = Window(span(timing.opens), span(timing.closes), span(timing.late_until))
        dates = lay(window, anchor if isinstance(anchor, date) else None, self.today)
        try_from = self._try_from(dates)
        values = {
            **self.values,
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
        self.citations += timing.source
        notes = [Phrase(text, values) for text in self._notes(name, timing, dates, try_from)]
        return Deadline(
            timing=name,
            fact=timing.fact,
            state=dates.state,
            text=Phrase(texts[dates.state] or timing.rule, values),
            opens=dates.opens,
            closes=dates.closes,
            late_until=dates.late_until,
            late_fee=timing.late_fee if dates.state == "late" else None,
            try_from=try_from if self._is_own(name) else None,
            notes=tuple(notes),
        )

    def _is_own(self, name: str) -> bool:
        """Whether a window is the rule's own, and not that of a newer way of filing."""
        return self.rule is not None and self.rule.answer.timing == name

    def _notes(self, name: str, timing: Timing, dates: Dates, try_from: date | None) -> Iterator[str]:
        release = self._reply_release() if self._is_own(name) else None
        if release is not None and try_from is not None and dates.state in ("early", "open"):
            text = release.try_from if try_from > self.today else release.try_now
            if text:
                yield text
        if dates.clamped and self.knowledge.national.clamped:
            yield self.knowledge.national.clamped
        booked, filed = self.known.get("appointment_on"), self.known.get("filed_on")
        if isinstance(booked, date) and dates.state != "unknown":
            match place(booked, dates.opens, dates.closes, None):
                case "early" if timing.appointment_early:
                    yield timing.appointment_early
                case "late" if timing.appointment_late:
                    yield timing.appointment_late
        if isinstance(filed, date) and dates.closes and filed > dates.closes and timing.filed_late:
            yield timing.filed_late

    def _reply_release(self) -> ReleaseEntry | None:
        name = self.rule.answer.release if self.rule else None
        found = self.knowledge.find("releases", name, self.code) if name else None
        return found if isinstance(found, ReleaseEntry) else None

    def _try_from(self, dates: Dates) -> date | None:
        entry = self._reply_release()
        if entry is None or entry.weeks_visible is None or dates.opens is None:
            return None
        return self._release(entry).first_showing(dates.opens)

    # --- small choices ---------------------------------------------------------------------------------------

    def _applies(self, update: Update) -> bool:
        return self.knowledge.holds(update.when, self.cells) and (update.since is None or update.since <= self.today)

    def _url(self) -> str | None:
        return self.office.site if self.office else None
