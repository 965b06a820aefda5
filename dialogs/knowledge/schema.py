"""The form of the knowledge files: what a rule, a question, a source or a checklist may say.

Every entry remembers the line it stands on, so that a fault is reported as `file:line`. Texts are plain French and
are the keys of the gettext catalogues; a text may hold {placeholders} that the answer fills in.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LINE = "__line__"

Channel = Literal[
    "booking", "form", "anef", "natali", "ants", "email", "walk_in", "pickup_notice", "other_office", "official_site"
]


class Entry(BaseModel):
    """Anything written in a knowledge file, with the line it begins on."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    line: int = Field(default=0, alias=LINE)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | int) else value


def _accepted(value: object) -> object:
    """`student`, `[student, visitor]` and `{except: [student]}` are the three ways to write accepted cells."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if key != LINE}
    return {"only": [str(item) for item in (value if isinstance(value, list) else [value])]}


class Accepted(BaseModel):
    """The cells of one fact that a condition accepts: only these, or all except those."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    only: tuple[str, ...] | None = None
    excluded: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(default=(), alias="except")


def _conditions(value: object) -> object:
    return {key: item for key, item in value.items() if key != LINE} if isinstance(value, dict) else value


When = Annotated[
    Mapping[str, Annotated[Accepted, BeforeValidator(_accepted)]],
    BeforeValidator(_conditions),
]
Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Plain = Annotated[Mapping[str, str | int | date], BeforeValidator(_conditions)]


class Source(Entry):
    """A document: title, publisher, and its date in words, for it is often only known roughly.

    `confidence`: H is official or twice confirmed; M and L are worded « à vérifier » wherever they are used.
    """

    title: str
    publisher: str
    date: str
    url: str | None = None
    confidence: Literal["H", "M", "L"] = "H"


class Part(Entry):
    """A sourced text: a remark, a rung of the ladder, a paragraph of a topic.

    Said only where `when` holds, where every placeholder named in `needs` has something to say, from `since` and
    until `valid_until` (both days included); past that day `after` is said instead.
    """

    text: str
    source: Names
    when: When = {}
    needs: Names = ()
    since: date | None = None
    valid_until: date | None = None
    after: str | None = None


class Update(Part):
    """Newer knowledge that contradicts what a préfecture published: said first, with the way to check."""

    channel: Channel | None = None
    timing: str | None = None


class Period(Entry):
    """A length of time in calendar units; negative is before."""

    months: int = 0
    weeks: int = 0
    days: int = 0


class Timing(Entry):
    """A filing window around the day that `fact` gives, and what is said in each state."""

    fact: str
    when: When = {}
    opens: Period | None = None
    closes: Period | None = None
    late_until: Period | None = None
    late_fee: str | None = None
    rule: str
    unknown: str
    early: str | None = None
    open: str
    late: str
    over: str | None = None
    appointment_early: str | None = None
    appointment_late: str | None = None
    filed_late: str | None = None
    source: Names


class Release(Entry):
    """When a calendar opens: an RFC 5545 recurrence and how many weeks it shows.

    `try_from` and `try_now` turn the horizon into advice: the first opening that can show the filing window.
    """

    rule: str
    weeks_visible: int | None = None
    text: str
    try_from: str | None = None
    try_now: str | None = None
    source: Names


class Calendar(Entry):
    """A numbered calendar of a booking site and its supplementary ones."""

    title: str
    main: str
    supplementary: Names = ()
    release: str | None = None


class Reply(Entry):
    """What a rule answers. Names refer to entries of the same file, else of the national one."""

    channel: Channel
    say: str
    calendar: str | None = None
    release: str | None = None
    page: str | None = None
    path: str | None = None
    url: str | None = None
    email: str | None = None
    place: Part | None = None
    timing: str | None = None
    own_list: str | None = None
    remarks: Names = ()
    warnings: Names = ()
    updates: Names = ()


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
    """Where to click, step by step, with the labels as they are on the screen."""

    steps: tuple[str, ...]
    source: Names


