"""The whole knowledge, loaded and ready to be asked: facts, tables, préfectures, and who falls back on whom."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from dateutil.relativedelta import relativedelta

from dialogs import facts as kinds
from dialogs.knowledge.files import FOLDER, Fault, read
from dialogs.knowledge.places.tables import load_departments
from dialogs.knowledge.schema import Accepted, Period, Source, When
from dialogs.knowledge.shelves import (
    Asking,
    Checklist,
    Documents,
    FactEntry,
    Glossary,
    National,
    Prefecture,
    Questions,
    Rule,
    Shelf,
)
from dialogs.rules import Row, Table, Wait
from dialogs.understanding.places import load_places
from dialogs.understanding.reading import Value

UNKNOWN = "unknown"
"""The pseudo-cell of a fact that is not known; only texts may ask for it, rules may not."""

Facts = Mapping[str, Value]
Condition = tuple[str, tuple[str, ...] | None, tuple[str, ...]]
"""A fact, the cells that are accepted (None: all but) and those that are not."""

Section = Literal["releases", "timings", "paths", "own_lists", "remarks", "updates", "rungs", "notices"]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Office:
    """A préfecture as the texts name it; `shelf` is None where we have no file of its own."""

    code: str
    name: str
    seat: str
    site: str
    timezone: str
    shelf: Prefecture | None


class Knowledge:
    """Everything in the folder. Raises `Fault` when a file cannot be read or names what is not there."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.questions = read(folder / "questions.yaml", Questions)
        self.national = read(folder / "national.yaml", National)
        self.documents = read(folder / "documents.yaml", Documents)
        self.glossary = read(folder / "glossary.yaml", Glossary)
        files = sorted((folder / "prefectures").glob("*.yaml"))
        self.prefectures = {shelf.code: shelf for shelf in (read(path, Prefecture) for path in files)}
        self.file_of: Mapping[str, str] = {
            shelf.code: path.name for shelf, path in zip(self.prefectures.values(), files, strict=True)
        }
        self.entries = {entry.name: entry for entry in self.questions.facts}
        self.kinds = {entry.name: self._kind(entry) for entry in self.questions.facts}
        self.rules: dict[str, Rule] = {}
        self._conditions: dict[int, tuple[Condition, ...]] = {}
        cells = {name: kind.cells for name, kind in self.kinds.items()}
        self.table = Table(cells, self._rows(), list(self._waits()))

    # --- facts -----------------------------------------------------------------------------------------------

    def infer(self, given: Facts) -> dict[str, Value]:
        """What is known and what follows from it: the district from the town, then the assumptions in order."""
        known = dict(given)
        town = known.get("commune")
        if town is not None:
            known.setdefault("prefecture", load_places().department(str(town)) or "")
            if not known["prefecture"]:
                del known["prefecture"]
            district = self._district(str(known.get("prefecture", "")), str(town))
            if district is not None:
                known.setdefault("district", district)
        for accepted, then in self._assumptions:
            if all(fact in known and str(known[fact]) in cells for fact, cells in accepted.items()):
                for fact, value in then.items():
                    known.setdefault(fact, value)
        return known

    def cells(self, known: Facts, today: date) -> dict[str, str]:
        """Known values as the cells of the tables, for the facts that have cells."""
        cells = {}
        for fact, value in known.items():
            kind = self.kinds.get(fact)
            cell = None if kind is None else kind.cell(value, today)
            if cell is not None:
                cells[fact] = cell
        return cells

    def holds(self, when: When, cells: Mapping[str, str]) -> bool:
        """Whether a text's condition holds; what is not known holds only for the pseudo-cell `unknown`."""
        for fact, only, excluded in self._compiled(when):
            cell = cells.get(fact, UNKNOWN)
            if cell not in only if only is not None else cell == UNKNOWN or cell in excluded:
                return False
        return True

    def _compiled(self, when: When) -> tuple[Condition, ...]:
        """A condition as plain tuples: texts are chosen many times a turn. Conditions live as long as the knowledge."""
        found = self._conditions.get(id(when))
        if found is None:
            found = tuple((fact, accepted.only, accepted.excluded) for fact, accepted in when.items())
            self._conditions[id(when)] = found
        return found

    def asking(self, fact: str, cells: Mapping[str, str]) -> Asking:
        """The way to ask a fact in this situation: the préfecture's own, else the first general one that applies."""
        shelf = self.prefectures.get(cells.get("prefecture", ""))
        own: Sequence[Asking] = shelf.asks.get(fact, ()) if shelf else ()
        return next(ask for ask in (*own, *self.entries[fact].ask) if self.holds(ask.when, cells))

    def label(self, fact: str, value: Value) -> str:
        """The label of a value, or the value itself where it is its own label (a town, an age)."""
        labels = self.entries[fact].labels
        text = self.kinds[fact].say(value)
        if fact == "prefecture" and text not in labels:
            return f"{load_departments()[text].name} ({text})"
        return labels.get(text, text)

    @cached_property
    def day_facts(self) -> frozenset[str]:
        """The facts whose values are days."""
        return frozenset(name for name, kind in self.kinds.items() if isinstance(kind, kinds.Day))

    # --- préfectures -----------------------------------------------------------------------------------------

    @cache  # noqa: B019 - one Knowledge lives as long as the process
    def office(self, code: str) -> Office:
        """The préfecture of a department code, with or without a file of its own."""
        shelf = self.prefectures.get(code)
        if shelf is not None:
            return Office(code, shelf.name, shelf.seat, shelf.site, shelf.timezone, shelf)
        row = load_departments()[code]
        return Office(code, row.name, row.seat, row.site, row.timezone, None)

    def shelves(self, code: str | None) -> tuple[Shelf, ...]:
        """Where to look things up: the préfecture's own file first, then the national one."""
        own = self.prefectures.get(code or "")
        return (self.national,) if own is None else (own, self.national)

    def phone_regions(self, code: str) -> tuple[str, ...]:
        """Whose mobile numbers the préfecture's people have, as ISO 3166 codes; the first one's are the local ones."""
        shelf = self.prefectures.get(code)
        elsewhere = self.national.phone_regions
        return (shelf.phone_regions if shelf else ()) or elsewhere.get(code) or elsewhere.get("elsewhere", ())

    def find(self, section: Section, name: str, code: str | None) -> object:
        """An entry by its name; the local one wins. Raises KeyError, which `check` reports before anybody meets it."""
        for shelf in self.shelves(code):
            entries: Mapping[str, object] = getattr(shelf, section)
            if name in entries:
                return entries[name]
        raise KeyError(f"{section}: {name}")

    def checklists(self, cells: Mapping[str, str], day: date) -> tuple[Checklist, ...]:
        """The checklists for a situation on a day, in the order of the file."""
        known = tuple(cells.get(fact, UNKNOWN) for fact in self._checklist_facts)
        return self._checklists(known, bisect_right(self._checklist_days, day))

    @cached_property
    def _checklist_facts(self) -> tuple[str, ...]:
        return tuple({fact: None for entry in self.documents.checklists for fact in entry.when})

    @cached_property
    def _checklist_days(self) -> list[date]:
        """The days on which a checklist began to be asked for, in order."""
        return sorted({entry.since for entry in self.documents.checklists if entry.since is not None})

    @lru_cache(maxsize=4096)  # noqa: B019 - situations repeat, and one Knowledge lives as long as the process
    def _checklists(self, cells: tuple[str, ...], begun: int) -> tuple[Checklist, ...]:
        known = dict(zip(self._checklist_facts, cells, strict=True))
        days = self._checklist_days[:begun]
        return tuple(
            entry
            for entry in self.documents.checklists
            if (entry.since is None or entry.since in days) and self.holds(entry.when, known)
        )

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """All documents by their short name (S0, N2…)."""
        found = {**self.national.sources, **self.documents.sources}
        for shelf in self.prefectures.values():
            found.update(shelf.sources)
        return found

    # --- compilation -----------------------------------------------------------------------------------------

    def _kind(self, entry: FactEntry) -> kinds.Kind:
        match entry.kind:
            case "choice":
                return kinds.Choice(tuple(entry.labels))
            case "department":
                return kinds.Department(tuple(self.prefectures))
            case "town":
                return kinds.Town()
            case "years":
                return kinds.Years(tuple(kinds.YearsBand(band.name, band.below) for band in entry.bands))
            case "day":
                bands = [kinds.DayBand(band.name, span(band.ended_more_than)) for band in entry.bands]
                return kinds.Day(tuple(bands), entry.past)
            case "calendars":
                return kinds.CalendarNumbers()
            case "agdref":
                return kinds.Agdref()
            case "clock":
                return kinds.Clock()
            case "papers":
                return kinds.Ticked()

    def _rows(self) -> list[Row]:
        rows = []
        for code, shelf in [("elsewhere", self.national), *self.prefectures.items()]:
            for rule in shelf.rules:
                if rule.id in self.rules:
                    raise Fault(self._file(code), rule.line, f"the rule {rule.id} stands twice")
                self.rules[rule.id] = rule
                rows.append(Row(rule.id, self._when(rule, code)))
        return rows

    def _waits(self) -> Iterator[Wait]:
        for entry in self.questions.facts:
            for wait in entry.waits_for:
                when = {fact: accepted_cells(each, self.kinds[fact].cells) for fact, each in wait.when.items()}
                yield Wait(entry.name, wait.fact, when)

    def _when(self, rule: Rule, code: str) -> dict[str, frozenset[str]]:
        when = {}
        for fact, accepted in rule.when.items():
            if fact not in self.kinds:
                raise Fault(self._file(code), rule.line, f"{rule.id}: there is no fact {fact}")
            cells = self.kinds[fact].cells
            unknown = [cell for cell in (*(accepted.only or ()), *accepted.excluded) if cell not in cells]
            if unknown:
                raise Fault(self._file(code), rule.line, f"{rule.id}: {fact} has no value {unknown[0]}")
            when[fact] = accepted_cells(accepted, cells)
        if rule.scope == "elsewhere":
            adopting = [other for other, shelf in self.prefectures.items() if rule.id in shelf.adopts]
            when["prefecture"] = frozenset([code, *adopting])
        return when

    def _file(self, code: str) -> str:
        return self.file_of.get(code, "national.yaml")

    @cached_property
    def _assumptions(self) -> list[tuple[Mapping[str, frozenset[str]], Facts]]:
        return [
            (
                {fact: accepted_cells(accepted, self.kinds[fact].cells) for fact, accepted in entry.given.items()},
                entry.then,
            )
            for entry in self.questions.assume
        ]

    def _district(self, code: str, town: str) -> str | None:
        shelf = self.prefectures.get(code)
        if shelf is None or not shelf.districts:
            return None
        official = load_places().commune(town, code) or town
        return next((district for district, towns in shelf.districts.items() if official in towns), None)


def accepted_cells(accepted: Accepted, cells: Sequence[str]) -> frozenset[str]:
    """The cells a condition accepts, among all those of the fact."""
    only = cells if accepted.only is None else accepted.only
    return frozenset(cell for cell in only if cell not in accepted.excluded)


def span(period: Period | None) -> relativedelta | None:
    """A period of the knowledge as calendar arithmetic."""
    return None if period is None else relativedelta(months=period.months, weeks=period.weeks, days=period.days)


@cache
def load_knowledge() -> Knowledge:
    """The knowledge that ships with the product, loaded once."""
    return Knowledge()
