"""Where the person lives, from the places their message names."""

from collections.abc import Sequence

from dialogs.understanding.places import Place
from dialogs.understanding.words import Word

_LEFT = frozenset("plus quitte quitter quitté left ancienne ancien old depuis from vers".split())
_GUYANE = "973"


def home(places: Sequence[Place], text: str, words: Sequence[Word]) -> dict[str, str]:
    """The préfecture (and in Guyane the town) to keep: the last place named that was not one they left.

    A place that could be several, or a common word, decides nothing.
    """
    kept = [place for place in places if place.sure]
    if len({place.department for place in kept}) > 1:
        staying = [place for place in kept if not _left(place, words)]
        kept = staying or kept
        if any(place.town is None for place in kept):
            kept = [place for place in kept if place.town is None]
    if not kept:
        return {}
    chosen = kept[-1]
    facts = {"prefecture": chosen.department}
    if chosen.department == _GUYANE:
        town = next((each.town for each in reversed(kept) if each.department == _GUYANE and each.town), None)
        town = town or next(
            (each.town for each in reversed(places) if each.department == _GUYANE and each.town and each.sure), None
        )
        if town:
            facts["commune"] = town
    return facts


def _left(place: Place, words: Sequence[Word]) -> bool:
    before = [word.text for word in words if word.span[1] <= place.span[0]][-3:]
    if any(word in _LEFT for word in before):
        return True
    return before[-1:] in (["de"], ["d"], ["from"])
