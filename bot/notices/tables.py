"""The rows of a file: CSV as spreadsheets of several countries and ages write it, or the first sheet of an .xlsx."""

import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Cells = tuple[int, Sequence[str]]
"""A row: its number in the file, from 1, and its cells."""

MOST_BYTES = 32_000_000
"""Of a file; a hundred thousand rows take a sixth of it."""
_UNPACKED = 250_000_000
_LAST_ROW = 1_048_576
"""Of a sheet: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
_SEPARATORS = ";,\t|"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(ValueError):
    """A file that cannot be read: one sentence for the agent, with what would be right."""


def table(data: bytes, suits: Callable[[Sequence[str]], bool]) -> Iterator[Cells]:
    """The rows that are not empty, the first of them the header. Raises Unreadable, at once or on the way.

    `suits` tells whether cells are a header: it decides what separates the columns of a CSV.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(f"Le fichier dépasse {MOST_BYTES // 1_000_000} Mo. Partagez-le en plusieurs.")
    if not data.strip():
        raise Unreadable("Le fichier est vide. Il faut une ligne de titres, puis une ligne par personne.")
    if data.startswith(_OLE):
        raise Unreadable("C’est un ancien classeur .xls, ou un classeur protégé. Enregistrez-le en .xlsx ou en CSV.")
    rows = _workbook(data) if data.startswith(_ZIP) else _csv(data, suits)
    return ((number, cells) for number, cells in rows if any(cells))


def _csv(data: bytes, suits: Callable[[Sequence[str]], bool]) -> Iterator[Cells]:
    encoding = _encoding(data)
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    first = next((line for line in lines if line.strip()), "")
    separator = next((each for each in _SEPARATORS if suits(next(csv.reader([first], delimiter=each), []))), None)
    lines.seek(0)
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        separator = first[len("sep=")]  # for Excel, which then does not count the line
        while not next(lines).strip():
            continue
    reader = csv.reader(lines, delimiter=separator or ";")
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            raise Unreadable(
                f"La ligne {number} ne se lit pas comme du CSV ({problem}). Un guillemet y est peut-être resté ouvert."
            ) from None
        if cells is None:
            return
        yield number, [cell.strip() for cell in cells]


def _encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decodes(data, "utf-16")
    if b"\0" in data:
        raise Unreadable("Ce n’est ni du CSV ni un classeur .xlsx. Enregistrez votre tableau dans l’un des deux.")
    try:
        return _decodes(data, "utf-8-sig")
    except Unreadable:
        return _decodes(data, "cp1252")


def _decodes(data: bytes, encoding: str) -> str:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(
            "Le texte du fichier n’est ni en UTF-8 ni en Windows-1252. Enregistrez-le en « CSV UTF-8 »."
        ) from None
    return encoding


def _workbook(data: bytes) -> Iterator[Cells]:
    """The active sheet, or the first one, row by row."""
    rows = _sheet(data)
    while True:
        try:
            row = next(rows, None)
        except Unreadable:
            raise
        except Exception:  # a hundred ways in which bytes are no workbook, and the library names none of them
            raise Unreadable("Le classeur .xlsx ne se lit pas. Ouvrez-le et enregistrez-le de nouveau.") from None
        if row is None:
            return
        yield row


def _sheet(data: bytes) -> Iterator[Cells]:
    from openpyxl import load_workbook  # takes a quarter of a second to load

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _UNPACKED:
            raise Unreadable("Le classeur est trop grand une fois ouvert. Partagez-le, ou enregistrez-le en CSV.")
        if "xl/workbook.xml" not in parts.namelist():
            raise Unreadable("Ce n’est pas un classeur .xlsx. Enregistrez votre tableau en .xlsx ou en CSV.")
    with warnings.catch_warnings(action="ignore"):  # it says which ornaments it does not keep
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet: Any = book.active if hasattr(book.active, "iter_rows") else book.worksheets[0]
        sheet.reset_dimensions()  # some programs write them wrong, and rows would be missing
        for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _LAST_ROW:
                raise Unreadable("Le classeur a plus de lignes qu’une feuille ne peut en avoir.")
            yield number, [_said(value) for value in values]


def _said(value: object) -> str:
    """A cell as it was meant: a number without the decimals that no one typed."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
