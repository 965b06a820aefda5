"""Names of towns and departments, looked up exactly, by everyday name, or with a typo."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.knowledge.places.folding import fold_name
from dialogs.knowledge.places.tables import (
    Commune,
    load_commune_lines,
    load_departments,
    load_ordinary_words,
    parse_commune,
    read_yaml,
)

KNOWN_FROM = 10_000
"""Inhabitants from which a town is recognised without « à » or « j'habite » before it."""

MUCH_LARGER = 5
"""A homonym this many times more populous than the next is the one meant."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """The hand-kept names of aliases.yaml."""

    towns: dict[str, tuple[str, ...]]
    departments: dict[str, str]
    hints: dict[str, str]
    elsewhere: frozenset[str]


class Gazetteer:
    """The names. The index of communes is made at its first use (about 60 ms); departments cost nothing.

    `served` are the codes of the departments whose towns are all recognised without a cue.
    """

    def __init__(self, served: Collection[str]) -> None:
        raw = read_yaml("aliases.yaml")
        self.served = frozenset(served)
        self.ordinary = load_ordinary_words()
        self.aliases = Aliases(
            {name: tuple(towns) for name, towns in raw["towns"].items()},
            raw["departments"],
            raw["hints"],
            frozenset(raw["elsewhere"]),
        )
        official = {fold_name(row.name): code for code, row in load_departments().items()}
        self.departments: dict[str, str] = official | self.aliases.departments

    @cached_property
    def _lines(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = {}
        for line in load_commune_lines():
            index.setdefault(line[: line.index("\t")], []).append(line)
        return index

    @cached_property
    def known(self) -> frozenset[str]:
        """Keys of the towns recognised without a cue: populous, seats, or in a served department."""
        keys = set(self.aliases.towns)
        for line in load_commune_lines():
            key, _, department, population, _, seat, _ = line.split("\t", 6)
            if len(population) >= len(str(KNOWN_FROM)) or seat or department in self.served:
                keys.add(key)
        return frozenset(keys)

    @cached_property
    def _buckets(self) -> dict[tuple[bool, str], list[str]]:
        buckets: dict[tuple[bool, str], list[str]] = {}
        for key in self._lines.keys() | self.known:
            buckets.setdefault((False, key[0]), []).append(key)
            if key in self.known:
                buckets.setdefault((True, key[0]), []).append(key)
        for keys in buckets.values():
            keys.sort()
        return buckets

    @cached_property
    def _joined(self) -> dict[str, str]:
        return {key.replace(" ", ""): key for key in self.known if " " in key}

    def towns(self, key: str) -> list[Commune]:
        """The communes of that folded name, everyday names included, the most populous first."""
        found = set(self._named(key))
        for alias in self.aliases.towns.get(key, ()):
            department, name = alias.split(" ", 1)
            found |= {town for town in self._named(fold_name(name)) if town.department == department}
        return sorted(found, key=lambda town: (-town.population, town.department, town.name))

    @cache  # noqa: B019 - one gazetteer lives as long as the process
    def of_department(self, department: str) -> dict[str, Commune]:
        """The communes of a department by folded name."""
        mark = f"\t{department}\t"
        found = (parse_commune(line) for line in load_commune_lines() if mark in line)
        return {town.key: town for town in found if town.department == department}

    def _named(self, key: str) -> Iterable[Commune]:
        return map(parse_commune, self._lines.get(key, ()))

    def is_name(self, key: str) -> bool:
        """Whether some town bears this folded name."""
        return key in self._lines or key in self.aliases.towns

    def close(self, key: str, edits: int, *, known: bool) -> str | None:
        """The one name nearest to `key`, within that many edits, first letter kept; None when none or a tie.

        `known` looks among the towns recognised without a cue only.
        """
        joined = key.replace(" ", "")
        if joined in self._joined:
            return self._joined[joined]
        bucket = self._buckets.get((known, key[0]), [])
        nearest = process.extract(key, bucket, scorer=OSA.distance, score_cutoff=edits, limit=2)
        if not nearest or (len(nearest) > 1 and nearest[0][1] == nearest[1][1]):
            return None
        return nearest[0][0]

    def department_close(self, key: str) -> str | None:
        """The department whose name is one typo away (two for a long name), or None."""
        if len(key) < 5 or key in self.ordinary:
            return None
        found = process.extractOne(
            key, self.departments.keys(), scorer=OSA.distance, score_cutoff=2 if len(key) >= 10 else 1
        )
        if found is None or found[0][0] != key[0] or found[0] in self.ordinary or len(found[0]) < 5:
            return None
        return self.departments[found[0]]

    def postcode(self, code: str) -> list[str]:
        """The departments of a postcode, the most populated first; for a CEDEX code, by its first digits."""
        weight: dict[str, int] = {}
        for line in load_commune_lines():
            if code in line:
                town = parse_commune(line)
                if code in town.postcodes.split():
                    weight[town.department] = weight.get(town.department, 0) + town.population
        if weight:
            heaviest = sorted(weight, key=lambda department: -weight[department])
            return heaviest[:1] if dominates([weight[department] for department in heaviest]) else heaviest
        if code.startswith("20"):
            return ["2A" if code < "20200" else "2B"]
        prefix = code[:3] if code.startswith(("97", "98")) else code[:2]
        return [prefix] if prefix in load_departments() else []


def dominates(populations: list[int]) -> bool:
    """Whether the first is so much larger than the next that it is the one meant.

    >>> dominates([50_000, 8_000]), dominates([50_000, 30_000])
    (True, False)
    """
    return len(populations) < 2 or populations[0] >= MUCH_LARGER * max(populations[1], 1)
