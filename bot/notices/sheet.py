"""What an agent's file says: which columns it has, by whatever name, and its rows."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.notices.rows import MOST, Row, Rows, TooManyRows, tidy
from bot.notices.tables import Unreadable, table

PHONE, REFERENCE, LANGUAGE, PUBLIC = COLUMNS = ("telephone", "reference", "langue", "public")
"""The columns, as a refusal names them."""

_CALLED = {
    PHONE: (
        "telephone", "phone", "tel", "portable", "mobile", "gsm", "telephoneportable", "telephonemobile", "telportable",
        "telmobile", "phonenumber", "mobilephone", "mobilenumber", "numerodetelephone", "numerotelephone",
        "numerodeportable", "numeroportable", "numerodemobile", "numeromobile", "numtel",
    ),
    REFERENCE: ("reference", "ref", "references", "referencedossier", "dossierreference"),
    LANGUAGE: ("langue", "language", "lang", "langues"),
    PUBLIC: ("public", "publics", "audience"),
}  # fmt: skip
_COLUMN = {name: column for column, names in _CALLED.items() for name in names}
_EXAMPLE = "telephone;reference;langue;public"


@dataclass(frozen=True)
class Sheet:
    """A file that was read to its end. `ignored`: the titles of columns that mean nothing here."""

    rows: Rows
    ignored: tuple[str, ...] = ()


def read_sheet(data: bytes) -> Sheet:
    """The file's rows. Raises Unreadable with one sentence for the agent; whatever the bytes, nothing else.

    >>> sheet = read_sheet("Téléphone;Nom\\r\\n06 39 98 00 01;Ada\\r\\n".encode("cp1252"))
    >>> list(sheet.rows), sheet.ignored
    ([Row(number=2, phone='06 39 98 00 01', reference='', language='', public='')], ('Nom',))
    """
    lines = table(data, lambda cells: PHONE in map(_column, cells))
    _, header = next(lines, (0, ()))
    places = _places(header)
    try:
        rows = Rows(_rows(lines, places))
    except TooManyRows:
        raise Unreadable(
            f"Le fichier a plus de {MOST:n} lignes. Partagez-le en plusieurs, puis importez-les l’un après l’autre."
        ) from None
    if not len(rows):
        raise Unreadable("Le fichier n’a que ses titres. Il faut une ligne par personne.")
    return Sheet(rows, tuple(tidy(title) for title in header if title and _column(title) is None))


def _rows(lines: Iterator[tuple[int, Sequence[str]]], places: dict[str, int]) -> Iterator[Row]:
    wanted = [places.get(column, -1) for column in COLUMNS]
    for number, cells in lines:
        yield Row(number, *(tidy(cells[place]) if 0 <= place < len(cells) else "" for place in wanted))


def _places(header: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        column = _column(title)
        if column is None:
            continue
        if column in places:
            both = f"« {tidy(header[places[column]])} » et « {tidy(title)} »"
            raise Unreadable(f"Deux colonnes disent « {column} » : {both}. Gardez-en une.")
        places[column] = place
    if PHONE not in places:
        # A file without titles begins with somebody's number, which is not to be shown.
        seen = [f"« {tidy(title)[:40]} »" for title in header if title and not re.search(r"\d{4}", title)][:8]
        read = f" Colonnes lues : {', '.join(seen)}." if seen else ""
        raise Unreadable(
            f"Il manque la colonne « telephone ». La première ligne donne les titres, par exemple {_EXAMPLE}.{read}"
        )
    return places


def _column(title: str) -> str | None:
    """The column a title means: case, accents and punctuation do not count.

    >>> _column("N° de Téléphone"), _column("Langue :"), _column("Nom")
    ('telephone', 'langue', None)
    """
    return _COLUMN.get(folded(title))


def folded(text: str) -> str:
    """A word as it is compared: without accents, case or anything that is not a letter or a digit."""
    parts = unicodedata.normalize("NFKD", text.replace("°", "umero")).casefold()
    return "".join(sign for sign in parts if sign.isalnum())
