"""The catalogues follow the texts, and lose no translation on the way."""

import shutil
from pathlib import Path

from babel.messages.pofile import read_po

from bot.catalogue import catalogue_path, spoken, update
from bot.words import TEMPLATES
from dialogs.knowledge.library import Knowledge
from tests import workbench

KEPT = "Un rendez-vous vaut pour une personne et un dossier."


def translations(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_an_update_keeps_the_translations_and_follows_the_texts(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    path = catalogue_path("en", templates)
    folder = workbench.copy(tmp_path / "knowledge")
    update(Knowledge(folder), "en", templates)
    before = translations(path)
    assert before[KEPT]

    local = folder / "prefectures" / "74.yaml"
    workbench.edit(local, "Sans toutes les pièces, vous ne serez pas reçu", "Sans aucune pièce, vous ne serez pas reçu")
    missing = update(Knowledge(folder), "en", templates)
    after = translations(path)
    assert after[KEPT] == before[KEPT]
    new, gone = set(after) - set(before), set(before) - set(after)
    assert len(new) == len(gone) == 1
    assert after[new.pop()] == ""
    assert missing == sum(not translation for translation in after.values())
    assert {text: after[text] for text in after if text in before} == {
        text: before[text] for text in after if text in before
    }


def test_a_second_update_changes_nothing(tmp_path: Path, knowledge: Knowledge) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(TEMPLATES, templates)
    update(knowledge, "en", templates)
    once = translations(catalogue_path("en", templates))
    update(knowledge, "en", templates)
    assert translations(catalogue_path("en", templates)) == once


def test_the_shipped_catalogue_translates_every_text(knowledge: Knowledge) -> None:
    known = translations(catalogue_path("en"))
    missing = sorted(
        {f"{text.file}:{text.line}: {text.text[:50]}" for text in spoken(knowledge) if not known.get(text.text)}
    )
    assert missing == []


def test_texts_come_with_the_place_where_they_are_written(knowledge: Knowledge) -> None:
    kept = [text for text in spoken(knowledge) if text.text == KEPT]
    path = knowledge.folder / "prefectures" / "74.yaml"
    assert {(text.file, text.line) for text in kept} == {("74.yaml", workbench.line_of(path, KEPT))}
    assert any(text.file.endswith(".j2") for text in spoken(knowledge))


def test_the_mailbox_of_the_associations_is_said_in_no_language() -> None:
    """F61: users must not write there."""
    for text, translation in translations(catalogue_path("en")).items():
        assert "pref-etrangersd1" not in (text + translation).lower()
