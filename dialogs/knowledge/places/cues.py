"""What the words before a name say of it: a town one lives in, or the name of a street."""

from collections.abc import Sequence
from enum import IntEnum
from functools import cache

from dialogs.knowledge.places.folding import Word
from dialogs.knowledge.places.tables import read_yaml


class Cue(IntEnum):
    """The evidence before a name, from « rue de » to « j'habite à »."""

    REFUSED = -1
    NONE = 0
    OF = 1
    AT = 2
    LIVING = 3


@cache
def cue_words(kind: str) -> frozenset[str]:
    """A list of cues.yaml."""
    return frozenset(_lists()[kind].split())


@cache
def _lists() -> dict[str, str]:
    lists: dict[str, str] = read_yaml("cues.yaml")
    return lists


def cue_before(words: Sequence[Word], first: int) -> Cue:
    """What stands before the word number `first`.

    >>> from dialogs.knowledge.places.folding import fold_words
    >>> cue_before(fold_words("j'habite à Die"), 3), cue_before(fold_words("12 rue de Die"), 3)
    (<Cue.LIVING: 3>, <Cue.REFUSED: -1>)
    """
    place = first - 1
    at = of = False
    while place >= 0 and first - place <= 5:
        word = words[place].folded
        if word in cue_words("of"):
            of = True
        elif word in cue_words("at"):
            at = True
        elif word not in cue_words("between"):
            break
        place -= 1
    stop = words[place].folded if place >= 0 else ""
    earlier = {word.folded for word in words[max(0, place - 3) : max(0, place)]}
    if _refused(stop, earlier, at, of):
        return Cue.REFUSED
    if stop in cue_words("living") or (at and stop in cue_words("being")):
        return Cue.LIVING
    return Cue.AT if at else Cue.OF if of else Cue.NONE


def _refused(stop: str, earlier: set[str], at: bool, of: bool) -> bool:
    if stop in cue_words("born") or stop in cue_words("left"):
        return True
    if stop in cue_words("moving") and of and not at:  # « moved from Lyon to Annecy »
        return True
    if stop == "not" or (stop == "pas" and not at):
        return True
    if stop in cue_words("named") or stop in cue_words("street"):
        return not at
    # « je n'habite plus à Lyon », « I no longer live in Lyon »
    leaving = stop in ("plus", "pas") and bool(earlier & (cue_words("living") | cue_words("being")))
    return leaving or (stop in cue_words("living") and bool(earlier & {"longer", "don", "dont"}))
