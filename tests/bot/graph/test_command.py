"""`rdv-sejour graph`: an SVG on standard output or in a file, one line and exit code 2 for what it cannot draw."""

from pathlib import Path
from xml.etree import ElementTree as Xml

from typer.testing import CliRunner

from bot.cli import app


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["graph", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_svg_goes_to_standard_output() -> None:
    code, out, _ = run("74", "--as-of", "2026-11-21")
    assert code == 0
    assert Xml.fromstring(out).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - our own document


def test_the_svg_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "973.svg"
    assert run("973", "--output", str(path))[:2] == (0, "")
    assert "Guyane (973)" in path.read_text("utf-8")


def test_a_code_that_is_no_department_is_refused_with_those_that_are() -> None:
    code, out, error = run("00")
    assert (code, out) == (2, "")
    assert all(known in error for known in ("38", "74", "973"))
    assert error.count("\n") == 1


def test_a_language_we_do_not_speak_is_refused() -> None:
    assert run("74", "--lang", "de")[0] == 2


def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path) -> None:
    assert run("74", "--output", str(tmp_path / "no" / "where.svg"))[0] == 2
