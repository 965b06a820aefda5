"""The tables of this folder, read: departments, communes, other names, ordinary words."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
COMMUNES = FOLDER / "communes.tsv.gz"


@dataclass(frozen=True, slots=True)
class Department:
    """A department, or an overseas collectivity that has a préfecture.

    `of` is the name as it follows « préfecture » (« de l'Isère »), `seat` the town of the préfecture,
    `site` its official domain, without a scheme, `timezone` the IANA zone its hours are in.
    """

    code: str
    name: str
    of: str
    seat: str
    site: str
    timezone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Commune:
    """A town, with its municipal population (0 where it is not counted apart).

    `seat` is "P" for the town of a préfecture, "S" of a sub-préfecture; `district` is given in Guyane alone;
    `part_of` is the commune it was merged into (Seynod: Annecy).
    """

    key: str
    name: str
    department: str
    population: int
    postcodes: str
    seat: str
    district: str
    part_of: str

    @property
    def official(self) -> str:
        """The commune's name today."""
        return self.part_of or self.name


def parse_commune(line: str) -> Commune:
    """A line of the table.

    >>> parse_commune("seynod\\tSeynod\\t74\\t0\\t\\t\\t\\tAnnecy").official
    'Annecy'
    """
    key, name, department, population, *rest = line.split("\t")
    return Commune(key, name, department, int(population), *rest)


@cache
def load_departments() -> dict[str, Department]:
    """The departments by code, in the order of the table.

    >>> load_departments()["74"].of
    'de la Haute-Savoie'
    """
    return {code: Department(code, **row) for code, row in read_yaml("departments.yaml").items()}


@cache
def load_commune_lines() -> tuple[str, ...]:
    """The lines of the table of communes; they are parsed when needed, most never are."""
    return tuple(gzip.decompress(COMMUNES.read_bytes()).decode().splitlines())


def read_yaml(name: str) -> Any:
    """One YAML table of the folder."""
    # The C loader is ten times faster than the Python one, and this is on the path of the first answer.
    return yaml.load((FOLDER / name).read_bytes(), Loader=yaml.CSafeLoader)


@cache
def load_ordinary_words() -> frozenset[str]:
    """Words that are, or nearly are, the name of a town, and mostly mean something else."""
    lines = (FOLDER / "ordinary.txt").read_text("utf-8").splitlines()
    return frozenset(word.replace("_", " ") for line in lines if not line.startswith("#") for word in line.split())
