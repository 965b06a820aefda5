"""From phrases found to what the person says: negations, corrections, other people's papers, and which one wins."""

from collections.abc import Iterable, Mapping, Sequence

from dialogs.understanding.lexicon import Lexicon, Meaning
from dialogs.understanding.phrases import Found
from dialogs.understanding.status import aim_of_change
from dialogs.understanding.words import Word

_Hit = tuple[Meaning, Found]
_Used = Mapping[int, list[Found]]
"""The phrases found at each word."""

_REACH = 5
_ABOUT_A_PERSON = frozenset({"permit", "nationality", "ground=illness"})


def settle(
    found: Iterable[Found], words: Sequence[Word], lexicon: Lexicon, asked: str | None
) -> dict[str, list[tuple[str, Found]]]:
    """What stands, by fact name (and `intent`, `cue`): values with where they were found, the winner first."""
    hits = [(lexicon.meanings[each.meaning], each) for each in found]
    aim = aim_of_change(hits, words, lexicon.small["towards"])
    hits = [(meaning, each) for meaning, each in hits if meaning.kind != "answer" or meaning.name == asked]
    hits = _without_hidden(_nearest(hits))
    used, small = _used(hits), lexicon.small
    hits = [
        (meaning, each)
        for meaning, each in hits
        if not (
            (meaning.kind == "fact" or meaning.deniable)
            and (_denied(meaning, each, words, used, small) or _of_another(meaning, each, hits, words, small))
        )
    ]
    hits = _without_parts(hits)
    hits = _after_correction(hits)
    if aim is not None:
        hits = [*((meaning, each) for meaning, each in hits if meaning.name != "permit"), aim]
    beaten = {(key, meaning.key) for meaning, _ in hits for key in meaning.beats}
    hits = [
        (meaning, each)
        for meaning, each in hits
        if not any(key in (meaning.key, meaning.name) and winner != meaning.key for key, winner in beaten)
    ]
    settled: dict[str, list[tuple[str, Found]]] = {}
    for meaning, each in sorted(hits, key=lambda hit: (-_rank(hit), hit[1].first)):
        settled.setdefault(meaning.name, []).append((meaning.value, each))
    return settled


def _rank(hit: _Hit) -> float:
    meaning, found = hit
    return found.weight - (0.5 if meaning.kind == "answer" else 0.0)


def _without_parts(hits: list[_Hit]) -> list[_Hit]:
    """A phrase inside a longer one of the same fact says nothing of its own."""
    return [
        (meaning, each)
        for meaning, each in hits
        if not any(
            other.name == meaning.name and other.kind != "cue" and each.words < longer.words for other, longer in hits
        )
    ]


def _nearest(hits: list[_Hit]) -> list[_Hit]:
    """A word said of two things belongs to the nearer: in « ma femme a un enfant français », the child is French."""
    return [
        (meaning, each)
        for meaning, each in hits
        if not any(
            other.name == meaning.name == "ground"
            and other.value != meaning.value
            and len(near.words) == len(each.words)
            and near.last == each.last
            and near.first > each.first
            for other, near in hits
        )
    ]


def _without_hidden(hits: list[_Hit]) -> list[_Hit]:
    hiding = [(meaning, each) for meaning, each in hits if meaning.hides]
    return [
        (meaning, each)
        for meaning, each in hits
        if not any(
            (meaning.key in other.hides or meaning.name in other.hides) and each.words & over.words
            for other, over in hiding
            if over is not each
        )
    ]


def _used(hits: Iterable[_Hit]) -> _Used:
    used: dict[int, list[Found]] = {}
    for _, each in hits:
        for place in each.words:
            used.setdefault(place, []).append(each)
    return used


def _denied(
    meaning: Meaning, found: Found, words: Sequence[Word], used: _Used, small: Mapping[str, frozenset[str]]
) -> bool:
    """Whether a negation just before bears on what was found (« ce n'est pas un renouvellement »)."""
    first = found.first
    for place in range(first - 1, max(first - 1 - _REACH, -1), -1):
        word = words[place]
        if word.clause != words[first].clause:
            return False
        if word.text in small["negators"]:
            return not _says_something_else(place, meaning, found, words, used, small)
        if word.text == "plus" and any(before.text in ("n", "ne") for before in words[max(place - 3, 0) : place]):
            return not _says_something_else(place, meaning, found, words, used, small)
        if word.text in small["new_start"]:
            return False
    return False


def _says_something_else(
    place: int,
    meaning: Meaning,
    found: Found,
    words: Sequence[Word],
    used: _Used,
    small: Mapping[str, frozenset[str]],
) -> bool:
    """Whether the negator at `place` belongs to another phrase, opens an answer, or denies nothing after it."""
    starts = place == 0 or words[place - 1].sentence != words[place].sentence
    if words[place].text in ("non", "no") and starts:
        return True
    if place + 1 < len(words) and words[place + 1].text in small["after_a_negator_nothing_is_denied"]:
        return True
    if meaning.pending and {word.text for word in words[max(place - 1, 0) : place + 2]} & small["unable"]:
        return True
    if place + 1 == found.first and meaning.pending:
        # « je n'ai pas renouvelé ma carte » : it remains to be done. « pas un renouvellement » has an article.
        return words[place].text not in ("ni", "nor", "non", "no")
    return any(each is not found and len(each.words) > 1 for each in used.get(place, ()))


def _of_another(
    meaning: Meaning,
    found: Found,
    hits: Sequence[_Hit],
    words: Sequence[Word],
    small: Mapping[str, frozenset[str]],
) -> bool:
    """Whether a permit, a nationality or an illness is a relative's (« ma femme est étudiante »)."""
    if meaning.name not in _ABOUT_A_PERSON and meaning.key not in _ABOUT_A_PERSON:
        return False
    on_their_behalf = any(each.name == "procedure" for each, _ in hits)
    if on_their_behalf and not any(word.text in small["oneself"] for word in words):
        return False
    for other, cue in hits:
        if other.key != "cue=relative" or cue.first > found.first or cue.words & found.words:
            continue
        between = words[cue.last + 1 : found.first]
        if words[cue.first].sentence != words[found.first].sentence:
            continue
        if len(between) <= 6 and not any(word.text in small["oneself"] for word in between):
            return True
    return False


def _after_correction(hits: list[_Hit]) -> list[_Hit]:
    """After « non, finalement… » what is said again replaces what was said before."""
    turns = [each.first for meaning, each in hits if meaning.key == "cue=correction"]
    if not turns:
        return hits
    turn = max(turns)
    again = {meaning.name for meaning, each in hits if each.first > turn and meaning.kind == "fact"}
    return [(meaning, each) for meaning, each in hits if meaning.name not in again or each.first > turn]
