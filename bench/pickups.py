"""What an import costs: rows read, looked up and queued a second, and the memory it takes, for a full file.

    python -m bench.pickups [URL …] [--rows 100000] [--xlsx]

Without a URL: a SQLite file in a temporary folder (a real disk, please). A URL names a database to be migrated and
written to. The rehearsal goes through the same rows before; the same file again afterwards tells nobody. Memory is the
most the process has taken by then, above what it had when it was ready and the file, as bytes, in its hands.
"""

import argparse
import asyncio
import csv
import io
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from bot.ids import TimeOrderedIds
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import import_rows
from bot.notices.rehearsal import rehearse
from bot.notices.sheet import read_sheet
from bot.notices.wording import Ending
from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from bot.store.sealed import Vault
from dialogs.knowledge.library import load_knowledge

FIRST = 694_200_000
"""Of the numbers made here, of Guyane: enough of them in a row are mobiles. Nothing is sent."""


def sheet(rows: int, xlsx: bool) -> bytes:
    """A file of people, as a préfecture would have it."""
    lines = (("telephone", "reference", "langue", "public"), *_people(rows))
    if xlsx:
        from openpyxl import Workbook

        book, file = Workbook(write_only=True), io.BytesIO()
        page = book.create_sheet()
        for line in lines:
            page.append(line)
        book.save(file)
        return file.getvalue()
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode("cp1252")


def _people(rows: int) -> Iterator[tuple[str, str, str, str]]:
    for place in range(rows):
        language, public = "en" if place % 5 == 0 else "", "étudiant" if place % 7 == 0 else ""
        yield f"0{FIRST + place}", f"9730{place:06}", language, public


def peak() -> float:
    """The most memory the process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """Says after each step how fast it went, and what the process has taken by then."""

    def __init__(self, rows: int) -> None:
        self._rows, self._before, self._started = rows, peak(), time.perf_counter()

    def step(self, name: str) -> None:
        took = time.perf_counter() - self._started
        print(
            f"{name:9} {self._rows:7} rows in {took:6.1f} s: {self._rows / took:7.0f} rows/s, "
            f"{peak() - self._before:5.0f} MB more than {self._before:.0f}",
            flush=True,
        )
        self._started = time.perf_counter()


async def measure(url: str, rows: int, xlsx: bool) -> None:
    migrate(url)
    database = await open_database(url)
    vault, ending = Vault(os.urandom(32).hex()), Ending("link", "https://rdv-sejour.example.org")
    knowledge, ids = load_knowledge(), TimeOrderedIds()
    desk = NoticeDesk(
        knowledge, database, vault, Decimal("0.0798"), "USD", lambda: datetime.now(UTC), ids, ending, 10.0
    )
    data = sheet(rows, xlsx)
    few = read_sheet(sheet(10, xlsx)).rows
    await rehearse(desk, few, "973", "bench")  # what is loaded once
    watch = Watch(rows)
    given = read_sheet(data).rows
    watch.step("read")
    await rehearse(desk, given, "973", "bench")
    watch.step("rehearse")
    done = await import_rows(desk, given, "973", "bench")
    watch.step("import")
    again = await import_rows(desk, given, "973", "bench")
    watch.step("again")
    print(f"told {done.taken} of {done.given}, then {again.taken}")
    await database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--xlsx", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in asked.urls or [sqlite_url(Path(folder) / "bench.db")]:
            print("postgres" if sqlite_path(url) is None else "sqlite")
            asyncio.run(measure(url, asked.rows, asked.xlsx))


if __name__ == "__main__":
    main()
