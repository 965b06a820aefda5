"""Rebuild the table of communes from the npm package `@etalab/decoupage-administratif` (MIT, Etalab).

    npm pack @etalab/decoupage-administratif@6.0.0
    python -m dialogs.knowledge.places.build etalab-decoupage-administratif-6.0.0.tgz

Writes `communes.tsv.gz` beside this file, byte for byte the same from the same package. The other tables of
this folder are kept by hand.
"""

import gzip
import json
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dialogs.knowledge.places.folding import fold_name
from dialogs.knowledge.places.tables import COMMUNES

Row = dict[str, Any]

GUYANE_DISTRICTS = {"9731": "cayenne", "9732": "saint_laurent", "9733": "saint_georges"}
MERGED = ("commune-deleguee", "commune-associee")


def read_package(package: Path, table: str) -> list[Row]:
    """One table of the package: "communes", "departements", "arrondissements"."""
    with tarfile.open(package) as archive:
        member = archive.extractfile(f"package/data/{table}.json")
        if member is None:
            raise FileNotFoundError(f"{package} holds no data/{table}.json")
        rows: list[Row] = json.load(member)
        return rows


def lines(package: Path) -> Iterator[str]:
    """The lines of the table, today's communes first, then those merged into one of them."""
    communes = read_package(package, "communes")
    prefectures = {row["chefLieu"] for row in read_package(package, "departements") if "chefLieu" in row}
    subprefectures = {row["chefLieu"] for row in read_package(package, "arrondissements")}
    today = {row["code"]: row for row in communes if row["type"] == "commune-actuelle" and row.get("codesPostaux")}
    names = {(row["nom"], row["departement"]) for row in today.values()}
    for code, row in today.items():
        seat = "P" if code in prefectures else "S" if code in subprefectures else ""
        district = GUYANE_DISTRICTS.get(row.get("arrondissement", ""), "")
        postcodes = " ".join(row["codesPostaux"])
        yield line(row, str(row.get("population", 0)), postcodes, seat, district, "")
    for row in communes:
        if row["type"] in MERGED and (row["nom"], row["departement"]) not in names and row["chefLieu"] in today:
            whole = today[row["chefLieu"]]["nom"]
            yield line(row, "0", "", "", "", whole)


def line(row: Row, *rest: str) -> str:
    """One line: the folded name first, so that loading need not fold 37 000 names."""
    return "\t".join((fold_name(row["nom"]), row["nom"], row["departement"], *rest))


def build(package: Path, table: Path = COMMUNES) -> int:
    """Write the table; return the number of its lines."""
    rows = list(lines(package))
    table.write_bytes(gzip.compress("\n".join(rows).encode() + b"\n", compresslevel=9, mtime=0))
    return len(rows)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m dialogs.knowledge.places.build PACKAGE.tgz")
    print(f"{build(Path(sys.argv[1]))} communes")
