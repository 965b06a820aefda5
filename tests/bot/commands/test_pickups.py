"""`rdv-sejour pickups`, as a shell sees it."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.commands.pickups import app as pickups
from bot.commands.refusing import Commands
from bot.notices import rows as counted
from bot.store.location import sqlite_path, sqlite_url
from tests.ledger import KEY, Ledger

app = typer.Typer(cls=Commands, pretty_exceptions_enable=False)
app.add_typer(pickups, name="pickups")

TABLES = ("people", "outbox", "pickups", "batches", "trail")
FILE = """Téléphone;Référence;Langue;Public;Nom
06 39 98 00 01;A-1;;;Ada
06 39 98 00 02;A-2;en;étudiant;Bo
06 39 98 00 01;A-3;;;Ada
06 39 98 00 0;A-4;;;Cy
"""


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, made by the first command, and a sender that can be answered."""
    url = sqlite_url(tmp_path / "rdv.db")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("RDV_KEY", KEY)
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC0")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "token")
    monkeypatch.setenv("TWILIO_SENDER", "RDVSEJOUR")
    monkeypatch.setenv("TWILIO_REPLY_SENDER", "36180")
    return url


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "prets.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return path


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, ["pickups", *map(str, arguments)], input=stdin)


def imported(file: Path, *more: str) -> Result:
    return run("import", file, "--prefecture", "38", "--yes", "--as", "Marie", *more)


def batch() -> str:
    (only,) = json.loads(run("report", "--json").stdout)
    name: str = only["batch"]
    return name


def outbox(url: str) -> int:
    return len(Ledger(url).rows("SELECT * FROM outbox"))


def test_what_would_be_sent_is_shown_whole_and_nothing_is_sent(file: Path, url: str) -> None:
    result = run("import", file, "--prefecture", "38", "--dry-run")
    assert result.exit_code == 0
    for said in (
        "À prévenir : 2 personnes",
        "ligne 4, telephone : le numéro est déjà à la ligne 2",
        "ligne 5, telephone : il n’y a que 9 chiffres",
        "Colonnes qui ne servent pas ici : Nom",
        "STOP au 36180",
        "GSM-7",
        "2 segments, 0.1596 USD par SMS",
        "Prix estimé, au plus : 0.3192 USD",
        "Rien n’a été envoyé.",
    ):
        assert said in result.stdout
    assert outbox(url) == 0


def test_an_import_is_made_even_with_refused_rows_and_only_once(file: Path, url: str) -> None:
    result = imported(file)
    assert result.exit_code == 0
    assert f"rdv-sejour pickups report {batch()}" in result.stdout
    assert outbox(url) == 2
    again = imported(file)
    assert again.exit_code == 1
    assert "déjà prévenu le" in again.stdout
    assert outbox(url) == 2


def test_no_number_is_shown_or_kept_in_clear(file: Path, url: str) -> None:
    shown = imported(file).output + run("report", batch()).output + run("report", batch(), "--json").output
    tables = [Ledger(url).rows(f"SELECT * FROM {table}") for table in TABLES]  # noqa: S608
    kept = str(tables)
    for text in (shown, kept):
        assert "39980001" not in text.replace(" ", "")


def test_who_cannot_be_asked_says_so_beforehand(file: Path) -> None:
    result = run("import", file, "--prefecture", "38")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "--yes" in result.stderr
    assert "--dry-run" in result.stderr


def test_a_file_from_standard_input(url: str) -> None:
    assert run("import", "-", "--prefecture", "38", "--yes", stdin=FILE.encode()).exit_code == 0
    assert outbox(url) == 2


@pytest.mark.parametrize(
    ("content", "code", "right"),
    [
        (None, "38", "n’existe pas"),
        (b"", "38", "une ligne par personne"),
        (b"nom\r\nAda\r\n", "38", "telephone;reference;langue;public"),
        (b"\xd0\xcf\x11\xe0", "38", ".xlsx"),
        (FILE.encode(), "99", "--prefecture 38"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(
    tmp_path: Path, content: bytes | None, code: str, right: str
) -> None:
    path = tmp_path / "fichier.csv"
    if content is not None:
        path.write_bytes(content)
    result = run("import", path, "--prefecture", code, "--yes")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert right in result.stderr


def test_too_many_rows_are_refused_before_anything_is_sent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counted, "MOST", 3)
    result = imported(file)
    assert result.exit_code == 2
    assert "Partagez-le" in result.stderr


def test_no_row_that_can_be_taken_is_exit_1(tmp_path: Path) -> None:
    path = tmp_path / "fixes.csv"
    path.write_text("phone\n04 76 00 00 01\n", encoding="utf-8")
    assert imported(path).exit_code == 1
    assert run("import", path, "--prefecture", "38", "--dry-run").exit_code == 1


def test_a_notice_that_could_not_say_how_to_stop_is_not_sent(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_REPLY_SENDER")
    result = imported(file)
    assert result.exit_code == 2
    assert "PUBLIC_URL" in result.stderr
    warned = run("import", file, "--prefecture", "38", "--dry-run")
    assert warned.exit_code == 0
    assert "PUBLIC_URL" in warned.stderr
    monkeypatch.setenv("PUBLIC_URL", "https://rdv.example.org")
    assert imported(file).exit_code == 0


def test_a_report_in_words_in_json_in_csv_and_drawn(file: Path, tmp_path: Path) -> None:
    imported(file)
    name = batch()
    assert "en attente : 2" in run("report", name).stdout
    assert name in run("report").stdout
    said = json.loads(run("report", name, "--json").stdout)
    assert (said["given"], said["taken"], said["states"]["queued"]) == (4, 2, 2)
    svg = tmp_path / "envoi.svg"
    run("report", name, "--svg", svg)
    assert ElementTree.parse(svg).getroot().tag.endswith("svg")  # noqa: S314 - our own
    sheet = run("report", name, "--csv", "-").stdout_bytes
    assert list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig")), delimiter=";")) == []
    assert sheet.startswith("\ufeffligne;reference".encode())


@pytest.mark.parametrize("arguments", [("report", "38-20200101-aaaaaa"), ("report", "--csv", "-")])
def test_a_report_of_nothing_says_where_the_batches_are(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "pickups report" in result.stderr


def test_whoever_acts_is_in_the_trail(file: Path, url: str) -> None:
    imported(file)
    rows = Ledger(url).rows("SELECT actor, action FROM trail ORDER BY id")
    assert [(row["actor"], row["action"]) for row in rows] == [
        ("operator Marie", "pickups.rehearse"),
        ("operator Marie", "pickups.import"),
    ]


def test_a_sender_that_was_stopped_goes_on_when_told_and_the_trail_says_by_whom(url: str) -> None:
    assert "Aucun expéditeur" in run("resume").stdout
    path = sqlite_path(url)
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("INSERT INTO halts (sender, reason, since, until) VALUES ('sms', '20003', 1, 2)")
    assert "20003" in run("resume", "--as", "Marie").stdout
    assert Ledger(url).rows("SELECT * FROM halts") == []
    (entry,) = Ledger(url).rows("SELECT actor, action, subject, detail FROM trail")
    assert dict(entry) == {"actor": "operator Marie", "action": "senders.resume", "subject": "sms", "detail": "20003"}
