"""What `rdv-sejour check` finds in the SMS, each fault made on purpose."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from bot.channels.limits import SMS_BUDGET
from bot.channels.sms.proof import Cost, examine_sms, own_words, summary
from bot.words import TEMPLATES
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES
from dialogs.paths import ways
from tests.workbench import copy, edit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy(tmp_path / "knowledge")


def faults(folder: Path, now: datetime, message: str) -> set[str]:
    """The files of the faults whose message holds these words."""
    knowledge = Knowledge(folder)
    found = examine_sms(knowledge, list(ways(knowledge, now)), now, [])
    return {finding.file for finding in found if message in finding.message}


def test_the_shipped_knowledge_is_within_budget_in_every_language(knowledge: Knowledge, now: datetime) -> None:
    costs: list[Cost] = []
    found = list(ways(knowledge, now))
    assert [str(finding) for finding in examine_sms(knowledge, found, now, costs)] == []
    for language in LANGUAGES:
        own = [cost for cost in costs if cost.language == language]
        assert len(own) > 4 * len(found)
        assert max(max(cost.segments) for cost in own if cost.asks) <= SMS_BUDGET.question
        assert max(max(cost.segments) for cost in own) <= SMS_BUDGET.other
        assert summary(costs, language).startswith(f"SMS segments in {language}: questions 1.")


def test_an_option_that_a_word_of_the_carriers_would_choose(folder: Path, now: datetime) -> None:
    edit(folder / "questions.yaml", "      visitor: Visiteur", "      visitor: Contact familial")
    assert faults(folder, now, "« contact » would choose Contact familial") == {"questions.yaml"}


def test_an_option_that_is_a_word_of_ours(folder: Path, now: datetime) -> None:
    edit(folder / "questions.yaml", "      visitor: Visiteur", "      visitor: Suite")
    assert "questions.yaml" in faults(folder, now, "« suite » would choose Suite")


def test_a_question_that_leaves_no_room_for_its_options(folder: Path, now: datetime) -> None:
    edit(
        folder / "questions.yaml",
        "text: Pour quel motif demandez-vous un titre ?",
        f"text: Pour quel motif demandez-vous un titre ? {'Vraiment quel motif. ' * 20}",
    )
    assert faults(folder, now, "not on the first page of ground") == {"questions.yaml"}


def test_an_address_that_would_leave_the_first_page(folder: Path, now: datetime) -> None:
    edit(
        folder / "prefectures" / "74.yaml",
        "      url: www.haute-savoie.gouv.fr",
        f"      url: www.haute-savoie.gouv.fr/{'x' * 420}",
    )
    assert faults(folder, now, "not on the first page of 74") == {"74.yaml"}


def test_a_template_written_outside_of_gsm_7(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    (templates / "sms" / "ready.j2").write_text('{{ _("Vous êtes là ?") }}\n', encoding="utf-8")
    assert {finding.file for finding in own_words(templates)} == {"sms/ready.j2"}
    assert list(own_words()) == []
