"""Phrases that mean something, and finding them in a message.

A phrase is written as people say it, with a little notation:

    renouvel*             any word that begins so
    (carte|titre de sejour)   one or the other        [mon|ma]   or nothing
    @card                 a group of words, named in the lexicon
    perdu ... carte       up to five words between; without the dots one, and none after a negation
    algerien* _ residence    nothing between, not even a light word;   d_ou_vient   the same, every word required
    =a                    a light word that must be there; others are ignored, here and in the message, unless
                          the phrase must stand alone or would be left with a single word (« en arrière »)
    <n>                   a number, or <c> one such as 3.1, as calendars are numbered
    ^ retour $            the whole message, greetings aside
    payer & rdv & !timbre both anywhere in the message, and not the third

Every phrase goes into one tree of word classes, so a message is read once, whatever the number of phrases.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from dialogs.understanding.spelling import CALENDAR, NUMBER, Spelling
from dialogs.understanding.words import Word, plain

_PART = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]|(\S+)")
_TIGHT, _NONE, _NEAR, _FAR = -1, 0, 1, 5
_LIGHT = "~"
_GAPS = {"...": _FAR, "_": _TIGHT}
_Sequence = list[frozenset[str] | int]
"""Word classes, and between them the number of words that may intervene where it is not the usual one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A meaning found in a message: the places of the words that say it, how many words made it certain, and
    the phrase of the lexicon that did.
    """

    meaning: str
    words: frozenset[int]
    weight: float
    phrase: str = field(default="", compare=False)

    @property
    def first(self) -> int:
        return min(self.words)

    @property
    def last(self) -> int:
        return max(self.words)


@dataclass(slots=True)
class _Node:
    """A place in the tree: after which words of which phrases we are. Edges by gap, then by word class."""

    edges: dict[int, dict[int, "_Node"]] = field(default_factory=dict)
    ends: list["_Step"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a complete run of words gives: a meaning, or one part of a phrase that has several."""

    key: str
    phrase: str
    alone_before: bool
    alone_after: bool


@dataclass(frozen=True, slots=True)
class _Joint:
    """A phrase of several parts that may stand anywhere in the message; the first part is what says it."""

    meaning: str
    phrase: str
    needs: tuple[str, ...]
    lacks: tuple[str, ...]


@cache
def _is_light(words: frozenset[str]) -> bool:
    return all(word.startswith(_LIGHT) for word in words)


@cache
def _unmarked(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.removeprefix(_LIGHT) for word in words)


def _is_chain(word: str) -> bool:
    return "_" in word and not word.startswith("@")


def _chain(word: str) -> _Sequence:
    """The words of « d_ou_vient », each right after the other."""
    sequence: _Sequence = []
    for each in word.split("_"):
        sequence += (_TIGHT, frozenset({plain(each)}))
    return sequence[1:]


