"""`rdv-sejour openings`, as a shell sees it, and as somebody at a terminal."""

import asyncio
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from bot.commands.openings import app as openings
from bot.commands.openings_watch import watch
from bot.commands.refusing import Commands
from bot.ids import TimeOrderedIds
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.settings import Settings
from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from dialogs.knowledge.library import Knowledge
from tests.bot.notices.openings.crowd import Crowd
from tests.ledger import KEY, Ledger

app = typer.Typer(cls=Commands, pretty_exceptions_enable=False)
app.add_typer(openings, name="openings")

PATIENCE = 30.0
"""Seconds for a process at a terminal."""


@pytest.fixture(autouse=True)
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A database of the test's own."""
    url = sqlite_url(tmp_path / "rdv.db")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("RDV_KEY", KEY)
    migrate(url)
    return Ledger(url)


@pytest.fixture
def crowd(ledger: Ledger) -> Crowd:
    return Crowd(ledger)


def later(days: float = 2) -> str:
    """A moment in some days, as an agent of Annecy writes it."""
    return f"{datetime.now(UTC).astimezone(ZoneInfo('Europe/Paris')) + timedelta(days=days):%Y-%m-%d %H:%M}"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["openings", *arguments])


def announced(*more: str) -> Result:
    given = ("--prefecture", "74", "--calendar", "3.2", "--slots", "20", "--until", later(), "--as", "Marie")
    return run("announce", *given, *more)


def test_it_is_rehearsed_announced_followed_and_stopped(ledger: Ledger, crowd: Crowd) -> None:
    crowd.many(3)
    crowd.waits("lin", channel="sms", language="en")
    result = announced("--yes", "--note", "Guichet 4")
    assert result.exit_code == 0
    for words in ("Haute-Savoie (74), calendrier 3.2 : 20 places", "4 personnes", "1 en anglais", "GSM-7", "Guichet 4"):
        assert words in result.stdout
    assert "rdv-sejour run" in result.stderr, "nobody sends"
    (row,) = ledger.rows("SELECT * FROM openings")
    assert (row["state"], row["actor"], row["wave_size"]) == ("waiting", "operator Marie", 100)
    assert row["next_wave_at"] == row["created_at"] + 30_000
    assert f"openings cancel {row['id']}" in result.stdout
    assert "peut encore être reprise" in run("list").stdout
    assert json.loads(run("list", "--json").stdout)[0]["id"] == row["id"]
    assert "arrêtée" in run("cancel", row["id"], "--as", "Paul").stdout
    assert json.loads(run("report", row["id"], "--json").stdout)["state"] == "cancelled"
    assert run("gone", row["id"]).exit_code == 0
    assert ledger.rows("SELECT state FROM openings") == [{"state": "cancelled"}]
    done = [(each["actor"], each["action"]) for each in ledger.rows("SELECT * FROM trail ORDER BY id")]
    assert done[:3] == [
        ("operator Marie", "openings.rehearse"),
        ("operator Marie", "openings.announce"),
        ("operator Paul", "openings.cancel"),
    ]


def test_at_once(ledger: Ledger, crowd: Crowd) -> None:
    crowd.waits("ada")
    ledger.run(f"INSERT INTO leases (name, holder, renewed_at) VALUES ('sender:telegram', 'x', {time.time_ns()})")  # noqa: S608
    result = announced("--yes", "--now", "--per-slot", "3")
    assert result.exit_code == 0
    assert result.stderr == ""
    (row,) = ledger.rows("SELECT * FROM openings")
    assert row["next_wave_at"] == row["created_at"]
    assert row["wave_size"] == 60


def test_only_rehearsed(ledger: Ledger, crowd: Crowd) -> None:
    crowd.waits("ada")
    result = announced("--dry-run")
    assert result.exit_code == 0
    assert "1 personne à prévenir" in result.stdout
    assert ledger.count("openings") == 0


def test_with_nobody_to_tell_nothing_is_announced(ledger: Ledger) -> None:
    result = announced("--yes")
    assert result.exit_code == 1
    assert "rien n’a été annoncé" in result.stdout
    assert ledger.count("openings") == 0


