"""The commands, as a shell sees them: what they print, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app

RENEWAL = ["prefecture=74", "procedure=renewal", "permit=cst", "--as-of", "2026-11-21"]


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def lines(*situations: object) -> str:
    return "".join(json.dumps(situation) + "\n" for situation in situations)


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (["answer", "star_sign=leo"], "prefecture"),
        (["answer", "permit"], "permit=cst"),
        (["answer", "permit=green"], "vls_ts"),
        (["answer", "prefecture=99"], "74"),
        (["answer", "expires_on=bientôt"], "2027-04-13"),
        (["answer", "expires_on=9999-12-31"], "2027-04-13"),
        (["answer", "--intent", "back"], "calendar_full"),
        (["answer", "--as-of", "demain"], "2026-11-21"),
        (["answer", "--as-of", "9999-12-31"], "2026-11-21"),
        (["answer", "--lang", "xx"], "fr, en"),
        (["answer", "--nope"], "--help"),
        (["understand"], "understand"),
        (["understand", "bonjour", "--as-of", "demain"], "2026-11-21"),
        (["chat", "--lang", "xx"], "fr, en"),
        (["chat", "--as-of", "demain"], "2026-11-21"),
        (["replay", "nowhere.yaml"], "tests/stories"),
        (["replay"], "--help"),
        (["nope"], "--help"),
    ],
)
def test_a_mistake_is_said_in_one_line_with_what_would_be_right(arguments: list[str], right: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert right in result.stderr


def test_a_story_that_is_not_one_is_named_with_its_line(tmp_path: Path) -> None:
    story = tmp_path / "story.yaml"
    story.write_text("title: Une histoire\nas_of: 2026-11-21\nturn: []\n", encoding="utf-8")
    result = run("replay", str(story))
    assert result.exit_code == 2
    assert result.stderr.startswith("story.yaml:1: ")
    assert result.stderr.count("\n") == 1


def test_a_story_that_goes_otherwise_is_told(tmp_path: Path) -> None:
    story = tmp_path / "story.yaml"
    story.write_text(
        "title: Une histoire\nas_of: 2026-11-21\nturns:\n  - {press: prefecture=74, asks: permit}\n", encoding="utf-8"
    )
    result = run("replay", str(story))
    assert result.exit_code == 1
    assert "story.yaml:4: asks procedure, not permit" in result.stdout


def test_an_answer_as_text_and_as_json() -> None:
    plain, data = run("answer", *RENEWAL), run("answer", "--json", *RENEWAL)
    assert plain.exit_code == data.exit_code == 0
    reply = json.loads(data.stdout)
    assert reply["rule"] == "74-renewal-short"
    assert plain.stdout.strip() == reply["text"].strip()


def test_dates_are_written_to_a_file_for_an_agenda(tmp_path: Path) -> None:
    path = tmp_path / "agenda.ics"
    situation = ("prefecture=74", "procedure=renewal", "permit=cst", "expires_on=2027-04-13")
    assert run("answer", *situation, "--as-of", "2026-11-21", "--ics", str(path)).exit_code == 0
    assert "DTSTART;VALUE=DATE:20270413" in path.read_text("utf-8")
    without = run("answer", "prefecture=74", "procedure=pickup", "--ics", str(tmp_path / "none.ics"))
    assert (without.exit_code, (tmp_path / "none.ics").exists()) == (2, False)
    assert run("answer", *situation, "--ics", str(tmp_path)).exit_code == 2


def test_a_question_lists_its_values() -> None:
    result = run("answer", "prefecture=74")
    assert result.exit_code == 0
    assert "- renewal : " in result.stdout


def test_the_same_in_english() -> None:
    assert run("answer", "--lang", "en", *RENEWAL).stdout != run("answer", *RENEWAL).stdout


def test_a_batch_answers_each_line_in_its_place() -> None:
    good = {"facts": {"prefecture": "74", "procedure": "renewal", "permit": "cst"}, "as_of": "2026-11-21"}
    bad: list[object] = [
        {"facts": {"permit": "green"}},
        {"facts": {}, "as_of": "demain"},
        {"facts": {}, "as_of": 5},
        {"facts": {}, "intent": []},
        {"facts": {}, "intent": "back"},
        {"facts": {}, "lang": "xx"},
        {"facts": {"expires_on": "9999-12-31"}},
        {"facts": [1]},
        {"facts": "permit=cst"},
        [1],
        "text",
        None,
    ]
    stdin = lines(good, *bad) + "not json\n\n" + lines(good)
    result = run("answer", "--batch", stdin=stdin)
    assert result.exit_code == 0
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(replies) == len(bad) + 3
    assert replies[0] == replies[-1]
    assert replies[0]["rule"] == "74-renewal-short"
    for reply in replies[1:-1]:
        assert reply["status"] == "error"
        assert reply["error"]


def test_understanding_as_text_and_as_json() -> None:
    text = "je veux renouveler ma carte étudiant à Annecy, elle expire le 13/04/2027"
    reading = json.loads(run("understand", text, "--as-of", "2026-11-21", "--json").stdout)
    assert reading.keys() == {"language", "intent", "facts"}
    assert reading["language"] == "fr"
    expected = {"prefecture": "74", "procedure": "renewal", "permit": "student", "expires_on": "2027-04-13"}
    assert expected.items() <= reading["facts"].items()
    plain = run("understand", text, "--as-of", "2026-11-21").stdout
    assert "permit: student" in plain.splitlines()


def test_understanding_in_a_batch() -> None:
    good = {"text": "tout est complet", "as_of": "2026-11-21"}
    result = run(
        "understand", "--batch", stdin=lines(good, {}, {"text": "x", "as_of": 5}, {"text": "x", "lang": 5}, good)
    )
    replies = [json.loads(line) for line in result.stdout.splitlines()]
    assert [reply.get("status") for reply in replies] == [None, "error", "error", "error", None]
    assert replies[0] == replies[-1]
    assert replies[0]["intent"] == "calendar_full"


def test_a_conversation_as_it_would_be_by_sms() -> None:
    result = run("chat", "--sms", "--as-of", "2026-11-21", stdin="slt jve renouvlé ma carte a grenoble\n1\nPIECES\n")
    assert result.exit_code == 0
    assert "Compris : Isère (38), Renouveler mon titre." in result.stdout
    assert "Répondez SUITE, PIECES ou POURQUOI." in result.stdout
    assert result.stdout.count("[GSM-7, ") == 4


def test_the_segments_of_every_sms() -> None:
    result = run("check", "--sms")
    assert "en 74-renewal-short prefecture=74 procedure=renewal permit=cst answer: 3 + " in result.stdout
    assert "SMS segments in fr: questions 1." in result.stdout


def test_help_names_the_commands() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in ("run", "chat", "answer", "understand", "check", "graph", "replay"):
        assert command in result.stdout
