"""A fact that is one word of a closed vocabulary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import Unreadable
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Choice:
    """One word of a closed vocabulary.

    >>> Choice(("cst", "csp")).parse("CST", date(2026, 11, 21))
    'cst'
    """

    values: tuple[str, ...]

    @property
    def cells(self) -> Sequence[str]:
        return self.values

    def parse(self, text: str, today: date) -> Value:
        word = text.strip().lower().replace("-", "_").replace(" ", "_")
        if word not in self.values:
            raise Unreadable(text, ", ".join(self.values))
        return word

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return str(value) if value in self.values else None
