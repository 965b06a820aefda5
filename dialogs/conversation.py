"""The state of a conversation: what we know, how we know it, and nothing else.

There is no node and no stack. Each entry says that a fact was given a value (or taken back) in a turn; the latest
entry of a fact counts, and going back removes the entries of the last turn, which restores what they had replaced.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from dialogs.understanding.reading import Value

MOST_ENTRIES = 100
"""Entries a conversation holds before what was replaced long ago is folded away; the state stays small for ever."""

How = Literal["pressed", "typed", "understood"]


@dataclass(frozen=True, slots=True)
class Given:
    """A fact given in a turn; `value` is None when the person took it back."""

    fact: str
    value: Value | None
    how: How
    turn: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one person told us. `misses` counts messages in a row that were not understood."""

    given: tuple[Given, ...] = ()
    language: str = "fr"
    language_chosen: bool = False
    misses: int = 0

    @property
    def facts(self) -> dict[str, Value]:
        """The facts that count now, in the order in which they were last given."""
        latest: dict[str, Value | None] = {}
        for entry in self.given:
            latest.pop(entry.fact, None)
            latest[entry.fact] = entry.value
        return {fact: value for fact, value in latest.items() if value is not None}

    def tell(self, facts: Mapping[str, Value | None], how: How) -> "Conversation":
        """With these facts given, in one turn. What changes nothing adds nothing.

        >>> Conversation().tell({"permit": "cst"}, "pressed").tell({"permit": "csp"}, "pressed").facts
        {'permit': 'csp'}
        """
        known = self.facts
        turn = self.given[-1].turn + 1 if self.given else 1
        kept = self.given if len(self.given) < MOST_ENTRIES else _folded(self.given)
        news = tuple(Given(fact, value, how, turn) for fact, value in facts.items() if known.get(fact) != value)
        return replace(self, given=kept + news, misses=0)

    def back(self) -> "Conversation":
        """Without the last turn's facts; what they had replaced counts again.

        >>> Conversation().tell({"permit": "cst"}, "pressed").tell({"permit": "csp"}, "pressed").back().facts
        {'permit': 'cst'}
        """
        if not self.given:
            return self
        last = self.given[-1].turn
        return replace(self, given=tuple(entry for entry in self.given if entry.turn != last), misses=0)

    def to_json(self) -> dict[str, Any]:
        """Plain data for a store; `from_json` reads it back."""
        return {
            "given": [
                [g.fact, g.value.isoformat() if isinstance(g.value, date) else g.value, g.how, g.turn]
                for g in self.given
            ],
            "language": self.language,
            "language_chosen": self.language_chosen,
            "misses": self.misses,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], days: frozenset[str]) -> "Conversation":
        """The conversation as it was. `days` names the facts whose values are days."""
        given = tuple(Given(fact, _value(value, fact in days), how, turn) for fact, value, how, turn in data["given"])
        return cls(given, data["language"], data["language_chosen"], data["misses"])


def _folded(given: tuple[Given, ...]) -> tuple[Given, ...]:
    """The latest entry of each fact, and the last entries as they are, so that going back still works a while."""
    latest = {entry.fact: entry for entry in given}
    recent = given[-MOST_ENTRIES // 4 :]
    return tuple(entry for entry in given[: -MOST_ENTRIES // 4] if latest[entry.fact] is entry) + recent


def _value(value: str | int | None, is_day: bool) -> Value | None:
    if not is_day or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value
