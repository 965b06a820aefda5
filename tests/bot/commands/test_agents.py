"""`rdv-sejour agents`, as a shell sees it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.agents import keys
from bot.commands.agents import app as agents
from bot.commands.refusing import Commands
from bot.store.location import sqlite_path, sqlite_url
from tests.ledger import KEY, Ledger

app = typer.Typer(cls=Commands, pretty_exceptions_enable=False)
app.add_typer(agents, name="agents")


@pytest.fixture(autouse=True)
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of the test's own, made by the first command."""
    url = sqlite_url(tmp_path / "rdv.db")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("RDV_KEY", KEY)
    return url


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["agents", *arguments])


def added(name: str = "Accueil Grenoble", *more: str) -> Result:
    return run("add", name, "--prefecture", "38", "--role", "notices", "--as", "Marie", *more)


def test_the_key_is_shown_once_and_kept_nowhere(url: str) -> None:
    result = added()
    assert result.exit_code == 0
    key = result.stdout.splitlines()[-1]
    assert keys.is_key(key)
    (row,) = Ledger(url).rows("SELECT * FROM agents")
    assert key not in str(row)
    for later in (run("list"), run("list", "--json"), run("trail"), run("trail", "--json")):
        assert later.exit_code == 0
        assert key not in later.stdout


def test_agents_are_listed_and_revoked() -> None:
    assert "agents add" in run("list").stdout
    added("Accueil Grenoble", "--prefecture", "74")
    (agent,) = json.loads(run("list", "--json").stdout)
    assert (agent["name"], agent["role"], agent["prefectures"]) == ("Accueil Grenoble", "notices", ["38", "74"])
    assert agent["revoked_at"] is None
    assert run("revoke", "Accueil Grenoble").exit_code == 0
    assert "révoqué" in run("list").stdout
    assert run("revoke", "Accueil Grenoble").exit_code == 2


def test_the_trail_says_who_did_what_where() -> None:
    added("Accueil Grenoble", "--prefecture", "74")
    added("Ana")
    run("revoke", "Ana", "--as", "Paul")
    entries = json.loads(run("trail", "--json").stdout)
    assert [(each["actor"], each["action"], each["prefecture"], each["subject"]) for each in entries] == [
        ("operator Paul", "agents.revoke", "38", "Ana"),
        ("operator Marie", "agents.add", "38", "Ana"),
        ("operator Marie", "agents.add", "74", "Accueil Grenoble"),
        ("operator Marie", "agents.add", "38", "Accueil Grenoble"),
    ]
    (only,) = json.loads(run("trail", "--json", "--prefecture", "74").stdout)
    assert only["id"] == entries[2]["id"]
    (last,) = json.loads(run("trail", "--json", "--most", "1", "--before", entries[2]["id"]).stdout)
    assert last == entries[3]
    assert json.loads(run("trail", "--json", "--since", "2020-01-01").stdout) == entries
    assert json.loads(run("trail", "--json", "--since", "2999-01-01").stdout) == []
    assert "Paul (opérateur) a révoqué l’agent, Ana, préfecture 38" in run("trail").stdout


def test_without_a_name_it_is_the_user_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "jeanne")
    run("add", "Ana", "--prefecture", "2a", "--role", "admin")
    (entry,) = json.loads(run("trail", "--json").stdout)
    assert (entry["actor"], entry["prefecture"]) == ("operator jeanne", "2A")


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (["add", "Ana", "--prefecture", "99", "--role", "notices"], "973"),
        (["add", "Ana", "--prefecture", "38", "--role", "boss"], "openings"),
        (["add", "Ana", "--role", "notices"], "--prefecture"),
        (["add", "0639980001", "--prefecture", "38", "--role", "notices"], "Accueil Grenoble"),
        (["add", "Ana", "--prefecture", "38", "--role", "notices", "--as", "06 39 98 00 01"], "--as"),
        (["revoke", "Nobody"], "agents list"),
        (["trail", "--since", "demain"], "2026-11-21"),
        (["trail", "--prefecture", "Isère"], "38"),
        (["trail", "--most", "0"], "--most"),
        (["nope"], "--help"),
    ],
)
def test_a_mistake_is_said_in_one_line_with_what_would_be_right(arguments: list[str], right: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert right in result.stderr


def test_a_name_is_given_once() -> None:
    added()
    again = added("ACCUEIL GRENOBLE")
    assert again.exit_code == 2
    assert "ACCUEIL GRENOBLE 2" in again.stderr


def test_a_database_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://rdv:secret@127.0.0.1:1/rdv")
    result = run("list")
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.stderr
    assert "secret" not in result.stderr


def test_a_code_links_a_chat_and_is_kept_nowhere(url: str) -> None:
    added()
    shown = run("link", "Accueil Grenoble", "--as", "Marie").stdout.splitlines()[-1]
    code = shown.removeprefix("/agent ")
    assert len(code) == 6
    assert code.isdecimal()
    (row,) = Ledger(url).rows("SELECT * FROM agent_codes")
    assert row["digest"] == Ledger(url).vault.digest("agent code", code)
    assert "code Telegram" in run("trail").stdout
    assert run("link", "Personne").exit_code == 2


def test_a_database_that_fails_in_the_middle_is_said_in_one_line(url: str) -> None:
    added()
    path = sqlite_path(url)
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TABLE trail")
    result = run("trail")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "OperationalError" in result.stderr
    assert len(result.stderr.splitlines()) == 1
