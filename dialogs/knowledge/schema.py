"""What knowledge files are made of: sources, conditions, sourced texts, windows, releases, calendars, replies.

Every entry remembers the line it stands on, so that a fault is reported as `file:line`. Texts are plain French and
are the keys of the gettext catalogues; a text may hold {placeholders} that the answer fills in.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LINE = "__line__"

Channel = Literal[
    "booking",
    "form",
    "anef",
    "natali",
    "ants",
    "email",
    "walk_in",
    "pickup_notice",
    "other_office",
    "official_site",
]


class Entry(BaseModel):
    """Anything written in a knowledge file, with the line it begins on."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    line: int = Field(default=0, alias=LINE)


def listed(value: object) -> object:
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
    excluded: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(default=(), alias="except")


def conditions(value: object) -> object:
    return {key: item for key, item in value.items() if key != LINE} if isinstance(value, dict) else value


When = Annotated[
    Mapping[str, Annotated[Accepted, BeforeValidator(_accepted)]],
    BeforeValidator(conditions),
]
Names = Annotated[tuple[str, ...], BeforeValidator(listed)]
Plain = Annotated[Mapping[str, str | int | date], BeforeValidator(conditions)]


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