class Phrases:
    """Every phrase of a lexicon, compiled.

    `groups` name sets of words for `@name`; `light` words count for nothing; `polite` words may surround a phrase
    that must stand alone; no phrase reaches over one of the `negators`.
    """

    def __init__(
        self,
        groups: Mapping[str, Sequence[str]],
        light: Collection[str],
        polite: Collection[str],
        negators: Collection[str],
    ) -> None:
        self._groups = groups
        self._light = frozenset(map(plain, light))
        self._polite = frozenset(map(plain, polite))
        self._negators = frozenset(negators)
        self._root = _Node()
        self._classes: dict[tuple[frozenset[str], bool], int] = {}
        self._spelling = Spelling(self._light | self._polite)
        self._joints: dict[str, list[_Joint]] = {}
        self._parts: dict[str, str] = {}
        self._read: dict[str, list[_Sequence]] = {}

    def add(self, meaning: str, phrase: str, *, exact: bool = False) -> None:
        """One phrase for a meaning; `exact` words are never matched through a typing mistake."""
        parts = [part.strip() for part in phrase.split(" & ")]
        if len(parts) == 1:
            self._add_run(meaning, parts[0], exact)
            return
        needs: list[str] = []
        lacks: list[str] = []
        for part in parts:
            absent = part.startswith("!")
            words = part.removeprefix("!").strip()
            key = self._parts.get(words)
            if key is None:
                key = self._parts[words] = f"&{len(self._parts)}"
                self._add_run(key, words, exact)
            (lacks if absent else needs).append(key)
        joint = _Joint(meaning, phrase, tuple(needs), tuple(lacks))
        self._joints.setdefault(needs[0], []).append(joint)

    def _add_run(self, key: str, run: str, exact: bool) -> None:
        step = _Step(key, run, run.startswith("^"), run.endswith("$"))
        for sequence in self._sequences(run.strip("^$ ")):
            node, gap = self._root, 0
            for wanted in self._weighed(sequence, step.alone_before or step.alone_after):
                if isinstance(wanted, int):
                    gap = wanted
                    continue
                edges = node.edges.setdefault(gap, {})
                node = edges.setdefault(self._class_of(wanted, exact), _Node())
                gap = _NONE if wanted <= self._negators else _NEAR
            if node is self._root:
                raise ValueError(f"no word in the phrase {run!r} of {key}")
            if step not in node.ends:
                node.ends.append(step)

    def _weighed(self, sequence: _Sequence, alone: bool) -> Iterator[frozenset[str] | int]:
        """The words that count: the light ones where the phrase is `alone`, or a single other word would be left."""
        keep_light = alone or sum(not isinstance(each, int) and not _is_light(each) for each in sequence) < 2
        for each in sequence:
            if isinstance(each, int):
                yield each
            elif keep_light or not _is_light(each):
                yield _unmarked(each)

    def _sequences(self, run: str) -> Iterator[_Sequence]:
        choices: list[list[_Sequence]] = []
        for match in _PART.finditer(run):
            required, optional, word = match.groups()
            if word in _GAPS:
                choices.append([[_GAPS[word]]])
            elif word is not None and _is_chain(word):
                choices.append([_chain(word)])
            elif word is not None:
                choices.append(self._alternatives(word))
            else:
                options = self._alternatives(required or optional)
                choices.append([[], *options] if optional is not None else options)
        for chosen in itertools.product(*choices):
            yield list(itertools.chain.from_iterable(chosen))

    def _alternatives(self, texts: str) -> list[_Sequence]:
        """Of « one|two words »: single words make one class; each longer alternative is a sequence of its own."""
        known = self._read.get(texts)
        if known is None:
            known = self._read[texts] = self._read_alternatives(texts.split("|"))
        return known

    def _read_alternatives(self, texts: Iterable[str]) -> list[_Sequence]:
        single: set[str] = set()
        longer: list[_Sequence] = []
        for text in self._spread(texts):
            if " " in text or _is_chain(text):
                longer += (self._insisting(each) for each in self._sequences(text))
            else:
                single.add(self._written(text))
        if single:
            longer.insert(0, [frozenset(single)])
        return longer

    def _insisting(self, sequence: _Sequence) -> _Sequence:
        """Light words that are a whole alternative (« (quand|dès que) »), or all but its « not », must be there."""
        if all(isinstance(each, int) or _is_light(each) or each <= self._negators for each in sequence):
            return [each if isinstance(each, int) else _unmarked(each) for each in sequence]
        return sequence

    def _spread(self, texts: Iterable[str]) -> Iterator[str]:
        """Each text, a lone group name replaced by what the group holds."""
        for text in map(str.strip, texts):
            if text.startswith("@") and " " not in text:
                yield from self._spread(self._groups[text[1:]])
            else:
                yield text

    def _written(self, word: str) -> str:
        """A word of a phrase in plain letters, marked where it is a light one that nothing insists on."""
        if word in (NUMBER, CALENDAR):
            return word
        if word.startswith("="):
            return plain(word[1:])
        letters = plain(word)
        return _LIGHT + letters if letters in self._light else letters

    def _class_of(self, words: frozenset[str], exact: bool) -> int:
        number = self._classes.get((words, exact))
        if number is None:
            number = self._classes[words, exact] = len(self._classes)
            for word in words:
                self._spelling.add(word, number, exact=exact)
        return number

    def know(self, words: Iterable[str]) -> None:
        """Ordinary words, in plain letters, that must never be corrected into words of the lexicon."""
        self._spelling.know(frozenset(words))

    def find(self, words: Sequence[Word], names: Collection[int] = ()) -> list[Found]:
        """Every meaning in a message, overlapping ones too: choosing is for the caller. The words at the places
        in `names` are proper names: no typing mistake is looked for in them.
        """
        classes = [self._spelling.classes(word.text, strict=place in names) for place, word in enumerate(words)]
        found: dict[tuple[str, frozenset[int]], Found] = {}
        parts: dict[str, frozenset[int]] = {}
        for start in range(len(words)):
            for step, places in self._runs(self._root, start, (), words, classes):
                run = frozenset(places)
                if step.key.startswith("&"):
                    parts.setdefault(step.key, run)
                else:
                    found[step.key, run] = Found(step.key, run, float(len(run)), step.phrase)
        for key, run in parts.items():
            for joint in self._joints.get(key, ()):
                if all(need in parts for need in joint.needs) and not any(lack in parts for lack in joint.lacks):
                    weight = float(sum(len(parts[need]) for need in joint.needs))
                    found[joint.meaning, run] = Found(joint.meaning, run, weight, joint.phrase)
        return list(found.values())

    def _runs(
        self,
        node: _Node,
        at: int,
        taken: tuple[int, ...],
        words: Sequence[Word],
        classes: Sequence[tuple[int, ...]],
    ) -> Iterator[tuple[_Step, tuple[int, ...]]]:
        for step in node.ends:
            if self._stands(step, taken, words):
                yield step, taken
        for gap, edges in node.edges.items():
            place, skipped = at, 0
            while place < len(words) and (not taken or words[place].sentence == words[taken[-1]].sentence):
                for number in classes[place]:
                    child = edges.get(number)
                    if child is not None:
                        yield from self._runs(child, place + 1, (*taken, place), words, classes)
                if not taken or gap == _TIGHT:
                    break
                letters = words[place].text
                if letters in self._negators:
                    break
                skipped += letters not in self._light
                if skipped > gap:
                    break
                place += 1

    def _stands(self, step: _Step, taken: tuple[int, ...], words: Sequence[Word]) -> bool:
        if step.alone_before and any(word.text not in self._polite for word in words[: taken[0]]):
            return False
        return not (step.alone_after and any(word.text not in self._polite for word in words[taken[-1] + 1 :]))
