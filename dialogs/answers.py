"""What is answered: the calendar, the channel, the documents, the dates, the sources.

An answer is data: its texts are `Phrase`s, French keys of the catalogues with the values to fill in, so that every
channel and every language can say it in its own way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from dialogs.deadlines import State
from dialogs.knowledge.library import Office
from dialogs.knowledge.schema import Source


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
    """Documents under one title, and what is to be known about them. `id` is the list's name in the knowledge."""

    id: str
    title: Phrase
    items: tuple[Phrase, ...]
    notes: tuple[Phrase, ...] = ()


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
