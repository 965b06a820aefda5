"""What was understood of one message: the result every way of understanding gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

Value = str | int | date
"""A fact's value: a word of the vocabulary, whole years, or a day."""

Social = Literal["upset", "thanks", "greeting"]
SOCIAL: tuple[Social, ...] = get_args(Social)
"""What is said between people and asks for nothing; of several in a message, the first counts."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing the person may have meant: `fact` = `value`, or an intent (then `fact` is None)."""

    fact: str | None
    value: Value


@dataclass(frozen=True, slots=True)
class Reading:
    """The facts and the intent of one message.

    `facts` and `intent` are certain enough to act on, and are echoed so that the person can correct them;
    `guesses` are not: at most three, the likeliest first, to be offered as buttons. `social` is told of a message that
    is a greeting, thanks, anger or tears and no more, `term` of one that asks what a word means, `hour` of one that
    tells the day of an appointment together with its hour.
    """

    language: str
    intent: str | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()
    social: Social | None = None
    term: str | None = None
    hour: str | None = None
