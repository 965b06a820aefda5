"""docs/facts.md says where each known fact of the field is honoured: here it is held to the knowledge and the tests."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from dialogs.knowledge import schema, shelves
from dialogs.knowledge.files import FOLDER
from dialogs.knowledge.library import Knowledge, Section
from dialogs.knowledge.schema import Entry
from dialogs.knowledge.shelves import Shelf

ROOT = Path(__file__).parent.parent
DOCUMENT = ROOT / "docs" / "facts.md"
FIRST_TABLE = "## Haute-Savoie"
"""What stands before it explains the page and names files; from here on, names are those of the knowledge."""
NAME = re.compile(r"`([^`]+)`")
UNCITED = {"F34"}
"""It only points to another document, whose facts are cited."""
SHOWN = re.compile(r"(examples of )?`([^`]+)`")


@dataclass(frozen=True)
class Line:
    """A line of a table: its number (F12), the heading it stands under, and its cells after the number."""

    number: str
    heading: str
    cells: tuple[str, ...]

    @property
    def honoured(self) -> bool:
        return not self.cells[-2].startswith("left out")

    @property
    def shown_by(self) -> list[tuple[str, str]]:
        return SHOWN.findall(self.cells[-1])


def lines() -> Iterator[Line]:
    heading = ""
    for text in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if text.startswith("## "):
            heading = text
        if re.match(r"\| [FCTN]\d+ \|", text):
            number, *cells = (cell.strip() for cell in text.strip("|").split("|"))
            yield Line(number, heading, tuple(cells))


def numbered(letter: str) -> dict[str, Line]:
    return {line.number: line for line in lines() if line.number.startswith(letter)}


def citations(entry: object) -> Iterator[str]:
    """Every source that an entry of the knowledge, or an entry in it, gives."""
    if isinstance(entry, Entry):
        yield from getattr(entry, "source", ())
        yield from citations({name: getattr(entry, name) for name in type(entry).model_fields})
    elif isinstance(entry, Mapping):
        yield from citations(tuple(entry.values()))
    elif isinstance(entry, tuple):
        for each in entry:
            yield from citations(each)


def shelves_of(knowledge: Knowledge) -> tuple[Shelf, ...]:
    return (knowledge.national, *knowledge.prefectures.values())


def cited(knowledge: Knowledge) -> set[str]:
    files = (*shelves_of(knowledge), knowledge.documents, knowledge.glossary)
    return {source for file in files for source in citations(file)}


def names(knowledge: Knowledge) -> set[str]:
    """All that the page may name: what the knowledge holds, its facts and their values, and its fields."""
    found = set(knowledge.rules) | {each.id for each in knowledge.documents.checklists}
    found |= set(knowledge.questions.intents) | set(knowledge.glossary.terms)
    for shelf in shelves_of(knowledge):
        for section in (*get_args(Section), "calendars", "topics"):
            found |= set(getattr(shelf, section))
    for fact in knowledge.questions.facts:
        found |= {fact.name, *fact.labels, *(band.name for band in fact.bands)}
    for module in (schema, shelves):
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, Entry):
                found |= set(kind.model_fields)
    return found


def is_known(name: str, known: set[str]) -> bool:
    if name.endswith("…"):
        return any(each.startswith(name[:-1]) for each in known)
    if "/" in name:
        return (ROOT / name.split("::")[0]).exists() or (FOLDER / name).exists()
    return name.split(":")[0] in known  # `kept: false` is the field « kept »


def citing(knowledge: Knowledge) -> dict[str, set[str]]:
    """The numbers that each name of the knowledge cites, in whatever file it stands."""
    found: dict[str, set[str]] = {}
    for shelf in shelves_of(knowledge):
        for section in (*get_args(Section), "topics"):
            for name, entry in getattr(shelf, section).items():
                found.setdefault(name, set()).update(source.split()[-1] for source in citations(entry))
    checklists = {each.id: each for each in knowledge.documents.checklists}
    for name, entry in (*knowledge.rules.items(), *checklists.items(), *knowledge.glossary.terms.items()):
        found.setdefault(name, set()).update(source.split()[-1] for source in citations(entry))
    return found


@pytest.mark.parametrize(("letter", "last"), [("F", 102), ("C", 9), ("T", 30)])
def test_every_number_stands_exactly_once(letter: str, last: int) -> None:
    found = [line.number for line in lines() if line.number.startswith(letter)]
    assert found == [f"{letter}{number}" for number in range(1, last + 1)]


def test_every_name_exists(knowledge: Knowledge) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    stories = {path.stem for path in (ROOT / "tests" / "stories").glob("*.yaml")}
    known = names(knowledge) | stories
    unknown = [name for name in NAME.findall(text[text.index(FIRST_TABLE) :]) if not is_known(name, known)]
    assert unknown == []


def test_where_a_fact_is_honoured_only_the_knowledge_is_named(knowledge: Knowledge) -> None:
    """A story is no place where a fact is honoured."""
    known = names(knowledge)
    for line in lines():
        where = line.cells[-1] if line.number.startswith("N") else line.cells[-2]
        assert [name for name in NAME.findall(where) if not is_known(name, known)] == [], line.number


def test_what_shows_a_fact_exists(knowledge: Knowledge) -> None:
    stories = {path.stem for path in (ROOT / "tests" / "stories").glob("*.yaml")}
    for line in lines():
        if line.number.startswith("N"):
            continue
        assert 1 <= len(line.shown_by) <= 2, line.number
        for examples, name in line.shown_by:
            if examples:
                assert knowledge.rules[name].examples, (line.number, name)
            elif "::" in name:
                file, function = name.split("::")
                tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
                assert function in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, name
            else:
                assert name in stories, (line.number, name)


def test_what_is_cited_is_honoured(knowledge: Knowledge) -> None:
    """`S0 F12`: F12 stands under a heading of S0, and the page does not say that it is left out."""
    facts = numbered("F")
    found = [source.split() for source in cited(knowledge) if " " in source]
    assert found
    for document, number in found:
        assert facts[number].honoured, number
        assert re.search(rf"\b{document}\b", facts[number].heading), (document, number)


def test_what_is_honoured_is_cited(knowledge: Knowledge) -> None:
    found = {source.split()[-1] for source in cited(knowledge)}
    uncited = {number for number, line in numbered("F").items() if line.honoured} - found
    assert uncited == UNCITED


def test_a_place_that_is_named_cites_the_fact(knowledge: Knowledge) -> None:
    """Other names of the line may be there for what they add, but one at least holds the fact itself."""
    found = citing(knowledge)
    for line in (*numbered("F").values(), *numbered("N").values()):
        where = line.cells[-1] if line.number.startswith("N") else line.cells[-2]
        named = NAME.findall(where)
        if line.number not in UNCITED and any(name in found for name in named):
            assert any(line.number in found.get(name, ()) for name in named), line.number


def test_newer_facts_stand_with_their_date_and_confidence(knowledge: Knowledge) -> None:
    newer = numbered("N")
    sources = {name: source for name, source in knowledge.sources.items() if name.startswith("N")}
    assert set(newer) == set(sources)
    for number, source in sources.items():
        _, when, confidence, _ = newer[number].cells
        assert when == source.date, number
        assert confidence.split()[0] == source.confidence, number


def test_a_newer_fact_is_used_where_the_page_says_so(knowledge: Knowledge) -> None:
    used = {number for number, line in numbered("N").items() if "not used" not in line.cells[-1]}
    assert used == {source for source in cited(knowledge) if source.startswith("N")}
