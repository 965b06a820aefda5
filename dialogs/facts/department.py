"""A fact that is a department, and with it a préfecture."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import Unreadable
from dialogs.knowledge.places.tables import load_departments
from dialogs.understanding.places import load_places
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Department:
    """A department code; those whose préfecture has a file of its own are cells, all others share one.

    >>> Department(known=("74",)).parse("haute savoie", date(2026, 11, 21))
    '74'
    """

    known: tuple[str, ...]
    elsewhere: str = "elsewhere"

    @property
    def cells(self) -> Sequence[str]:
        return (*self.known, self.elsewhere)

    def parse(self, text: str, today: date) -> Value:
        if text.strip().upper() in load_departments():
            return text.strip().upper()
        code = load_places().department(text)
        if code is None:
            raise Unreadable(text, "un département, une préfecture, une ville ou un code postal (74, Annecy, 38000…)")
        return code

    def say(self, value: Value) -> str:
        return str(value)

    def cell(self, value: Value, today: date) -> str | None:
        return str(value) if value in self.known else self.elsewhere
