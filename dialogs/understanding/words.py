"""A message as words: the same letters however it was typed, each word knowing where it stood in the text.

Accents, case, apostrophes, elongations and shorthand are undone here, once, so that nothing after has to care.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""(?P<initials>(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?)  # A.P.S., R.D.V
      | (?P<number>\d+(?:[.,/:-]\d+)*)            # 38600, 3.1, 13/04/27
      | (?P<word>[^\W\d_]+)
      | (?P<money>€)
      | (?P<stop>[.!?;\n…]+)
      | (?P<pause>[,:()]|\s[-–—]\s)""",
    re.VERBOSE,
)
_ELONGATION = re.compile(r"([a-z])\1{2,}")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "ı": "i"})
_SPELLINGS = (
    ("eau", "o"),
    ("au", "o"),
    ("ph", "f"),
    ("qu", "k"),
    ("ck", "k"),
    ("sc", "s"),
    ("ce", "se"),
    ("ci", "si"),
    ("c", "k"),
    ("z", "s"),
    ("y", "i"),
    ("h", ""),
    ("en", "an"),
    ("em", "an"),
    ("am", "an"),
    ("ai", "e"),
    ("ei", "e"),
)
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a message, in plain lower-case letters.

    `span` indexes the text as the person wrote it; `sentence` and `clause` count from 0: a phrase never
    crosses a sentence, and a negation rarely crosses a clause.
    """

    text: str
    span: tuple[int, int]
    sentence: int
    clause: int


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The letters without accents, case or elongation.

    >>> plain("Préfecture"), plain("STOOOOP"), plain("œuvre")
    ('prefecture', 'stop', 'oeuvre')
    """
    lowered = text.casefold().translate(_LIGATURES)
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _ELONGATION.sub(r"\1", lowered)


@lru_cache(maxsize=8192)
def sound(word: str) -> str:
    """A spelling-blind form: two words that sound alike in French mostly share it.

    >>> sound("resepisse") == sound("recepisse"), sound("renouvellement") == sound("renouvelement")
    (True, True)
    """
    for written, heard in _SPELLINGS:
        word = word.replace(written, heard)
    return _DOUBLE.sub(r"\1", word)


def split(text: str, shorthand: Mapping[tuple[str, ...], tuple[str, ...]] | None = None) -> list[Word]:
    """The words of a message; `shorthand` gives what a run of words stands for (« jve » -> « je veux »).

    >>> [word.text for word in split("J'ai un rendez-vous", {("rendez", "vous"): ("rdv",)})]
    ['j', 'ai', 'un', 'rdv']
    """
    words: list[Word] = []
    sentence = clause = 0
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "stop":
            sentence, clause = sentence + 1, clause + 1
        elif match.lastgroup == "pause":
            clause += 1
        else:
            letters = plain(match[0])
            if match.lastgroup == "initials":
                letters = letters.replace(".", "")
            elif match.lastgroup == "money":
                letters = "euros"
            words.append(Word(letters, match.span(), sentence, clause))
    return _expand(words, shorthand) if shorthand else words


def _expand(words: list[Word], shorthand: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[Word]:
    longest = max(map(len, shorthand))
    expanded: list[Word] = []
    at = 0
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            run = words[at : at + length]
            meaning = shorthand.get(tuple(word.text for word in run))
            if meaning is not None:
                span = (run[0].span[0], run[-1].span[1])
                expanded += (Word(text, span, run[0].sentence, run[0].clause) for text in meaning)
                at += length
                break
        else:
            expanded.append(words[at])
            at += 1
    return expanded
