"""A fact that is a commune."""

from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import Undivided, Unreadable
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Town(Undivided):
    """The official name of a commune; which department it must be in is the knowledge's business."""

    def parse(self, text: str, today: date) -> Value:
        name = " ".join(text.split())
        if not name or len(name) > 60:
            raise Unreadable(text, "le nom d’une commune")
        return name
