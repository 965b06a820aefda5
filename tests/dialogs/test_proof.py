"""Every kind of fault that `check` must find, made on purpose, and found in its file and on its line."""

from datetime import datetime
from pathlib import Path

import pytest

from dialogs.knowledge.files import Fault
from dialogs.knowledge.library import Knowledge
from dialogs.proof import MOST_QUESTIONS, Finding, prove
from tests.workbench import choice, copy, edit, line_of, rule, tiny

PETS = choice("pet", ["cat", "dog"])
AGES = choice("age", ["young", "old"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy(tmp_path / "knowledge")


def found(knowledge: Knowledge, now: datetime, message: str) -> set[tuple[str, int]]:
    """Where the faults whose message holds these words are."""
    return {(finding.file, finding.line) for finding in prove(knowledge, now) if message in finding.message}


def refused(folder: Path) -> tuple[str, int]:
    """Where a folder that cannot even be loaded is at fault."""
    with pytest.raises(Fault) as fault:
        Knowledge(folder)
    return fault.value.file, fault.value.line


# --- the shipped knowledge --------------------------------------------------------------------------------------------


def test_the_shipped_knowledge_has_no_fault(knowledge: Knowledge, now: datetime) -> None:
    assert [str(finding) for finding in prove(knowledge, now)] == []


def test_an_unedited_copy_has_no_fault_either(folder: Path, now: datetime) -> None:
    assert list(prove(Knowledge(folder), now)) == []


def test_a_fault_is_said_as_file_and_line() -> None:
    assert str(Finding("74.yaml", 12, "gap")) == "74.yaml:12: gap"


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_gap(tmp_path: Path, now: datetime) -> None:
    knowledge = tiny(tmp_path, [PETS], [rule("cat", {"pet": "cat"}), rule("nobody", {"pet": []})])
    assert found(knowledge, now, "gap, no rule answers pet=dog")


def test_a_value_that_no_rule_answers(folder: Path, now: datetime) -> None:
    edit(folder / "questions.yaml", "      visitor: Visiteur", "      visitor: Visiteur\n      emerald: Émeraude")
    faults = [finding for finding in prove(Knowledge(folder), now) if "gap" in finding.message]
    assert {"74.yaml", "973.yaml"} <= {fault.file for fault in faults}
    assert all("permit=emerald" in fault.message for fault in faults)


def test_a_gap_hidden_by_the_last_rule_left(tmp_path: Path, now: datetime) -> None:
    """With one rule left nothing is asked any more, though it does not hold everywhere."""
    rules = [rule("cat", {"pet": "cat"}), rule("old-dog", {"pet": "dog", "age": "old"})]
    knowledge = tiny(tmp_path, [PETS, AGES], rules)
    line = knowledge.rules["old-dog"].line
    assert found(knowledge, now, "gap, no rule answers pet=dog, age=young") == {("national.yaml", line)}


def test_a_gap_in_a_prefecture(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "when: {procedure: civil_status_change}", "when: {procedure: civil_status_change, permit: student}")
    line = line_of(path, "- id: 74-civil-status")
    assert ("74.yaml", line) in found(Knowledge(folder), now, "gap, no rule answers")


def test_an_overlap(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "when: {procedure: driving_medical}", "when: {procedure: [driving_medical, duplicate]}")
    line = line_of(path, "- id: 74-driving-medical")
    assert ("74.yaml", line) in found(Knowledge(folder), now, "overlap, 74-online-change and 74-driving-medical")


def test_an_unreachable_rule(tmp_path: Path, now: datetime) -> None:
    rules = [
        rule("cat", {"pet": "cat"}),
        rule("dog", {"pet": "dog"}),
        rule("ghost", {"pet": {"except": ["cat", "dog"]}}),
    ]
    knowledge = tiny(tmp_path, [PETS], rules)
    line = line_of(tmp_path / "national.yaml", "- id: ghost")
    assert found(knowledge, now, "rule ghost is unreachable") == {("national.yaml", line)}


def test_a_rule_written_twice(folder: Path) -> None:
    path = folder / "prefectures" / "38.yaml"
    edit(path, "id: 38-court-order", "id: 38-receipt")
    assert refused(folder) == ("38.yaml", line_of(path, "Pour faire appliquer un jugement") - 4)


def test_a_fact_or_a_value_that_is_unknown(folder: Path) -> None:
    path = folder / "prefectures" / "38.yaml"
    edit(path, "when: {procedure: court_order}", "when: {procedure: court_ordre}")
    file, line = refused(folder)
    assert (file, line) == ("38.yaml", line_of(path, "- id: 38-court-order"))


# --- questions --------------------------------------------------------------------------------------------------------


def test_a_question_with_nothing_to_choose(tmp_path: Path, now: datetime) -> None:
    pets = choice("pet", ["cat", "dog"])
    pets["ask"][0]["options"] = []
    knowledge = tiny(tmp_path, [pets], [rule("cat", {"pet": "cat"}), rule("dog", {"pet": "dog"})])
    assert found(knowledge, now, "pet: dead end") == {("questions.yaml", line_of(tmp_path / "questions.yaml", "text:"))}


def test_an_option_without_a_label(folder: Path, now: datetime) -> None:
    path = folder / "questions.yaml"
    edit(path, "options: [france, other_eu]", "options: [france, other_eu, mars]")
    line = line_of(path, "Quel pays a délivré")
    assert found(Knowledge(folder), now, "the option mars has no label") == {("questions.yaml", line)}


def test_more_than_five_questions(tmp_path: Path, now: datetime) -> None:
    names = [f"fact-{number}" for number in range(MOST_QUESTIONS + 1)]
    yes = [rule(f"no-{name}", {**dict.fromkeys(names[:place], "yes"), name: "no"}) for place, name in enumerate(names)]
    knowledge = tiny(
        tmp_path, [choice(name, ["yes", "no"]) for name in names], [*yes, rule("all", dict.fromkeys(names, "yes"))]
    )
    lines = {
        ("national.yaml", line_of(tmp_path / "national.yaml", f"id: {name}")) for name in (f"no-{names[-1]}", "all")
    }
    assert found(knowledge, now, "takes 6 questions") == lines


# --- names and texts --------------------------------------------------------------------------------------------------


def test_an_unknown_source(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "source: S0 F25\n", "source: S9 F25\n")
    assert found(Knowledge(folder), now, "there is no source S9") == {("74.yaml", line_of(path, "source: S9") - 1)}


def test_an_unknown_placeholder(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "Elle prévient par e-mail.", "Elle prévient {somebody} par e-mail.")
    assert found(Knowledge(folder), now, "there is no placeholder {somebody}") == {
        ("74.yaml", line_of(path, "{somebody}"))
    }


def test_an_unused_remark(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "  one-person:\n", "  spare:\n    text: Personne ne lira ceci.\n    source: S0 F21\n  one-person:\n")
    line = line_of(path, "Personne ne lira ceci.")
    assert found(Knowledge(folder), now, "remarks.spare is never used") == {("74.yaml", line)}


def test_a_remark_that_does_not_exist(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    edit(path, "remarks: [renewal-without-permit,", "remarks: [renewal-without-permits,")
    line = line_of(path, "- id: 74-renewal-without-permit")
    assert found(Knowledge(folder), now, "there is no remarks.renewal-without-permits") == {("74.yaml", line)}


def test_a_doubtful_update_that_does_not_say_so(folder: Path, now: datetime) -> None:
    path = folder / "national.yaml"
    edit(path, "À vérifier là d’abord (administration", "Allez là d’abord (administration")
    assert found(Knowledge(folder), now, "does not say « à vérifier »") == {
        ("national.yaml", line_of(path, "  anef-civil-status:") + 1)
    }


def test_a_remark_without_a_source(folder: Path, now: datetime) -> None:
    path = folder / "prefectures" / "74.yaml"
    line = edit(path, "    source: S0 F25\n", "    source: []\n")
    assert found(Knowledge(folder), now, "nothing is said without a source") == {("74.yaml", line - 1)}


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_that_is_not_yaml(folder: Path) -> None:
    path = folder / "prefectures" / "973.yaml"
    line = edit(path, "seat: Cayenne\n", "seat: Cayenne\nmayor: [nobody\n")
    file, faulty = refused(folder)
    assert file == "973.yaml"
    assert faulty in (line + 1, line + 2)


def test_a_field_that_does_not_exist(folder: Path) -> None:
    path = folder / "prefectures" / "973.yaml"
    edit(path, "    text: Le téléphone de la préfecture", "    txt: Le téléphone de la préfecture")
    assert refused(folder) == ("973.yaml", line_of(path, "txt: Le téléphone"))


def test_a_key_written_twice(folder: Path) -> None:
    path = folder / "prefectures" / "973.yaml"
    line = edit(path, "seat: Cayenne\n", "seat: Cayenne\nseat: Kourou\n")
    file, faulty = refused(folder)
    assert file == "973.yaml"
    assert faulty <= line + 1
