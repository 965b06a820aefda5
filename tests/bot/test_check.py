"""What `rdv-sejour check` finds in what a person would read, each fault made on purpose."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.limits import LIMITS
from bot.check import examine
from bot.words import Words
from dialogs.effects import Answered, Climbed
from dialogs.knowledge.library import Knowledge
from dialogs.ladder import climb
from dialogs.machine import LANGUAGES
from dialogs.outlook import answer
from dialogs.paths import ways
from dialogs.proof import MOST_QUESTIONS
from tests.workbench import copy, edit, line_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy(tmp_path / "knowledge")


def examined(folder: Path, now: datetime, message: str) -> set[tuple[str, int]]:
    """Where the faults whose message holds these words are."""
    findings = examine(Knowledge(folder), now).findings
    return {(finding.file, finding.line) for finding in findings if message in finding.message}


def test_the_shipped_knowledge_is_sound_in_every_language(knowledge: Knowledge, now: datetime) -> None:
    report = examine(knowledge, now)
    assert [str(finding) for finding in report.findings] == []
    assert report.rules == len(knowledge.rules)
    assert report.ways == sum(report.questions.values()) > 300
    assert max(report.questions) <= MOST_QUESTIONS
    assert 0 < report.longest <= LIMITS["telegram"].message


def test_a_missing_translation(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "Un rendez-vous vaut pour une personne et un dossier.", "Un texte tout neuf.")
    assert examined(folder, now, "no translation in en: Un texte tout neuf.") == {
        ("74.yaml", line_of(path, "Un texte tout neuf"))
    }


def test_a_label_too_long_for_a_button(folder: Path, now: datetime) -> None:
    path = folder / "questions.yaml"
    edit(path, "      visitor: Visiteur", f"      visitor: {'Visiteur ' * 6}")
    assert examined(folder, now, "permit=visitor: label over 40 signs") == {
        ("questions.yaml", line_of(path, "- name: permit"))
    }


def test_a_text_over_the_limit_of_a_channel(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(
        path,
        "say: Prenez rendez-vous sur le calendrier 2.",
        f"say: Prenez rendez-vous sur le calendrier 2. {'Très long. ' * 400}",
    )
    line = line_of(path, "- id: 74-calendar-2-asylum")
    assert ("74.yaml", line) in examined(folder, now, "telegram takes 4096")


def test_an_example_that_fails(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    line = edit(
        path, 'then: {calendars: ["4.1"], supplementary: ["4.2"]}', 'then: {calendars: ["5.1"], supplementary: ["4.2"]}'
    )
    assert examined(folder, now, "example: calendars is ['4.1'], not ['5.1']") == {("74.yaml", line)}


def test_no_way_says_an_unfilled_text_in_any_language(knowledge: Knowledge, now: datetime) -> None:
    for language in LANGUAGES:
        words = Words(knowledge, language)
        for way in ways(knowledge, now):
            reached = answer(knowledge, way.outlook, now)
            ladder = climb(knowledge, way.outlook.rule, {**way.outlook.known, "full_calendars": "unsaid"}, now)
            for effect in (Answered(reached), Climbed(ladder, reached)):
                said = words.effect(effect)
                assert not re.search(r"\bNone\b|[{}]|%\(", said), (way.asked, said)
