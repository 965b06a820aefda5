"""Choosing and filling in the texts of the knowledge for one person, on one day, under one préfecture."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs.answers import Opening, Phrase
from dialogs.knowledge.library import Facts, Knowledge, Section
from dialogs.knowledge.schema import Calendar, Part, Source
from dialogs.knowledge.schema import Release as ReleaseEntry
from dialogs.knowledge.shelves import Rule
from dialogs.releases import Release


class Telling:
    """What is said to somebody whose facts are known: which texts hold, with which values, from which documents.

    `rule` is None as long as the situation is not settled. `values` fill the placeholders; `citations` grow with
    every text that is said.
    """

    def __init__(self, knowledge: Knowledge, rule: Rule | None, known: Facts, now: datetime) -> None:
        self.knowledge, self.rule, self.known = knowledge, rule, known
        code = known.get("prefecture")
        self.code = None if code is None else str(code)
        self.office = knowledge.office(self.code) if self.code else None
        self.shelf = self.office.shelf if self.office else None
        self.timezone = self.office.timezone if self.office else "Europe/Paris"
        self.now = now.astimezone(ZoneInfo(self.timezone))
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

    def phrase(self, text: str) -> Phrase:
        return Phrase(text, self.values)

    def applies(self, part: Part) -> bool:
        """Whether a part is for this person, today."""
        return (
            self.knowledge.holds(part.when, self.cells)
            and all(self.values.get(name) for name in part.needs)
            and (part.since is None or part.since <= self.today)
        )

    def said(self, parts: Iterable[Part]) -> Iterator[Phrase]:
        """The parts that apply, filled in; what is past says so instead of repeating itself."""
        for part in parts:
            if not self.applies(part):
                continue
            text = part.after if self.is_past(part) else part.text
            if text is not None:
                self.citations += part.source
                yield self.phrase(text)

    def is_past(self, part: Part) -> bool:
        return part.valid_until is not None and self.today > part.valid_until

    def entries(self, section: Section, names: Sequence[str]) -> list[Part]:
        """Parts by their names, the préfecture's own before the national ones."""
        found = [self.knowledge.find(section, name, self.code) for name in names]
        return [entry for entry in found if isinstance(entry, Part)]

    def sources(self, *first: str) -> tuple[Source, ...]:
        """The documents behind what was said, those cited in `first` before the others, each once."""
        cited = dict.fromkeys(citation.split()[0] for citation in (*first, *self.citations))
        return tuple(self.knowledge.sources[name] for name in cited)

    # --- calendars and when they open ----------------------------------------------------------------------------

    def calendar(self, number: str | None) -> Calendar | None:
        return self.shelf.calendars[number] if self.shelf and number else None

    def own_release(self) -> ReleaseEntry | None:
        """The release that the rule itself names."""
        name = self.rule.answer.release if self.rule else None
        found = self.knowledge.find("releases", name, self.code) if name else None
        return found if isinstance(found, ReleaseEntry) else None

    def openings(self, name: str | None) -> Iterator[Opening]:
        """The release of that name, else, where appointments are booked, what is only a hint."""
        names: Sequence[str] = (name,) if name else ()
        if not names and self.cells.get("channel", "booking") == "booking":
            names = (self.shelf.hints if self.shelf else ()) or self.knowledge.national.hints
        for entry in (self.knowledge.find("releases", each, self.code) for each in names):
            if isinstance(entry, ReleaseEntry):
                release = self.recurrence(entry)
                moment = release.next(self.now)
                self.citations += entry.source
                yield Opening(self.phrase(entry.text), moment if release.has_hour else moment.date())

    def recurrence(self, entry: ReleaseEntry) -> Release:
        """A release of the knowledge in the préfecture's time zone."""
        return Release(entry.text, entry.rule, self.timezone, entry.weeks_visible)