class Asking(Entry):
    """One way to ask a fact: where it applies, the words, other words, and the options offered in order."""

    when: When = {}
    text: str
    again: str
    hint: str | None = None
    options: Names = ()


class Band(Entry):
    """One cell of a number or a day: ages strictly below `below`, or days that ended strictly longer ago than a period."""

    name: str
    below: int | None = None
    ended_more_than: Period | None = None


class FactEntry(Entry):
    """A fact: its kind, the labels of its values, how it is asked, and which other facts it replaces when given.

    What is not `kept` is answered and dropped (the foreigner's number).
    """

    name: str
    kind: Literal["choice", "department", "town", "years", "day", "calendars", "agdref"]
    title: str
    labels: Annotated[Mapping[str, str], BeforeValidator(_conditions)] = {}
    bands: tuple[Band, ...] = ()
    ask: tuple[Asking, ...] = ()
    kept: bool = True
    replaces: Names = ()


class Assumption(Entry):
    """What follows from what is known, unless the person says otherwise."""

    given: When
    then: Plain
    why: str


class Questions(Entry):
    """questions.yaml: the facts in the order in which they are asked, the labels of the intents, and the menus."""

    facts: tuple[FactEntry, ...]
    assume: tuple[Assumption, ...] = ()
    intents: Annotated[Mapping[str, str], BeforeValidator(_conditions)]
    menus: Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_conditions)]


class Checklist(Entry):
    """Documents to bring in the situations of `when`, on top of the other lists that apply."""

    id: str
    title: str
    when: When = {}
    items: tuple[str, ...]
    source: Names
    since: date | None = None


class Documents(Entry):
    """documents.yaml: the indicative checklists, after the préfecture's own list."""

    sources: Annotated[Mapping[str, Source], BeforeValidator(_conditions)] = {}
    checklists: tuple[Checklist, ...]


class Shelf(Entry):
    """What the national file and a préfecture's file have in common."""

    sources: Annotated[Mapping[str, Source], BeforeValidator(_conditions)] = {}
    calendars: Annotated[Mapping[str, Calendar], BeforeValidator(_conditions)] = {}
    releases: Annotated[Mapping[str, Release], BeforeValidator(_conditions)] = {}
    timings: Annotated[Mapping[str, Timing], BeforeValidator(_conditions)] = {}
    paths: Annotated[Mapping[str, Path], BeforeValidator(_conditions)] = {}
    own_lists: Annotated[Mapping[str, Part], BeforeValidator(_conditions)] = {}
    remarks: Annotated[Mapping[str, Part], BeforeValidator(_conditions)] = {}
    updates: Annotated[Mapping[str, Update], BeforeValidator(_conditions)] = {}
    rungs: Annotated[Mapping[str, Part], BeforeValidator(_conditions)] = {}
    ladder: tuple[str, ...] = ()
    hints: Names = ()
    topics: Annotated[Mapping[str, tuple[Part, ...]], BeforeValidator(_conditions)] = {}
    rules: tuple[Rule, ...] = ()


class National(Shelf):
    """national.yaml: what holds for every préfecture, and the rules for those without a file.

    `topic_timings`: the dates that a topic adds to its paragraphs. `clamped`: what is added when a month was too
    short for a date.
    """

    clamped: str | None = None
    topic_timings: Annotated[Mapping[str, str], BeforeValidator(_conditions)] = {}


class Prefecture(Shelf):
    """A préfecture's file. `districts`: the towns of each arrondissement, where a rule depends on it."""

    code: str
    name: str
    seat: str
    timezone: str
    site: str
    entrance: str
    districts: Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_conditions)] = {}
    asks: Annotated[Mapping[str, tuple[Asking, ...]], BeforeValidator(_conditions)] = {}
    adopts: Names = ()
