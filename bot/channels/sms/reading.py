"""What an SMS means: back, a word of ours, the number or the word of an option; anything else is what somebody says.

A number means what it means on the last SMS. If another question is open by now, because a rule was edited or because
it was answered in another window, the number is not believed: the question is asked again.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.buttons import decode
from dialogs.effects import Question
from dialogs.events import Ask, Choose, Event, Say, Stray
from dialogs.facts import UNSAID
from dialogs.knowledge.places.folding import fold_words
from dialogs.knowledge.shelves import Asking

Screen = dict[str, Any]
"""What the last SMS offered. `asked`: the fact of its question and its options, as `signature` gives them; `choices`:
labels with what they carry (`bot.buttons`); `numbered`: off where a number is itself an answer; `rest`: the pages not
sent yet; `end`: what is said to somebody who wants more than there is."""


@dataclass(frozen=True, slots=True)
class More:
    """The person wants the rest of what was said."""


WORDS: dict[str, Event | More] = {
    **dict.fromkeys(("0", "o", "retour", "back"), Ask("back")),
    **dict.fromkeys(("suite", "la suite", "suivant", "more", "next"), More()),
    **dict.fromkeys(("pieces", "piece", "pieces a fournir", "docs", "documents"), Ask("documents")),
    **dict.fromkeys(("pourquoi", "why"), Ask("why")),
    **dict.fromkeys(("plein", "complet", "full"), Ask("calendar_full")),
    **dict.fromkeys(("changer", "change"), Ask("change")),
    **dict.fromkeys(("recommencer", "restart"), Ask("restart")),
}
"""The words that the SMS name, folded, alone in a message."""

SHORTEST = 3
"""Letters: fewer do not name an option."""

_NUMBER = re.compile(r"\W*(?:n[o°º]?|num[eé]ro|choix|option)?\W*(\d{1,2})\W*", re.IGNORECASE)
_COPIED = re.compile(r"\W*(\d{1,2})\W+(\S.*)", re.DOTALL)


def hear(text: str, screen: Screen | None, question: Question | None) -> Event | More:
    """What a text means to somebody who has this screen, while `question` is the one that is open.

    >>> screen = {"asked": None, "choices": [["Carte grise", "?help"], ["Autre", "?why"]], "numbered": True}
    >>> hear("2.", screen, None), hear("carte g", screen, None), hear("Suite", screen, None), hear("salut", None, None)
    (Ask(intent='why'), Ask(intent='help'), More(), Say(text='salut'))
    """
    screen = screen or None
    said, word = text.strip(), folded(text)
    if word in WORDS:
        return WORDS[word]
    if question is not None and said.isdecimal() and said in question.asking.options:
        return Choose(question.fact, said)
    number = _NUMBER.fullmatch(said)
    if number is not None:
        return _numbered(int(number[1]), said, screen, question)
    if screen is None or not _stands(screen, question):
        return Say(said)
    chosen = _copied(said, screen) or named(word, [label for label, _ in screen["choices"]])
    if chosen is None:
        return Say(said)
    meaning, label = _choice(screen, chosen), folded(screen["choices"][chosen - 1][0])
    return replace(meaning, guessed=not word.endswith(label)) if isinstance(meaning, Choose) else meaning or Say(said)


def folded(text: str) -> str:
    """A text as words are compared: lower case, without accents and signs."""
    return " ".join(word.folded for word in fold_words(text))


def signature(asking: Question | None) -> list[Any] | None:
    """Which question it is, as far as its answers go."""
    return None if asking is None else [asking.fact, list(asking.asking.options)]


def is_numbered(asking: Asking) -> bool:
    """Whether the options may be numbered: an age, a date, a calendar is a number itself."""
    return any(option != UNSAID for option in asking.options)


def named(word: str, labels: list[str]) -> int | None:
    """The number of the only label that a folded word is, or begins. One that others hold as well names none.

    >>> named("carte", ["Retirer ma carte", "Carte grise"]), named("retirer", ["Retirer ma carte", "Carte grise"])
    (None, 1)
    """
    names = [folded(label) for label in labels]
    if word in names:
        return names.index(word) + 1
    holding = [number for number, name in enumerate(names, 1) if f" {word}" in f" {name}"]
    begun = [number for number in holding if names[number - 1].startswith(word)]
    return begun[0] if len(word) >= SHORTEST and len(holding) == 1 and begun else None


def _numbered(number: int, said: str, screen: Screen | None, question: Question | None) -> Event:
    """A bare number: of the list on the screen, an answer by itself, or astray."""
    if screen is not None and not _stands(screen, question):
        return Stray("changed")
    choices = screen["choices"] if screen is not None and screen["numbered"] else []
    if screen is not None and 1 <= number <= len(choices):
        return _choice(screen, number) or Say(said)
    if question is not None and (not is_numbered(question.asking) or _are_numbers(question.asking)):
        return Say(said)
    return Stray("no_such_number" if choices or question is None else "changed")


def _are_numbers(asking: Asking) -> bool:
    """Whether the answers have numbers of their own, as the departments have."""
    return any(option.isdecimal() for option in asking.options)


def _stands(screen: Screen, question: Question | None) -> bool:
    """Whether what the screen offers may still be chosen: its question is open, or it was no question."""
    return screen["asked"] is None or screen["asked"] == signature(question)


def _copied(said: str, screen: Screen) -> int | None:
    """The number of an option that was copied with its label, « 2 Isère (38) »."""
    copied = _COPIED.fullmatch(said)
    if copied is None or not screen["numbered"]:
        return None
    number, label = int(copied[1]), folded(copied[2])
    labels = [folded(each) for each, _ in screen["choices"]]
    return number if 1 <= number <= len(labels) and label and labels[number - 1].startswith(label) else None


def _choice(screen: Screen, number: int) -> Event | None:
    meaning = decode(screen["choices"][number - 1][1])
    return None if isinstance(meaning, tuple) else meaning
