"""A message and stretches of its words, with the questions one asks of them before reading a name there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.knowledge.places.cues import Cue, cue_before, cue_words
from dialogs.knowledge.places.folding import fold_words

LONGEST_NAME = 8
"""Words in the longest name looked for."""

SHORT_ANSWER = 5
"""An answer of at most so many words to « where do you live? » needs no cue."""

_BREAK = re.compile(r"[,;:!?()\n/]|\.\s")
_SAYING_NOTHING = ("courtesy", "of", "at", "between", "living", "being", "code_after")


class Message:
    """A text and its words; `expected` when the person was just asked where they live."""

    def __init__(self, text: str, *, expected: bool = False) -> None:
        self.text = text
        self.words = fold_words(text)
        self.expected = expected
        self.short_answer = expected and len(self.words) <= SHORT_ANSWER
        self.shouted = text.isupper()
        self.quiet = [says_nothing(word.folded) for word in self.words]

    def stretches(self, taken: list[bool]) -> Iterator["Stretch"]:
        """Every stretch of words that no punctuation breaks, the longest first; those taken meanwhile left out."""
        count = len(self.words)
        ends = [count] * count  # where the run of unbroken words that holds each word ends
        for place in range(count - 2, -1, -1):
            between = self.text[self.words[place].end : self.words[place + 1].start]
            abbreviated = self.words[place].folded in ("saint", "sainte")  # « St. Laurent »
            ends[place] = place + 1 if _BREAK.search(between) and not abbreviated else ends[place + 1]
        for length in range(min(count, LONGEST_NAME), 0, -1):
            for first in range(count - length + 1):
                if first + length <= ends[first] and not any(taken[first : first + length]):
                    yield Stretch(self, first, first + length)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The words `first` to `last` (excluded) of a message."""

    message: Message
    first: int
    last: int

    @property
    def words(self) -> list[str]:
        """The words, folded."""
        return [word.folded for word in self.message.words[self.first : self.last]]

    @property
    def key(self) -> str:
        """The words as one folded name."""
        return " ".join(self.words)

    @property
    def span(self) -> tuple[int, int]:
        """Where the words stand in the text."""
        return self.message.words[self.first].start, self.message.words[self.last - 1].end

    @property
    def before(self) -> str:
        """The text before the words."""
        return self.message.text[: self.span[0]].rstrip()

    @property
    def previous(self) -> str:
        """The word before, as written; "" when there is none."""
        if not self.first:
            return ""
        word = self.message.words[self.first - 1]
        return self.message.text[word.start : word.end].lower()

    @property
    def cue(self) -> Cue:
        """What the words before say of these."""
        return cue_before(self.message.words, self.first)

    @property
    def alone(self) -> bool:
        """Whether the message says nothing else."""
        return all(self.message.quiet[: self.first]) and all(self.message.quiet[self.last :])

    @property
    def capital(self) -> bool:
        """Whether there is a capital letter that the beginning of a sentence does not explain."""
        initial = self.message.text[self.span[0]]
        return initial.isupper() and not self.message.shouted and self.before[-1:] not in ("", ".", "!", "?")

    @property
    def number(self) -> str:
        """The number beside, as in « Vif (38) », « Vif 38 », « 38450 Vif », or ""."""
        text, words, (start, end) = self.message.text, self.message.words, self.span
        if self.last < len(words) and not text[end : words[self.last].start].strip(" ,(-"):
            after = words[self.last].folded.upper()
            if after.isdigit() or after in ("2A", "2B"):
                return after
        if self.first and not text[words[self.first - 1].end : start].strip(" ,-"):
            number = words[self.first - 1].folded
            if number.isdigit() and len(number) == 5:
                return number
        return ""


def says_nothing(word: str) -> bool:
    """Whether a message of this word and a name is that name: « bonjour », « habite », « 74 ».

    >>> says_nothing("bonjour"), says_nothing("complet")
    (True, False)
    """
    return word.isdigit() or any(word in cue_words(kind) for kind in _SAYING_NOTHING)
