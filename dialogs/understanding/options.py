"""The options on the screen, told by their labels: whoever types « aucun de ces cas » presses that button."""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from dialogs.understanding.words import split

UNSAID = "unsaid"
"""The option « je préfère ne pas répondre » or « je ne sais pas » of the facts that have it."""

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_ARTICLES = frozenset({"le", "la", "les", "l", "un", "une", "d", "de", "du", "des", "mon", "ma", "mes"})
_SHORTEST = 4
_Words = tuple[str, ...]


class Options:
    """The labels of every fact. Case, accents, apostrophes, articles and what a label has in brackets count for
    nothing; `polite` words around an answer neither.

    >>> options = Options({"issued_by": {"france": "La France", "other_eu": "Un autre pays européen"}})
    >>> options.labelled("issued_by", "UN AUTRE PAYS EUROPEEN"), options.part_of("issued_by", "autre")
    ('other_eu', 'other_eu')
    """

    def __init__(self, labels: Mapping[str, Mapping[str, str]], polite: Collection[str] = ()) -> None:
        self._small = _ARTICLES | frozenset(polite)
        self._labels = {
            fact: {value: [self._words(text) for text in _forms(label)] for value, label in of_fact.items()}
            for fact, of_fact in labels.items()
        }

    def can_be_unsaid(self, fact: str | None) -> bool:
        """Whether the question on the screen may be left unanswered."""
        return fact is not None and UNSAID in self._labels.get(fact, {})

    def labelled(self, fact: str | None, text: str) -> str | None:
        """The value whose label the text is, word for word; None when there is none or several."""
        words = self._words(text)
        return self._only(value for value, forms in self._of(fact) if words and words in forms)

    def part_of(self, fact: str | None, text: str) -> str | None:
        """The value whose label alone has every word of the text, one of them at least four letters long."""
        words = set(self._words(text))
        if not any(len(word) >= _SHORTEST for word in words):
            return None
        return self._only(
            value for value, forms in self._of(fact) if value != UNSAID and any(words <= set(form) for form in forms)
        )

    def _of(self, fact: str | None) -> Collection[tuple[str, list[_Words]]]:
        return self._labels.get(fact, {}).items() if fact is not None else ()

    def _words(self, text: str) -> _Words:
        return tuple(word.text for word in split(text) if word.text not in self._small)

    @staticmethod
    def _only(values: Iterator[str]) -> str | None:
        found = list(dict.fromkeys(values))
        return found[0] if len(found) == 1 else None


def _forms(label: str) -> list[str]:
    """A label whole, without what it has in brackets, and that alone."""
    return [label, _IN_BRACKETS.sub(" ", label), *_IN_BRACKETS.findall(label)]


@lru_cache(maxsize=1)
def load_options(polite: frozenset[str] = frozenset()) -> Options:
    """The options of the knowledge's questions."""
    text = (files("dialogs.knowledge") / "questions.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506
    return Options({fact["name"]: fact.get("labels", {}) for fact in loaded["facts"]}, polite)
