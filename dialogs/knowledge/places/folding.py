"""Names and messages folded to the same letters: « St-Martin-d'Hères » and « SAINT MARTIN D HERES »."""

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")
_WRITTEN_SHORT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, and where it stands in the text as given."""

    folded: str
    start: int
    end: int


def fold(word: str) -> str:
    """Lower case, without accents.

    >>> fold("Évian")
    'evian'
    """
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    parts = unicodedata.normalize("NFKD", lowered.translate(_LIGATURES))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def fold_words(text: str) -> list[Word]:
    """The words of the text, in order; apostrophes, hyphens and dots separate words.

    >>> [word.folded for word in fold_words("à St-Martin-d'Hères")]
    ['a', 'saint', 'martin', 'd', 'heres']
    """
    found = []
    for match in _WORD.finditer(text):
        folded = fold(match.group())
        found.append(Word(_WRITTEN_SHORT.get(folded, folded), match.start(), match.end()))
    return found


def fold_name(name: str) -> str:
    """The key of a name in the tables.

    >>> fold_name("L'Isle-d'Abeau")
    'l isle d abeau'
    """
    return " ".join(word.folded for word in fold_words(name))
