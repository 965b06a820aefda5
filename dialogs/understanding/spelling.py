"""Which word classes a typed word belongs to, typing mistakes forgiven.

Exact spelling first, then prefixes, then words that sound the same, then one or two mistyped letters. A word the
lexicon knows is never corrected into another, and short words are never corrected at all.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.understanding.words import sound

NUMBER, CALENDAR = "<n>", "<c>"
_SHORTEST_SOUND = 4
_SHORTEST_MISTYPED = 5  # such a short word may miss a letter or have two swapped, not have another letter
_SHORTEST_STEM = 6
_LONG = 9  # from this length two mistakes are forgiven
_ELIDED = "jldmtsnc"
_REMEMBERED = 20_000
_SLOT = re.compile(r"[1-4][.,][1-4]")


class Spelling:
    """Words and prefixes, each with the classes it belongs to. `known` words are right as they are."""

    def __init__(self, known: Collection[str]) -> None:
        self._known = set(known)
        self._exact: defaultdict[str, set[int]] = defaultdict(set)
        self._stems: defaultdict[str, set[int]] = defaultdict(set)
        self._loose: defaultdict[str, set[int]] = defaultdict(set)
        self._loose_stems: defaultdict[str, set[int]] = defaultdict(set)
        self._sounds: defaultdict[str, set[int]] = defaultdict(set)
        self._by_letter: dict[str, list[str]] | None = None
        self._stems_by_length: dict[tuple[str, int], list[str]] = {}
        self._seen: dict[tuple[str, bool], tuple[int, ...]] = {}

    def add(self, word: str, number: int, *, exact: bool = False) -> None:
        """Put a word, a prefix (`renouvel*`) or any number (`<n>`, or `<c>` as calendars are numbered) in a class."""
        self._by_letter = None
        self._seen.clear()
        if word in (NUMBER, CALENDAR):
            self._exact[word].add(number)
        elif word.endswith("*"):
            self._stems[word[:-1]].add(number)
            if not exact:
                self._loose_stems[word[:-1]].add(number)
        else:
            self._exact[word].add(number)
            if not exact:
                self._loose[word].add(number)

    def know(self, words: Collection[str]) -> None:
        """Ordinary words that look like words of the lexicon and are not: never to be corrected."""
        self._known.update(words)

    def classes(self, word: str, *, strict: bool = False) -> tuple[int, ...]:
        """The classes of a typed word, none for a word that means nothing here; `strict` forgives no mistake."""
        seen = self._seen.get((word, strict))
        if seen is None:
            if len(self._seen) > _REMEMBERED:
                self._seen.clear()
            seen = self._seen[word, strict] = tuple(sorted(self._look(word, strict)))
        return seen

    def _look(self, word: str, strict: bool) -> set[int]:
        found = self._right(word)
        if word[0].isdigit():
            return found | self._exact[NUMBER] | (self._exact[CALENDAR] if _SLOT.fullmatch(word) else set())
        if found or strict or word in self._known or len(word) < _SHORTEST_MISTYPED:
            return found
        if word[0] in _ELIDED and (found := self._right(word[1:])):  # « jhabite », « lattestation »
            return found
        return self._forgive(word)

    def _right(self, word: str) -> set[int]:
        found = set(self._exact.get(word, ()))
        for length in range(2, len(word) + 1):
            found |= self._stems.get(word[:length], set())
        return found

    def _forgive(self, word: str) -> set[int]:
        if self._by_letter is None:
            self._by_letter = self._index()
        heard = sound(word)
        if len(heard) >= _SHORTEST_SOUND and heard in self._sounds:
            return set(self._sounds[heard])
        near = self._mistyped(word, self._by_letter.get(word[0], ()))
        if near is not None:
            return self._loose[near].union(
                *(self._loose_stems.get(near[:length], ()) for length in range(2, len(near) + 1))
            )
        found: set[int] = set()
        for length in range(_SHORTEST_STEM, len(word) + 2):
            stems = self._stems_by_length.get((word[0], length), ())
            best = process.extractOne(word[:length], stems, scorer=OSA.distance, score_cutoff=1)
            if best is not None:
                found = set(self._loose_stems[best[0]])
        return found

    def _mistyped(self, word: str, candidates: Sequence[str]) -> str | None:
        cutoff = 2 if len(word) >= _LONG else 1
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=cutoff, limit=3)
        for meant, _, _ in near:
            if len(word) != len(meant) or len(word) > _SHORTEST_MISTYPED or sorted(word) == sorted(meant):
                return str(meant)
        return None

    def _index(self) -> dict[str, list[str]]:
        by_letter: dict[str, list[str]] = {}
        for word in sorted(self._loose):
            self._sounds[sound(word)] |= self._loose[word]
            if len(word) >= _SHORTEST_MISTYPED and not word[0].isdigit():
                by_letter.setdefault(word[0], []).append(word)
        self._stems_by_length = {}
        for stem in sorted(self._loose_stems):
            if len(stem) >= _SHORTEST_STEM:
                self._stems_by_length.setdefault((stem[0], len(stem)), []).append(stem)
        return by_letter
