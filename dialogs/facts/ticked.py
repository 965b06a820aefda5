"""A fact that is a set of documents, ticked on the list as they are made ready."""

import re
from dataclasses import dataclass
from datetime import date

from dialogs.facts.kind import Undivided, Unreadable
from dialogs.understanding.reading import Value


@dataclass(frozen=True)
class Ticked(Undivided):
    """Which of the documents are ready, by their ids (`common-held.2`), comma-joined in order.

    >>> Ticked().toggled("student.1,common-held.2", "student.1")
    'common-held.2'
    """

    def parse(self, text: str, today: date) -> Value:
        ids = [each.strip() for each in text.split(",")]
        if not all(re.fullmatch(r"[a-z0-9][a-z0-9-]*\.[0-9]+", each, re.ASCII) for each in ids):
            raise Unreadable(text, "les pièces de la liste")
        return ",".join(sorted(set(ids)))

    def toggled(self, before: Value | None, item: str) -> Value | None:
        """With the item ticked, or no longer; None when nothing is."""
        ids = set(str(before).split(",")) if before else set()
        return ",".join(sorted(ids ^ {item})) or None
