"""Names of towns and departments found in a message, each weighed against the words around it.

Many French communes bear the name of an ordinary word (Tours, Die, Rives, Us), so a name counts only with evidence:
what stands before it, how well known the town is, how it is spelled.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.knowledge.places.cues import Cue, cue_before, cue_words
from dialogs.knowledge.places.folding import fold_words
from dialogs.knowledge.places.gazetteer import KNOWN_FROM, Gazetteer
from dialogs.knowledge.places.tables import Commune

LONGEST_NAME = 8
"""Words in the longest name looked for."""

SHORT_ANSWER = 5
"""An answer of at most so many words to « where do you live? » needs no cue."""

_SAYING_NOTHING = ("courtesy", "of", "at", "between", "living", "code_after")
_ARRONDISSEMENT = re.compile(
    r"[\s,(]{0,3}(?:dans le )?(\d{1,2})\s?(?:er|e|è|ème|eme|ième|ieme|st|nd|rd|th)?\b(?:\s+arr\w*)?\)?",
    re.IGNORECASE,
)
_ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of the text read as a department, or as the towns of that name, the most populous first."""

    span: tuple[int, int]
    department: str | None = None
    towns: tuple[Commune, ...] = ()
    sure: bool = True


class Message:
    """A text and its words, with the questions one asks of a stretch of them."""

    def __init__(self, text: str, *, expected: bool = False) -> None:
        self.text = text
        self.words = fold_words(text)
        self.asked = expected
        self.expected = expected and len(self.words) <= SHORT_ANSWER
        self._quiet = [self._says_nothing(word.folded) for word in self.words]
        self._shouted = text.isupper()

    @staticmethod
    def _says_nothing(word: str) -> bool:
        return word.isdigit() or any(word in cue_words(kind) for kind in _SAYING_NOTHING)

    def key(self, first: int, last: int) -> str:
        """The words as one folded name."""
        return " ".join(word.folded for word in self.words[first:last])

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Where the words stand in the text."""
        return self.words[first].start, self.words[last - 1].end

    def alone(self, first: int, last: int) -> bool:
        """Whether the message says nothing else."""
        return all(self._quiet[:first]) and all(self._quiet[last:])

    def capital(self, first: int) -> bool:
        """Whether the word has a capital letter that the beginning of a sentence does not explain."""
        start = self.words[first].start
        before = self.text[:start].rstrip()
        return self.text[start].isupper() and not self._shouted and bool(before) and before[-1] not in ".!?"

    def joined(self, first: int, last: int) -> bool:
        """Whether no end of sentence nor comma runs through the words."""
        start, end = self.span(first, last)
        return not re.search(r"[,;:!?()\n/]|\.\s", self.text[start:end])

    def number_beside(self, first: int, last: int) -> str:
        """The number that follows or precedes the name, as in « Vif (38) » and « 38450 Vif », or ""."""
        if last < len(self.words) and not self._between(last - 1, last).strip(" ,(-"):
            after = self.words[last].folded
            if after.isdigit() or after in ("2a", "2b"):
                return after.upper()
        if first and not self._between(first - 1, first).strip(" ,-"):
            before = self.words[first - 1].folded
            if before.isdigit() and len(before) == 5:
                return before
        return ""

    def _between(self, one: int, other: int) -> str:
        return self.text[self.words[one].end : self.words[other].start]


def find_names(message: Message, names: Gazetteer) -> Iterator[Name]:
    """The names of the message: exact ones, the longest first, then those with a typo in what is left."""
    count = len(message.words)
    taken = [False] * count
    found: list[Name] = []
    for reading in (_exact, _close):
        for first in range(count):
            for last in range(min(count, first + LONGEST_NAME), first, -1):
                if any(taken[first:last]) or not message.joined(first, last):
                    continue
                name = reading(message, names, first, last)
                if name is not None:
                    taken[first:last] = [True] * (last - first)
                    if name.department or name.towns:
                        found.append(name)
                    break
    return iter(sorted(found, key=lambda name: name.span))


def _exact(message: Message, names: Gazetteer, first: int, last: int) -> Name | None:
    key = message.key(first, last)
    span = message.span(first, last)
    if key in names.aliases.elsewhere:
        return Name(span)
    code = names.departments.get(key)
    if code is None and not names.is_name(key):
        return None
    cue = cue_before(message.words, first)
    if cue is Cue.REFUSED:
        return Name(span)
    towns = tuple(names.towns(key))
    alone = message.alone(first, last)
    if code is not None:
        return _department(message, names, first, last, code, towns, alone)
    if not names.is_ordinary(key):
        long_enough = len(key) >= 4 or message.expected or (cue >= Cue.AT and len(key) > 1)
        if key in names.known and long_enough:
            return _town(message, first, last, towns)
        far = cue >= Cue.AT or (cue is Cue.OF and len(key) >= 5)
        if (
            (far and long_enough)
            or message.expected
            or (alone and len(key) > 2)
            or _numbered(message, first, last, towns)
        ):
            return _town(message, first, last, towns)
        return None
    if alone and (len(key) > 1 or message.asked):
        said = cue >= Cue.AT or message.expected or message.capital(first)
        return _town(message, first, last, towns, sure=said)
    if _ordinary_counts(message, names, first, last, cue) or _numbered(message, first, last, towns):
        return _town(message, first, last, towns)
    return None


def _ordinary_counts(message: Message, names: Gazetteer, first: int, last: int, cue: Cue) -> bool:
    """Whether « Tours », « rives », « bonne » are a town here."""
    known = message.key(first, last) in names.known
    if message.capital(first):
        return (
            cue >= Cue.AT
            or (known and cue is Cue.OF)
            or (known and message.text[: message.words[first].start].rstrip().endswith((",", ":")))
        )
    if cue is Cue.LIVING:
        return known or len(message.words) <= SHORT_ANSWER + 1
    # A bare « a » is too often the verb or the English article.
    return (
        known
        and cue is Cue.AT
        and message.words[first - 1].folded != "a"
        or (known and cue is Cue.AT and message.text[message.words[first - 1].start] in "àÀ")
    )


def _numbered(message: Message, first: int, last: int, towns: tuple[Commune, ...]) -> bool:
    """« Vif (38) », « 74000 Annecy »: the number beside the name is of the same department."""
    number = message.number_beside(first, last)
    return any(number == town.department or (number and number in town.postcodes.split()) for town in towns)


def _department(
    message: Message,
    names: Gazetteer,
    first: int,
    last: int,
    code: str,
    towns: tuple[Commune, ...],
    alone: bool,
) -> Name | None:
    key, span = message.key(first, last), message.span(first, last)
    before = [word.folded for word in message.words[max(0, first - 2) : first]]
    article = bool(before) and before[-1] in ("le", "la", "les", "l", "du", "des")
    strong = article and (before[-2:-1] == ["dans"] or cue_before(message.words, first) is Cue.LIVING)
    if towns and towns[0].department == code:
        return _town(message, first, last, towns)
    number = message.number_beside(first, last)
    if towns and not article and cue_before(message.words, first) >= Cue.OF and towns[0].population >= 1000:
        return _town(message, first, last, towns)
    if towns and towns[0].population >= KNOWN_FROM and not article and number != code:
        return _town(message, first, last, towns)
    if key in names.ordinary and not (strong or alone or message.expected or number == code):
        return None
    return Name(span, code)


def _town(message: Message, first: int, last: int, towns: tuple[Commune, ...], *, sure: bool = True) -> Name:
    start, end = message.span(first, last)
    if message.key(first, last) in _ARRONDISSEMENTS:
        part = _ARRONDISSEMENT.match(message.text, end)
        if part and 1 <= int(part.group(1)) <= _ARRONDISSEMENTS[message.key(first, last)]:
            end = part.end()
    return Name((start, end), None, towns, sure)


def _close(message: Message, names: Gazetteer, first: int, last: int) -> Name | None:
    """The stretch as a name with a typo: the stronger the cue, the more names and typos are considered."""
    words = [word.folded for word in message.words[first:last]]
    key = " ".join(words)
    if (
        not 5 <= len(key) <= 40
        or not key[0].isalpha()
        or len(words) > 5
        or any(word.isdigit() for word in words)
    ):
        return None
    if any(word in names.ordinary for word in words) and len(words) == 1:
        return None
    if words[-1] in cue_words("of") or words[-1] in cue_words("at") or words[-1] in cue_words("between"):
        return None
    if words[0] in cue_words("of") or words[0] in cue_words("at") or words[0] in cue_words("living"):
        return None
    if all(word in names.ordinary or message._says_nothing(word) for word in words):
        return None
    cue = cue_before(message.words, first)
    if cue is Cue.REFUSED:
        return None
    code = names.department_close(key)
    if code is not None:
        return Name(message.span(first, last), code)
    living = cue is Cue.LIVING or message.expected or message.alone(first, last)
    edits = _edits(key, words, cue, living)
    if not edits:
        return None
    near = names.close(key, edits, known=True)
    if near is None and len(words) == 1 and (living or (cue is Cue.AT and len(key) >= 7)):
        near = names.close(key, edits, known=False)
    if near is None and living and len(words) > 1 and len(key) >= 9:
        near = names.close(key, edits, known=False)
    split = near is not None and " " not in near and len(words) > 1
    if near is None or names.is_ordinary(near) or (split and not living):
        return None
    return _town(message, first, last, tuple(names.towns(near)))


def _edits(key: str, words: list[str], cue: Cue, living: bool) -> int:
    """How many typos a name of that length may have; an article says nothing of the name."""
    length = len(key) - (len(words[0]) + 1 if len(words) > 1 and words[0] in cue_words("article") else 0)
    if living:
        return 2 if length >= 8 else 1
    if cue >= Cue.OF:
        return 2 if length >= 9 else 1
    if len(words) > 1:
        return 2 if length >= 13 else 1 if length >= 9 else 0
    return 1
