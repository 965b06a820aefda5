"""« C'est quoi une APS ? »: the word of the field that a message asks the meaning of."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import yaml

from dialogs.understanding.words import split

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class Terms:
    """The terms of the glossary by the words people use for them.

    >>> terms = Terms({"aps": ["aps"]}, ["c est quoi"], ["une"])
    >>> terms.asked("c'est quoi une A.P.S. ?"), terms.asked("je renouvelle mon APS")
    ('aps', None)
    """

    def __init__(self, words: Mapping[str, Sequence[str]], asked_by: Sequence[str], small: Collection[str]) -> None:
        self._asked_by = sorted(asked_by, key=len, reverse=True)
        self._small = frozenset(small)
        self._terms = {self._telling(each): term for term, forms in words.items() for each in forms}

    def asked(self, text: str) -> str | None:
        """The term, in a message that asks for its meaning and for nothing else."""
        said = f" {' '.join(word.text for word in split(text))} "
        asking = next((each for each in self._asked_by if f" {each} " in said), None)
        if asking is None:
            return None
        return self._terms.get(self._telling(said.replace(f" {asking} ", " ", 1)))

    def _telling(self, words: str) -> str:
        return " ".join(word for word in words.split() if word not in self._small)


@lru_cache(maxsize=1)
def load_terms() -> Terms:
    """The terms of the knowledge."""
    raw = yaml.load(files("dialogs.knowledge").joinpath("glossary.yaml").read_bytes(), Loader=_Loader)  # noqa: S506
    return Terms({name: entry["words"] for name, entry in raw["terms"].items()}, raw["asked_by"], raw["small"])
