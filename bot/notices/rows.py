"""The rows an agent gives: as many as a préfecture has in months, in little memory, and the same read twice."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from io import BytesIO

MOST = 100_000
"""Rows of one import: more are several files."""


class TooManyRows(ValueError):
    """More rows than one import takes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person to be told, as the agent wrote it. `number` counts as the file does: its header is row 1."""

    number: int
    phone: str
    reference: str = ""
    language: str = ""
    public: str = ""


class Rows:
    """Rows to go through as often as needed; `fingerprint` is the same for the same rows, whatever file they came in.

    Kept as one run of bytes, some fifty a row: a hundred thousand rows are five megabytes.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """Raises TooManyRows, and what reading the rows raises; then nothing has been done with any of them."""
        lines, digest, self._count = BytesIO(), hashlib.sha256(), 0
        for row in rows:
            self._count += 1
            if self._count > MOST:
                raise TooManyRows(f"plus de {MOST} lignes")
            line = json.dumps(astuple(row)).encode() + b"\n"
            lines.write(line)
            digest.update(line)
        self._lines, self.fingerprint = lines.getvalue(), digest.hexdigest()

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        for line in BytesIO(self._lines):
            yield Row(*json.loads(line))


def tidy(text: str) -> str:
    """A cell on one line, without signs that steer a terminal.

    >>> tidy(" AB\\u00a012\\x1b[31m ")
    'AB 12 [31m'
    """
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
