"""The documents of an answer as a list to tick, and which of them a person names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dialogs.answers import Answer, Phrase
from dialogs.knowledge.places.folding import fold_words
from dialogs.understanding.reading import Value

_SMALL = frozenset(
    {
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "de",
        "du",
        "d",
        "mon",
        "ma",
        "mes",
        "et",
        "ou",
        "a",
        "au",
        "aux",
        "en",
        "pour",
        "ai",
        "j",
        "je",
        "c",
        "est",
        "ok",
        "svp",
        "liste",
        "piece",
        "pieces",
        "papier",
        "papiers",
        "document",
        "documents",
        "coche",
        "cocher",
        "cochez",
        "cochee",
        "decoche",
        "decocher",
        "decochez",
        "pret",
        "prete",
        "prets",
        "fait",
        "the",
        "my",
        "an",
        "of",
        "and",
        "or",
        "i",
        "have",
        "got",
        "tick",
        "untick",
        "check",
        "uncheck",
        "ready",
        "done",
        "please",
        "paper",
        "list",
    }
)


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `id` stays the same when its words change: the list's id and its place there."""

    id: str
    text: Phrase
    ticked: bool


@dataclass(frozen=True, slots=True)
class PaperList:
    """Documents under one title, and what is to be known about them."""

    title: Phrase
    papers: tuple[Paper, ...]
    notes: tuple[Phrase, ...] = ()


def paper_lists(answer: Answer, ticked: Value | None) -> tuple[PaperList, ...]:
    """The lists of an answer; those that only tell where the list is have nothing to tick, and are left out."""
    done = set(str(ticked).split(",")) if ticked else set()
    return tuple(
        PaperList(
            checklist.title,
            tuple(
                Paper(identity, text, identity in done)
                for place, text in enumerate(checklist.items, 1)
                for identity in (f"{checklist.id}.{place}",)
            ),
            checklist.notes,
        )
        for checklist in answer.checklists
        if checklist.items
    )


def named(text: str, lists: Sequence[PaperList]) -> tuple[str, ...]:
    """The ids of the documents that a message names, by their numbers on the screen or by their words.

    Words name a document when they can mean no other; where they could, those that begin with them are meant.
    """
    papers = [paper for each in lists for paper in each.papers]
    numbers = [int(number) for number in re.findall(r"(?<![\w.,/])\d{1,2}(?![\w/]|[.,]\d)", text)]
    if numbers:
        return tuple(papers[number - 1].id for number in numbers if 1 <= number <= len(papers))
    words = _words(text)
    if not words:
        return ()
    spelled = {paper.id: _words(paper.text.text) for paper in papers}
    meant = [each for each, said in spelled.items() if all(word in said for word in words)]
    if len(meant) > 1:
        meant = [each for each in meant if spelled[each][: len(words)] == words]
    return tuple(meant)


def _words(text: str) -> list[str]:
    """The words that count, one or several of a thing being the same."""
    return [word.folded.rstrip("s") for word in fold_words(text) if word.folded not in _SMALL]