def test_what_looks_wrong_is_said(crowd: Crowd) -> None:
    crowd.waits("ada")
    announced("--yes")
    assert "Attention : La même ouverture a été annoncée" in announced("--dry-run").stdout


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (["announce", "--yes", "--calendar", "9"], "3.1, 3.2"),
        (["announce", "--yes", "--prefecture", "Annecy"], "973"),
        (["announce", "--yes", "--slots", "0"], "1 à 10000"),
        (["announce", "--yes", "--until", "hier"], "2026-11-24 12:00"),
        (["announce", "--yes", "--until", "2020-01-01 12:00"], "passée"),
        (["announce", "--yes", "--until", later(61)], "60 jours"),
        (["announce", "--yes", "--note", "t.me/rdv"], "site de la préfecture"),
        (["announce"], "--yes"),
        (["announce", "--yes", "--as", "06 39 98 00 01"], "--as"),
        (["gone", "nothing"], "openings list"),
        (["cancel", "nothing"], "openings list"),
        (["report", "nothing"], "openings list"),
        (["nope"], "--help"),
    ],
)
def test_a_mistake_is_said_in_one_line_with_what_would_be_right(
    ledger: Ledger, arguments: list[str], right: str
) -> None:
    if arguments[0] == "announce":
        given = {"--prefecture": "74", "--calendar": "3.2", "--slots": "20", "--until": later()}
        arguments = ["announce", *(each for pair in given.items() for each in pair), *arguments[1:]]
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert right in result.stderr
    assert ledger.count("openings") == 0


def test_an_empty_list_says_how_to_begin() -> None:
    assert "openings announce" in run("list").stdout


def test_the_progress_is_watched_to_the_end_and_left_by_ctrl_c(
    ledger: Ledger, crowd: Crowd, knowledge: Knowledge
) -> None:
    crowd.many(3)
    announced("--yes", "--now")
    (row,) = ledger.rows("SELECT id FROM openings")

    async def follow() -> tuple[str, str]:
        database = await open_database(ledger.url)
        desk = OpeningDesk.of(
            Settings(), knowledge, database, ledger.vault, lambda: datetime.now(UTC), TimeOrderedIds()
        )
        watching = asyncio.create_task(watch(desk, row["id"], Console(file=io.StringIO())))
        await asyncio.sleep(0)
        await Announcer(desk, "this process").work()
        watching.cancel()  # as Ctrl-C does
        left = await watching
        ledger.run("UPDATE outbox SET state = 'accepted'")
        ended = await watch(desk, row["id"], Console(file=io.StringIO()))
        await database.close()
        assert left is None or not left.is_over
        assert ended is not None
        return ended.opening.state, "\n".join(ended.lines())

    state, said = asyncio.run(follow())
    assert state == "done"
    assert "3 messages : 3 confiés" in said


@contextmanager
def terminal(*arguments: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The command at a terminal of its own."""
    ours, theirs = pty.openpty()
    command = "from tests.bot.commands.test_openings import app; app()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "openings", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    try:
        yield ours, process
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def read_until(terminal: int, words: str) -> str:
    """What is shown up to these words, or to the end."""
    shown, end = b"", time.monotonic() + PATIENCE
    while words not in shown.decode("utf-8", "replace") and time.monotonic() < end:
        try:
            more = os.read(terminal, 65536)
        except OSError:  # the process has ended
            break
        shown += more
    return shown.decode("utf-8", "replace")


@pytest.mark.parametrize("by", ["a", "Ctrl-C"])
def test_it_is_taken_back_in_time(ledger: Ledger, crowd: Crowd, by: str) -> None:
    crowd.waits("ada")
    given = ("--prefecture", "74", "--calendar", "3.2", "--slots", "20", "--until", later())
    with terminal("announce", *given) as (screen, process):
        assert "Annoncer ?" in read_until(screen, "Annoncer ?")
        os.write(screen, b"y\n")
        assert "Premiers messages dans" in read_until(screen, "Premiers messages dans")
        if by == "a":
            os.write(screen, b"a\n")
        else:
            process.send_signal(signal.SIGINT)
        assert "Annonce reprise" in read_until(screen, "personne n’a été prévenu")
        assert process.wait(PATIENCE) == 1
    (row,) = ledger.rows("SELECT state, waves FROM openings")
    assert row == {"state": "cancelled", "waves": 0}


def test_whoever_says_no_announces_nothing(ledger: Ledger, crowd: Crowd) -> None:
    crowd.waits("ada")
    given = ("--prefecture", "74", "--calendar", "3.2", "--slots", "20", "--until", later())
    with terminal("announce", *given) as (screen, process):
        read_until(screen, "Annoncer ?")
        os.write(screen, b"n\n")
        assert "Rien n’a été annoncé" in read_until(screen, "Rien n’a été annoncé")
        assert process.wait(PATIENCE) == 1
    assert ledger.count("openings") == 0
