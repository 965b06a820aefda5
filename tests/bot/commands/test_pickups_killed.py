"""An import that is killed again and again, on both databases: in the end everybody has one notice."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.ledger import KEY, Ledger

ROWS = 3000
KILLS = 4
COMMAND = "from bot.commands.pickups import app; app()"


def test_nobody_is_told_twice_and_nobody_is_forgotten(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "prets.csv"
    file.write_text("telephone\n" + "".join(f"0639{980000 + place:06}\n" for place in range(ROWS)), encoding="utf-8")
    ledger, ends, resumed = Ledger(database_url), [], 0
    for _ in range(KILLS):
        done = told(ledger)
        importing = start(file, database_url)
        while importing.poll() is None and told(ledger) < done + ROWS // (2 * KILLS):
            time.sleep(0.005)
        importing.kill()
        ends.append(importing.wait())
        resumed += done < told(ledger) < ROWS
    last = start(file, database_url)
    assert last.wait(60) == 0
    assert -9 in ends
    assert resumed > 1, "it was killed on the way, and went on"
    numbers = Counter(
        ledger.vault.open(row["sealed_address"])
        for row in ledger.rows("SELECT sealed_address FROM people JOIN outbox ON outbox.person_id = people.id")
    )
    assert numbers == Counter(f"+33639{980000 + place:06}" for place in range(ROWS))
    (batch,) = ledger.rows("SELECT state, rows_read, rows_taken FROM batches")
    assert batch == {"state": "done", "rows_read": ROWS, "rows_taken": ROWS}
    assert start(file, database_url).wait(60) == 1, "after its end they are people who have been told"
    assert told(ledger) == ROWS


def start(file: Path, url: str) -> "subprocess.Popen[bytes]":
    arguments = ["import", str(file), "--prefecture", "38", "--yes", "--as", "Marie"]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        env={**os.environ, "DATABASE_URL": url, "RDV_KEY": KEY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def told(ledger: Ledger) -> int:
    return ledger.count("pickups")
