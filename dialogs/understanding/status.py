"""What a change of status goes to: of « d'étudiant à salarié », the second is the permit asked for."""

from collections.abc import Collection, Sequence

from dialogs.understanding.lexicon import Meaning
from dialogs.understanding.phrases import Found
from dialogs.understanding.words import Word

_NO_PERMIT = frozenset({"none", "other"})
_REACH = 3


def aim_of_change(
    hits: Sequence[tuple[Meaning, Found]], words: Sequence[Word], towards: Collection[str]
) -> tuple[Meaning, Found] | None:
    """The permit a change of status goes to, where the message names the one left before it; None otherwise.

    A bare « salarié », which says nothing elsewhere, counts here. `towards` are the words that lead to an aim.
    """
    if not any(meaning.key == "procedure=status_change" for meaning, _ in hits):
        return None
    permits = [
        (meaning, each) for meaning, each in hits if meaning.name == "permit" and meaning.value not in _NO_PERMIT
    ]
    aims = []
    for meaning, each in permits:
        before = range(max(each.first - _REACH, 0), each.first)
        turn = next((place for place in reversed(before) if words[place].text in towards), None)
        if turn is not None and any(
            left.value != meaning.value and other.last < turn and words[other.last].sentence == words[turn].sentence
            for left, other in permits
        ):
            aims.append((meaning, each))
    return max(aims, key=lambda hit: hit[1].weight, default=None)
