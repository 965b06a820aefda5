"""Which word classes a typed word belongs to, typing mistakes forgiven.

Exact spelling first, then prefixes, then words that sound the same, then one or two mistyped letters. A word the
lexicon knows is never corrected into another, and short words are never corrected at all.
"""

from collections import defaultdict
from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.understanding.words import sound

NUMBER = "<n>"
_SHORTEST_SOUND = 5
_SHORTEST_MISTYPED = 5
_LONG = 9


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
        self._numbers: set[int] = set()
        self._seen: dict[str, tuple[int, ...]] = {}

    def add(self, word: str, number: int, *, exact: bool = False) -> None:
        """Put a word, a prefix (`renouvel*`) or any number (`<n>`) in a class."""
        self._by_letter = None
        self._seen.clear()
        if word == NUMBER:
            self._numbers.add(number)
        elif word.endswith("*"):
            self._stems[word[:-1]].add(number)
            if not exact:
                self._loose_stems[word[:-1]].add(number)
        else:
            self._exact[word].add(number)
            if not exact:
                self._loose[word].add(number)
                self._sounds[sound(word)].add(number)

    def know(self, words: Collection[str]) -> None:
        """Ordinary words that look like words of the lexicon and are not: never to be corrected."""
        self._known.update(words)

    def classes(self, word: str) -> tuple[int, ...]:
        """The classes of a typed word, none for a word that means nothing here."""
        seen = self._seen.get(word)
        if seen is None:
            if len(self._seen) > 20_000:
                self._seen.clear()
            seen = self._seen[word] = tuple(sorted(self._look(word)))
        return seen

    def _look(self, word: str) -> set[int]:
        if word[0].isdigit():
            return set(self._exact.get(word, ())) | self._numbers
        found = set(self._exact.get(word, ()))
        for length in range(2, len(word) + 1):
            found |= self._stems.get(word[:length], set())
        if found or word in self._known or len(word) < _SHORTEST_MISTYPED:
            return found
        return self._forgive(word)

    def _forgive(self, word: str) -> set[int]:
        heard = sound(word)
        if len(heard) >= _SHORTEST_SOUND - 1 and heard in self._sounds:
            return set(self._sounds[heard])
        if self._by_letter is None:
            self._index()
        assert self._by_letter is not None  # noqa: S101
        cutoff = 2 if len(word) >= _LONG else 1
        best = process.extractOne(
            word, self._by_letter.get(word[0], ()), scorer=OSA.distance, score_cutoff=cutoff
        )
        if best is not None:
            return set(self._loose[best[0]])
        found: set[int] = set()
        for length in range(5, len(word) + 1):
            stems = self._stems_by_length.get((word[0], length))
            if stems:
                near = process.extractOne(word[:length], stems, scorer=OSA.distance, score_cutoff=1)
                if near is not None:
                    found = set(self._loose_stems[near[0]])
        return found

    def _index(self) -> None:
        by_letter: dict[str, list[str]] = {}
        for word in sorted(self._loose):
            if len(word) >= _SHORTEST_MISTYPED and not word[0].isdigit():
                by_letter.setdefault(word[0], []).append(word)
        self._by_letter = by_letter
        self._stems_by_length = {}
        for stem in sorted(self._loose_stems):
            if len(stem) >= _SHORTEST_MISTYPED:
                self._stems_by_length.setdefault((stem[0], len(stem)), []).append(stem)
