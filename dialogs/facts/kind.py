"""What every kind of fact must know, what some of them share, and the value that says nothing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol

from dialogs.understanding.reading import Value

UNSAID = "unsaid"
"""The value of « je préfère ne pas répondre » and « je ne sais pas »: known to be unknown, never asked again."""


class Unreadable(ValueError):
    """A value that the fact cannot take. `text` is what was given, `expected` what would be right (a msgid)."""

    def __init__(self, text: str, expected: str) -> None:
        super().__init__(f"{text!r}: {expected}")
        self.text = text
        self.expected = expected


class Kind(Protocol):
    """What a kind of fact must know: its cells, and the way from text to value and back."""

    @property
    def cells(self) -> Sequence[str]: ...

    def parse(self, text: str, today: date) -> Value: ...

    def say(self, value: Value) -> str: ...

    def cell(self, value: Value, today: date) -> str | None: ...


class Undivided:
    """What the kinds share that the decision tables do not tell apart: no cells, and a value that is its own text."""

    @property
    def cells(self) -> Sequence[str]:
        return ()

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return None


def is_unsaid(text: str) -> bool:
    """Whether a text stands for `UNSAID`, as the knowledge and the links write it.

    >>> is_unsaid(" Unsaid "), is_unsaid("12")
    (True, False)
    """
    return text.strip().lower() == UNSAID


def banded(names: Iterable[str]) -> Sequence[str]:
    """The cells of a fact that bands tell apart, by their names: what is unsaid has one too. Without a band, none.

    >>> banded(["child", "older"]), banded([])
    (('child', 'older', 'unsaid'), ())
    """
    bands = tuple(names)
    return (*bands, UNSAID) if bands else ()
