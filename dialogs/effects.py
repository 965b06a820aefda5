"""What the machine asks to be said in return for an event; every window has words for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.agenda import Agenda
from dialogs.answers import Answer, Phrase
from dialogs.knowledge.schema import Source
from dialogs.knowledge.shelves import Asking
from dialogs.ladder import Ladder
from dialogs.notices import Notice
from dialogs.topics import Topic
from dialogs.understanding.reading import Guess, Value


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


Manner = Literal["greeted", "thanked", "heard"]
"""A greeting returned, thanks received, anger or tears heard."""


@dataclass(frozen=True, slots=True)
class Did:
    """A short word: manners, or the conversation went back, started over, was erased, speaks another language."""

    what: Literal[
        "greeted",
        "thanked",
        "heard",
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
