"""A fact that is the foreigner's number: answered, never kept."""

from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import Undivided
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Agdref(Undivided):
    """The foreigner's number as printed on the permit; `dialogs.agdref` says what to type.

    It stays text (leading zeros count), and any text is taken: what is wrong with it is part of the answer.
    """

    def parse(self, text: str, today: date) -> Value:
        return text.strip()
