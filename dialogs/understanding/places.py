"""Places in a message: the department a person lives in, said by its name, its code, a postcode or a town.

Countries and places of birth are not places of residence.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

import dialogs.knowledge
from dialogs.knowledge.places.codes import find_codes
from dialogs.knowledge.places.folding import fold_name
from dialogs.knowledge.places.gazetteer import Gazetteer, dominates
from dialogs.knowledge.places.message import Message
from dialogs.knowledge.places.names import Name, find_names
from dialogs.knowledge.places.tables import Commune, load_departments

MOST_CANDIDATES = 3
"""Homonyms given, at most."""

VILLAGE = 50
"""So many times smaller than its homonym, a place elsewhere is not worth asking about."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in a text.

    `town` is the official name of the commune, None when a department, a préfecture or a code was named. `span`
    indexes the text as given. `sure` is False where several departments are possible, for a small
    homonym of a sure town, and for a common word.
    """

    department: str
    town: str | None
    span: tuple[int, int]
    sure: bool


class Places:
    """The departments and the communes of France.

    `served` are the departments (codes) the assistant knows in detail: all their towns are recognised, small
    ones too, and they come first among homonyms.
    """

    def __init__(self, served: Collection[str]) -> None:
        self._names = Gazetteer(served)

    def find(self, text: str, *, expected: bool = False) -> tuple[Place, ...]:
        """The places the text names, in its order; homonyms that cannot be told apart share a span.

        `expected` says that the person was just asked where they live: a short answer then needs no cue.

        >>> load_places().find("j'habite à Anemasse")
        (Place(department='74', town='Annemasse', span=(11, 19), sure=True),)
        >>> load_places().find("j'ai 38 ans, né à Lyon")
        ()
        """
        message = Message(text, expected=expected)
        names = find_names(message, self._names)
        codes = list(find_codes(message, self._names, names))
        told = {name.department for name in names if name.department}
        told |= {code.departments[0] for code in codes if len(code.departments) == 1}
        hints = self._names.aliases.hints
        told |= {hints[word.folded] for word in message.words if word.folded in hints}
        found = [place for name in names for place in self._meant(name, told)]
        homes = {name.span for name in names if name.living}
        homes_in = {place.department for place in found if place.span in homes and place.sure}
        if homes_in:  # « lost in Paris, but I live in Annecy »
            found = [place if place.department in homes_in else replace(place, sure=False) for place in found]
        towns = {place.department for place in found}
        for code in codes:
            # A town may have its postcode from across the border of its department (Éloise, 01200).
            own = [town.department for name in names for town in name.towns if _has(town, text[slice(*code.span)])]
            likely = [each for each in own or code.departments if each in towns] or code.departments
            found += [Place(department, None, code.span, len(likely) == 1) for department in likely]
        return tuple(sorted(found, key=lambda place: place.span))

    def _meant(self, name: Name, told: Collection[str]) -> Iterator[Place]:
        """The towns a name may mean, once the departments told elsewhere in the message are known."""
        if name.department:
            yield Place(name.department, None, name.span, True)
            return
        here = [town for town in name.towns if town.department in told]
        if here:
            yield Place(here[0].department, here[0].official, name.span, True)
            return
        candidates = distinct(name.towns)
        if dominates([town.population for town in candidates]):
            meant = candidates[0]
            yield Place(meant.department, meant.official, name.span, name.sure)
            # A village near by may still be the one meant, but as a guess.
            rest = [town for town in candidates[1:] if town.department in self._names.served]
        else:
            served = self._names.served
            rest = [
                town
                for town in candidates
                if town.department in served or town.population * VILLAGE >= candidates[0].population
            ]
            rest.sort(key=lambda town: town.department not in served)
        for town in rest[:MOST_CANDIDATES]:
            yield Place(town.department, town.official, name.span, False)

    def department(self, text: str) -> str | None:
        """The department meant by a whole answer, or None when there is none or several.

        >>> load_places().department("préfecture de l'Isère"), load_places().department("74000")
        ('38', '74')
        """
        found = {place.department for place in self.find(text, expected=True) if place.sure}
        return found.pop() if len(found) == 1 else None

    def commune(self, text: str, department: str) -> str | None:
        """The official name of the town of that department meant by a whole answer, typos allowed.

        >>> load_places().commune("st laurent", "973"), load_places().commune("maripasula", "973")
        ('Saint-Laurent-du-Maroni', 'Maripasoula')
        """
        key = fold_name(text)
        exact = [town for town in self._names.towns(key) if town.department == department]
        if exact:
            return exact[0].official
        for place in self.find(text, expected=True):
            if place.department == department and place.town:
                return place.town
        keys = self._names.of_department(department)
        close = process.extractOne(key, keys.keys(), scorer=OSA.distance, score_cutoff=max(1, len(key) // 5))
        return keys[close[0]].official if close and len(key) > 3 else None

    def name(self, department: str) -> str:
        """The department's name; KeyError when the code is not one.

        >>> load_places().name("2A")
        'Corse-du-Sud'
        """
        return load_departments()[department].name

    def article_name(self, department: str) -> str:
        """The name as it follows « préfecture ».

        >>> load_places().article_name("38")
        "de l'Isère"
        """
        return load_departments()[department].of

    def site(self, department: str) -> str:
        """The préfecture's official domain.

        >>> load_places().site("75")
        'www.prefecturedepolice.interieur.gouv.fr'
        """
        return load_departments()[department].site

    def seat(self, department: str) -> str:
        """The town where the préfecture is.

        >>> load_places().seat("95")
        'Cergy'
        """
        return load_departments()[department].seat


def _has(town: Commune, postcode: str) -> bool:
    return postcode in town.postcodes.split()


def distinct(towns: Collection[Commune]) -> list[Commune]:
    """The most populous town of the name in each department."""
    first: dict[str, Commune] = {}
    for town in towns:
        first.setdefault(town.department, town)
    return list(first.values())


@cache
def load_places() -> Places:
    """The places, with the departments that have a file in the knowledge as those served."""
    folder = Path(dialogs.knowledge.__file__).parent / "prefectures"
    return Places({file.stem for file in folder.glob("*.yaml")} & load_departments().keys())
