"""What can happen to a conversation, and what the machine asks to be said in return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.agenda import Agenda
from dialogs.answers import Answer, Phrase
from dialogs.knowledge.schema import Source
from dialogs.knowledge.shelves import Asking
from dialogs.ladder import Ladder
from dialogs.notices import (
    AlertList,
    Alerts,
    AlertsChanged,
    AppointmentNear,
    Booked,
    DeadlineNear,
    NoCalendar,
    Notice,
    Opened,
    Papers,
    Released,
    Remind,
    StillSearching,
    Wait,
    WaitEnded,
    Waiting,
)
from dialogs.topics import Topic
from dialogs.understanding.reading import Guess, Value

__all__ = [
    "Agenda",
    "AlertList",
    "Alerts",
    "AlertsChanged",
    "Answered",
    "AppointmentNear",
    "Ask",
    "Attach",
    "Booked",
    "Choose",
    "Climbed",
    "DeadlineNear",
    "Declined",
    "Defined",
    "Did",
    "Effect",
    "Event",
    "Linking",
    "Listed",
    "Lost",
    "NoCalendar",
    "Noted",
    "Notice",
    "Offered",
    "Opened",
    "Outdated",
    "Papers",
    "Question",
    "Released",
    "Remind",
    "Reopen",
    "Say",
    "StillSearching",
    "Stray",
    "Talked",
    "Tell",
    "Tick",
    "Unreadable",
    "Wait",
    "WaitEnded",
    "Waiting",
    "Welcome",
    "Windows",
]

# --- events: what a person does ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say:
    """The person writes something."""

    text: str


@dataclass(frozen=True, slots=True)
class Choose:
    """The person takes an option, on the newest keyboard or on an old one: it says fact = value.

    `guessed`: they wrote no more than a part of it, so it is said back.
    """

    fact: str
    value: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The person takes an entry of the menu: one of the intents."""

    intent: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """The person wants to change one answer: it is taken back and asked again."""

    fact: str


@dataclass(frozen=True, slots=True)
class Tell:
    """The person comes by a link or a QR code that already says facts, as texts; without any, says hello."""

    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attach:
    """The person sends what is no text; `kind` says what: photo, voice, document, location…"""

    kind: str


@dataclass(frozen=True, slots=True)
class Stray:
    """The person answers by a number that cannot be meant for what is asked now: of a list that changed since, or of
    none."""

    why: Literal["changed", "no_such_number"]


@dataclass(frozen=True, slots=True)
class Tick:
    """The person ticks a document of their list, or unticks it; `item` is its id.

    `done`: as the button they pressed said, so that a double tap is one; None: the other way round.
    """

    item: str
    done: bool | None = None


Event = Say | Choose | Ask | Reopen | Tell | Attach | Stray | Tick

# --- effects: what is to be said ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Welcome:
    """Who we are and what we do, said to somebody who comes and has told us nothing yet."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Facts taken from words, or an answer that changed: said back so that it can be corrected."""

    facts: Mapping[str, Value]
    before: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outdated:
    """Answers that the knowledge no longer accepts, or a tap on an option that is gone; what is open is asked again."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that the fact cannot take, and what would be right (a text of the catalogue)."""

    fact: str
    text: str
    expected: str


@dataclass(frozen=True, slots=True)
class Question:
    """The next question. `again`: in other words, because the last message was not understood."""

    fact: str
    asking: Asking
    again: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer is reached, or one part of it: its documents, why it is so, its dates when only a date is new."""

    answer: Answer
    part: Literal["whole", "documents", "why", "dates"] = "whole"


@dataclass(frozen=True, slots=True)
class Climbed:
    """What to do when the calendars are full, or why. `answer`: the situation's own, once it is reached."""

    ladder: Ladder
    answer: Answer | None
    part: Literal["whole", "why"] = "whole"


@dataclass(frozen=True, slots=True)
class Talked:
    """A topic that may come up at any moment."""

    topic: Topic


@dataclass(frozen=True, slots=True)
class Defined:
    """What a word of the field means."""

    text: Phrase
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A doubtful message: at most three things it may mean."""

    guesses: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that says nothing we know. `menu`: it is the second in a row, so what can be asked is listed."""

    menu: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """The answers given so far: to change one of them (`change`), or to see what is kept (`my_data`)."""

    facts: Mapping[str, Value]
    purpose: Literal["change", "my_data"]


@dataclass(frozen=True, slots=True)
class Did:
    """A short word: manners, or the conversation went back, started over, was erased, speaks another language."""

    what: Literal[
        "greeted",
        "thanked",
        "resumed",
        "back",
        "at_start",
        "restarted",
        "erased",
        "language",
        "no_such_language",
        "needs_situation",
        "needs_situation_to_wait",
        "needs_situation_to_remind",
        "reminders_stopped",
        "restarted_with_reminders",
        "no_papers",
        "changed",
        "no_such_number",
    ]


@dataclass(frozen=True, slots=True)
class Declined:
    """What was sent cannot be read here, and is not kept."""

    kind: str


@dataclass(frozen=True, slots=True)
class Linking:
    """One conversation in several windows, and a number shared; what the store has to do is done by the turn.

    The machine asks for a `code` (where it was made, it is there) and to `forget` a number. The rest is what became of
    it, or of a code that was sent: `dropped` if the window had a conversation of its own, which ends.
    """

    what: Literal["code", "joined", "same", "own", "wrong", "wait", "shared", "forget", "forgotten"]
    code: str = ""
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Windows:
    """Where the conversation shows, by channel, and whether a number is shared: a part of what is kept."""

    channels: tuple[str, ...]
    number: bool


Effect = (
    Welcome
    | Noted
    | Outdated
    | Unreadable
    | Question
    | Answered
    | Climbed
    | Talked
    | Defined
    | Offered
    | Lost
    | Listed
    | Did
    | Declined
    | Linking
    | Windows
    | Agenda
    | Notice
)
