"""Two agents import at once, and both are killed again and again: everybody has one notice, nobody has none."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.end_to_end.process import ROOT
from tests.ledger import KEY, Ledger
from tests.twilio.account import NOTICES, NUMBER

EACH = 1500
KILLS = 4
FIRST = 33_639_980_000


@pytest.mark.parametrize("shared", [EACH, EACH // 2], ids=["the same file", "files that overlap"])
def test_two_imports_at_once_are_killed(database_url: str, tmp_path: Path, shared: int) -> None:
    everybody = 2 * EACH - shared
    files = [_file(tmp_path, first) for first in (0, EACH - shared)]
    ledger, killed = Ledger(database_url), 0
    imports = [_start(file, database_url) for file in files]
    for kill in range(1, KILLS + 1):
        _wait(lambda kill=kill: _told(ledger) >= everybody * kill // (KILLS + 1) or _ended(imports))  # type: ignore[misc]
        victim = kill % 2
        if imports[victim].poll() is None:
            imports[victim].kill()
            imports[victim].wait()
            killed += 1
            imports[victim] = _start(files[victim], database_url)
    # 1: what one file holds may have been told by the other import, or by a run that was killed after its last commit.
    assert {each.wait(60) for each in imports} <= {0, 1}
    assert killed > 1
    numbers = Counter(
        ledger.vault.open(row["sealed_address"])
        for row in ledger.rows("SELECT sealed_address FROM people JOIN outbox ON outbox.person_id = people.id")
    )
    assert numbers == Counter(f"+{FIRST + place}" for place in range(everybody))
    assert _told(ledger) == everybody
    batches = ledger.rows("SELECT state, rows_taken FROM batches")
    assert {batch["state"] for batch in batches} == {"done"}
    assert sum(batch["rows_taken"] for batch in batches) == everybody


def _file(folder: Path, first: int) -> Path:
    file = folder / f"prets-{first}.csv"
    rows = (f"+{FIRST + place};R-{place}" for place in range(first, first + EACH))
    file.write_text("\n".join(("telephone;reference", *rows, "")), encoding="utf-8")
    return file


def _start(file: Path, url: str) -> "subprocess.Popen[bytes]":
    given = {"DATABASE_URL": url, "RDV_KEY": KEY, "TWILIO_SENDER": NOTICES, "TWILIO_REPLY_SENDER": NUMBER}
    account = {"TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "-", "PATH": os.environ["PATH"]}
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "pickups", "import", str(file), "--prefecture", "38", "--yes"],
        cwd=ROOT,
        env=given | account,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait(condition: object, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.005)


def _ended(imports: "list[subprocess.Popen[bytes]]") -> bool:
    return all(each.poll() is not None for each in imports)


def _told(ledger: Ledger) -> int:
    return ledger.count("pickups")
