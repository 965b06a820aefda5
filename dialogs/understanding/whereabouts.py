"""Where the person lives, from the places their message names."""

from collections.abc import Collection, Mapping, Sequence

from dialogs.understanding.phrases import Found
from dialogs.understanding.places import Place
from dialogs.understanding.words import Word


def home(
    places: Sequence[Place],
    words: Sequence[Word],
    settled: Mapping[str, Sequence[tuple[str, Found]]],
    left_behind: Collection[str],
    districts: Mapping[str, str],
    *,
    sure: bool,
) -> dict[str, str]:
    """The préfecture to keep, and the town where it decides: of the last place named that was not one they left.

    `districts` gives the département of each district; there, the town decides the answer (in Guyane, F36).

    A place that could be several, or whose name is a word the message uses otherwise (« la machine »), decides
    nothing, unless `sure`: the person was asked for a place. `left_behind` words say it is no longer theirs.
    """
    used = {
        word
        for name, found in settled.items()
        if name not in ("cue", "district")
        for _, each in found
        for word in each.words
    }
    kept = [place for place in places if place.sure and (sure or not _spoken(place, words, used))]
    if len({place.department for place in kept}) > 1:
        staying = [place for place in kept if not _left(place, words, left_behind)]
        kept = staying or kept
        if any(place.town is None for place in kept):
            kept = [place for place in kept if place.town is None]
    named = settled.get("district", ())
    around = districts.get(named[-1][0]) if named else None
    if around is not None and all(place.department == around for place in kept):
        facts = {"prefecture": around}
    elif kept:
        facts = {"prefecture": kept[-1].department}
    else:
        return {}
    if facts["prefecture"] not in districts.values():
        return facts
    said = {word for _, each in named for word in each.words}
    towns = [
        place.town
        for place in places
        if place.department == facts["prefecture"] and place.town and place.sure and not _spoken(place, words, said)
    ]
    if towns:
        facts["commune"] = towns[-1]
    return facts


def _spoken(place: Place, words: Sequence[Word], used: set[int]) -> bool:
    return any(
        place.span[0] < word.span[1] and word.span[0] < place.span[1] and number in used
        for number, word in enumerate(words)
    )


def _left(place: Place, words: Sequence[Word], left_behind: Collection[str]) -> bool:
    before = [word.text for word in words if word.span[1] <= place.span[0]]
    return any(word in left_behind for word in before[-2:])
