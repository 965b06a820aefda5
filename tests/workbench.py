"""Knowledge to break: a copy of the shipped folder with one edit, or a tiny one of pets, written whole."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from dialogs.knowledge.files import FOLDER
from dialogs.knowledge.library import Knowledge

GLOSSARY: dict[str, Any] = {"asked_by": [], "small": [], "terms": {}}


def copy(folder: Path) -> Path:
    """The knowledge files of the product, copied where they may be edited."""
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "places", "lexicons"))
    return folder


def edit(path: Path, old: str, new: str) -> int:
    """Replaces the first `old`; returns the line on which it began. The edit must find its place."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer says {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def line_of(path: Path, text: str) -> int:
    """The line on which `text` first stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def choice(name: str, values: Sequence[str]) -> dict[str, Any]:
    """A question with a button for each value."""
    labels = {value: value.capitalize() for value in values}
    asking = {"text": f"Quel {name} ?", "again": f"Dites votre {name}.", "options": list(values)}
    return {"name": name, "kind": "choice", "title": name, "labels": labels, "ask": [asking]}


def rule(name: str, when: dict[str, Any], **reply: Any) -> dict[str, Any]:
    """A rule of the national file, with the least that a rule must say."""
    return {"id": name, "when": when, "answer": {"channel": "official_site", "say": name, **reply}, "source": "P1"}


def tiny(folder: Path, facts: Sequence[dict[str, Any]], rules: Sequence[dict[str, Any]], **national: Any) -> Knowledge:
    """A knowledge of these facts and rules, and of no préfecture."""
    office = {"name": "prefecture", "kind": "department", "title": "Lieu", "ask": [{"text": "Où ?", "again": "Où ?"}]}
    questions = {"facts": [*facts, office], "intents": {"help": "Aide"}, "menus": {}}
    source = {"title": "Le livre des bêtes", "publisher": "Un éditeur", "date": "2020"}
    shelf = {"sources": {"P1": source}, "rules": list(rules), **national}
    (folder / "prefectures").mkdir(parents=True)
    for name, content in (
        ("questions", questions),
        ("national", shelf),
        ("documents", {"checklists": []}),
        ("glossary", GLOSSARY),
    ):
        (folder / f"{name}.yaml").write_text(
            yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
    return Knowledge(folder)
