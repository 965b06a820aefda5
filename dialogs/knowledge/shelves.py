"""The knowledge files themselves: questions.yaml, documents.yaml, national.yaml and one file a préfecture."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator

from dialogs.knowledge.schema import (
    Calendar,
    Entry,
    Names,
    Part,
    Period,
    Plain,
    Release,
    Reply,
    Source,
    Timing,
    Update,
    When,
    conditions,
)

Kind = TypeVar("Kind")
Named = Annotated[Mapping[str, Kind], BeforeValidator(conditions)]
"""Entries by name."""


class Example(Entry):
    """An executed example: these facts, on this day, give these fields of the answer."""

    given: Plain
    then: Mapping[str, object]
    as_of: date = date(2026, 11, 21)


class Rule(Entry):
    """One line of the decision table."""

    id: str
    when: When
    answer: Reply
    source: Names
    scope: Literal["elsewhere", "everywhere"] = "elsewhere"
    examples: tuple[Example, ...] = ()


class Path(Entry):
    """Where to click, step by step, with the labels as they are on the screen.

    `label`: what one waits for there, where the site numbers no calendars.
    """

    steps: tuple[str, ...]
    label: str | None = None
    source: Names


class Asking(Entry):
    """One way to ask a fact: where it applies, the words, other words, and the options offered in order."""

    when: When = {}
    text: str
    again: str
    hint: str | None = None
    options: Names = ()


class Band(Entry):
    """One cell of a number or a day: ages strictly below `below`, days that ended strictly longer ago than a period."""

    name: str
    below: int | None = None
    ended_more_than: Period | None = None


class Waiting(Entry):
    """Where `when` holds, the fact is asked only after `fact` is known."""

    fact: str
    when: When


class FactEntry(Entry):
    """A fact: its kind, the labels of its values, how it is asked, which other facts it replaces when given,
    and which it unsettles when it changes (a calendar found full is of one situation). `past`: a day not after today.

    `waits_for` are exceptions to the order of the file. What is not `kept` is answered and dropped (the number on the
    card).
    """

    name: str
    kind: Literal["choice", "department", "town", "years", "day", "calendars", "agdref", "clock", "papers"]
    title: str
    labels: Named[str] = {}
    bands: tuple[Band, ...] = ()
    ask: tuple[Asking, ...] = ()
    kept: bool = True
    waits_for: tuple[Waiting, ...] = ()
    replaces: Names = ()
    unsettles: Names = ()
    past: bool = False


class Assumption(Entry):
    """What follows from what is known, unless the person says otherwise."""

    given: When
    then: Plain
    why: str


class Questions(Entry):
    """questions.yaml: the facts in the order in which they are asked, the labels of the intents, and the menus."""

    facts: tuple[FactEntry, ...]
    assume: tuple[Assumption, ...] = ()
    intents: Named[str]
    menus: Named[tuple[str, ...]]


class Checklist(Entry):
    """Documents to bring in the situations of `when`, on top of the other lists that apply.

    `notes` are said after the items, and are nothing to bring. People tick items by their place: a new one comes last.
    """

    id: str
    title: str
    when: When = {}
    items: tuple[str, ...]
    notes: tuple[str, ...] = ()
    source: Names
    since: date | None = None


class Documents(Entry):
    """documents.yaml: the indicative checklists, after the préfecture's own list."""

    sources: Named[Source] = {}
    checklists: tuple[Checklist, ...]


class Term(Part):
    """A word of the field: how people write it (`words`), and what it means."""

    words: Names


class Glossary(Entry):
    """glossary.yaml: the terms, and how people ask for them (read by the understanding)."""

    asked_by: Names
    small: Names
    terms: Named[Term]


class Notice(Entry):
    """What one public is told when their cards are ready: one or two SMS of GSM-7, the way to stop included."""

    text: str
    source: Names


class Shelf(Entry):
    """What the national file and a préfecture's file have in common."""

    sources: Named[Source] = {}
    calendars: Named[Calendar] = {}
    releases: Named[Release] = {}
    timings: Named[Timing] = {}
    paths: Named[Path] = {}
    own_lists: Named[Part] = {}
    remarks: Named[Part] = {}
    updates: Named[Update] = {}
    rungs: Named[Part] = {}
    ladder: tuple[str, ...] = ()
    hints: Names = ()
    topics: Named[tuple[Part, ...]] = {}
    notices: Named[Notice] = {}
    rules: tuple[Rule, ...] = ()


class National(Shelf):
    """national.yaml: what holds for every préfecture, and the rules for those without a file.

    `topic_timings`: the dates that a topic adds to its paragraphs. `clamped`: what is added when a month was too
    short for a date. `phone_regions`: as in a préfecture's file, for those without one; `elsewhere` for all others.
    `reserved_mobiles`: how numbers begin that are kept for examples, as E.164. `notice_ends`: how a notice says how
    to stop, by the way there is.
    """

    clamped: str | None = None
    phone_regions: Named[Names] = {}
    reserved_mobiles: Names = ()
    notice_ends: Named[str] = {}
    topic_timings: Named[str] = {}


class Prefecture(Shelf):
    """A préfecture's file. `districts`: the towns of each arrondissement, where a rule depends on it.

    `phone_regions`: whose mobile numbers are read, as ISO 3166 codes; a number without a country code is read as the
    first one's that has it.
    """

    code: str
    name: str
    seat: str
    timezone: str
    site: str
    entrance: str
    phone_regions: Names = ()
    districts: Named[tuple[str, ...]] = {}
    asks: Named[tuple[Asking, ...]] = {}
    adopts: Names = ()
