"""Proof that the knowledge is sound: one rule for every situation, every rule of use, every name known.

Each fault is found with its file and line. The proof is by cases over all cells of all facts, cut only where rules
differ, so it covers what nobody would press as well as what they would.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dialogs.facts import Choice
from dialogs.knowledge.library import UNKNOWN, Knowledge
from dialogs.knowledge.schema import Part, Reply, Update, When
from dialogs.knowledge.shelves import Rule, Shelf
from dialogs.knowledge.texts import all_texts
from dialogs.paths import Way, ways
from dialogs.rules import Region

MOST_QUESTIONS = 5
PLACEHOLDERS = frozenset(
    [
        "site",
        "name",
        "seat",
        "supplementary",
        "full",
        "calendar",
        "next_release",
        "opens",
        "closes",
        "late_until",
        "try_from",
        "appointment",
        "filed",
        "number",
        "link",
    ]
)
FLAGS = frozenset({"only_calendar", "all_full", "calendar_unknown", "not_a_number"})
PSEUDO_FACTS = frozenset({"channel"})


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A fault of the knowledge, where it stands and what it is."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def prove(knowledge: Knowledge, now: datetime) -> Iterator[Finding]:
    """Every fault in the tables, the questions and the names."""
    torn = list(_tables(knowledge))
    yield from torn
    yield from _questions(knowledge)
    if not any("gap" in fault.message for fault in torn):  # a way into a gap leads nowhere at all
        yield from _many_questions(knowledge, now)
    for code, shelf in _shelves(knowledge).items():
        yield from _names(knowledge, code, shelf)
    for term in knowledge.glossary.terms.values():
        yield from _citations(knowledge, "glossary.yaml", term.line, term.source)
    for checklist in knowledge.documents.checklists:
        yield from _citations(knowledge, "documents.yaml", checklist.line, checklist.source)
        yield from _condition(knowledge, "documents.yaml", checklist.line, checklist.when)
    yield from _unused(knowledge)
    yield from _texts(knowledge)


def questions_asked(found: list[Way]) -> Counter[int]:
    """How many answers are reached after how many questions."""
    return Counter(len(way.asked) for way in found)


def where(knowledge: Knowledge, rule: Rule) -> tuple[str, int]:
    """The file and the line of a rule."""
    for code, shelf in _shelves(knowledge).items():
        if any(each.id == rule.id for each in shelf.rules):
            return _file(knowledge, code), rule.line
    raise KeyError(rule.id)


# --- tables ------------------------------------------------------------------------------------------------------


def _tables(knowledge: Knowledge) -> Iterator[Finding]:
    used: set[str] = set()
    for region in knowledge.table.regions():
        used.update(region.rows)
        if len(region.rows) != 1:
            yield _misfit(knowledge, region)
        else:
            yield from _holes(knowledge, region)
    for name, rule in knowledge.rules.items():
        if name not in used:
            yield Finding(*where(knowledge, rule), f"rule {name} is unreachable, no situation leads to it")


def _misfit(knowledge: Knowledge, region: Region) -> Finding:
    situation = _words(region.cells)
    if region.rows:
        last = knowledge.rules[region.rows[-1]]
        return Finding(*where(knowledge, last), f"overlap, {' and '.join(region.rows)} both answer {situation}")
    return Finding(_file(knowledge, region.cells.get("prefecture", "")), 1, f"gap, no rule answers {situation}")


def _holes(knowledge: Knowledge, region: Region) -> Iterator[Finding]:
    """The last rule left is taken as the answer, so it must accept whatever was not asked."""
    row = next(row for row in knowledge.table.rows if row.name == region.rows[0])
    for fact, accepted in row.when.items():
        refused = [cell for cell in knowledge.table.facts[fact] if cell not in accepted]
        if fact not in region.cells and refused:
            situation = _words({**region.cells, fact: " or ".join(refused)})
            yield Finding(*where(knowledge, knowledge.rules[row.name]), f"gap, no rule answers {situation}")


# --- questions ---------------------------------------------------------------------------------------------------


def _questions(knowledge: Knowledge) -> Iterator[Finding]:
    asks = [("questions.yaml", entry.name, ask) for entry in knowledge.questions.facts for ask in entry.ask]
    for code, shelf in knowledge.prefectures.items():
        asks += [(knowledge.file_of[code], fact, ask) for fact, own in shelf.asks.items() for ask in own]
    for file, fact, ask in asks:
        for option in ask.options:
            if option not in knowledge.entries[fact].labels:
                yield Finding(file, ask.line, f"{fact}: the option {option} has no label")
        if isinstance(knowledge.kinds[fact], Choice) and not ask.options:
            yield Finding(file, ask.line, f"{fact}: dead end, a question with nothing to choose")
    for entry in knowledge.questions.facts:
        if entry.kind != "town" and not any(not ask.when for ask in entry.ask):
            yield Finding("questions.yaml", entry.line, f"{entry.name}: no question for the general case")


def _many_questions(knowledge: Knowledge, now: datetime) -> Iterator[Finding]:
    for way in ways(knowledge, now):
        if len(way.asked) > MOST_QUESTIONS and way.outlook.rule is not None:
            yield Finding(
                *where(knowledge, way.outlook.rule),
                f"rule {way.outlook.rule.id} takes {len(way.asked)} questions: {_words(way.asked)}",
            )


# --- names and texts ---------------------------------------------------------------------------------------------


def _names(knowledge: Knowledge, code: str, shelf: Shelf) -> Iterator[Finding]:
    file = _file(knowledge, code)
    for rule in shelf.rules:
        reply = rule.answer
        for section, name in _wanted(reply):
            if not _known(knowledge, code, section, name):
                yield Finding(file, rule.line, f"rule {rule.id}: there is no {section}.{name}")
        if reply.calendar and reply.calendar not in shelf.calendars:
            yield Finding(file, rule.line, f"rule {rule.id}: there is no calendar {reply.calendar}")
        if not rule.source:
            yield Finding(file, rule.line, f"rule {rule.id}: nothing is said without a source")
        yield from _citations(knowledge, file, rule.line, rule.source)
    for name in shelf.ladder:
        if not _known(knowledge, code, "rungs", name):
            yield Finding(file, shelf.line, f"ladder: there is no rungs.{name}")
    for part in _rules_of_use(shelf):
        if not part.source:
            yield Finding(file, part.line, "nothing is said without a source")
    for part in _parts(shelf):
        yield from _citations(knowledge, file, part.line, part.source)
        yield from _condition(knowledge, file, part.line, part.when)
        yield from _doubt(knowledge, file, part)
    for timing in shelf.timings.values():
        yield from _citations(knowledge, file, timing.line, timing.source)
    for release in shelf.releases.values():
        yield from _citations(knowledge, file, release.line, release.source)
    for notice in shelf.notices.values():
        if not notice.source:
            yield Finding(file, notice.line, "nothing is said without a source")
        yield from _citations(knowledge, file, notice.line, notice.source)


def _wanted(reply: Reply) -> Iterator[tuple[str, str]]:
    """The entries a reply refers to: section and name."""
    yield from (("remarks", name) for name in (*reply.remarks, *reply.warnings))
    yield from (("updates", name) for name in reply.updates)
    for section, name in (
        ("timings", reply.timing),
        ("paths", reply.path),
        ("own_lists", reply.own_list),
        ("releases", reply.release),
    ):
        if name:
            yield section, name


def _unused(knowledge: Knowledge) -> Iterator[Finding]:
    """What no rule and no ladder refers to: a slip of the pen, or a rule that forgot it."""
    shelves = _shelves(knowledge)
    wanted = {pair for shelf in shelves.values() for rule in shelf.rules for pair in _wanted(rule.answer)}
    wanted |= {("rungs", name) for shelf in shelves.values() for name in shelf.ladder}
    for code, shelf in shelves.items():
        for section in ("remarks", "updates", "rungs", "paths", "own_lists"):
            for name, entry in getattr(shelf, section).items():
                if (section, name) not in wanted:
                    yield Finding(_file(knowledge, code), entry.line, f"{section}.{name} is never used")


def _rules_of_use(shelf: Shelf) -> Iterator[Part]:
    """The parts that state something of the world; a topic may also speak of the assistant itself."""
    for section in (shelf.own_lists, shelf.remarks, shelf.updates, shelf.rungs):
        yield from section.values()


def _parts(shelf: Shelf) -> Iterator[Part]:
    yield from _rules_of_use(shelf)
    for paragraphs in shelf.topics.values():
        yield from paragraphs
    yield from (rule.answer.place for rule in shelf.rules if rule.answer.place)


def _citations(knowledge: Knowledge, file: str, line: int, cited: tuple[str, ...]) -> Iterator[Finding]:
    for citation in cited:
        if citation.split()[0] not in knowledge.sources:
            yield Finding(file, line, f"there is no source {citation}")


def _condition(knowledge: Knowledge, file: str, line: int, when: When) -> Iterator[Finding]:
    for fact, accepted in when.items():
        if fact in PSEUDO_FACTS:
            continue
        if fact not in knowledge.kinds:
            yield Finding(file, line, f"there is no fact {fact}")
            continue
        for cell in (*(accepted.only or ()), *accepted.excluded):
            if cell not in (*knowledge.kinds[fact].cells, UNKNOWN):
                yield Finding(file, line, f"{fact} has no value {cell}")


def _doubt(knowledge: Knowledge, file: str, part: Part) -> Iterator[Finding]:
    """Newer knowledge of middling confidence is said to be checked (« à vérifier »)."""
    known = [knowledge.sources[name.split()[0]] for name in part.source if name.split()[0] in knowledge.sources]
    unsure = known and all(source.confidence != "H" for source in known)
    if unsure and isinstance(part, Update) and not re.search("vérifi", part.text, re.IGNORECASE):
        yield Finding(file, part.line, "rests on sources to be checked, and does not say « à vérifier »")


def _texts(knowledge: Knowledge) -> Iterator[Finding]:
    for text in all_texts(knowledge):
        for name in re.findall(r"\{(\w*)\}", text.text):
            if name not in PLACEHOLDERS:
                yield Finding(text.file, text.line, f"there is no placeholder {{{name}}}")


def _known(knowledge: Knowledge, code: str, section: str, name: str) -> bool:
    return any(name in getattr(shelf, section) for shelf in knowledge.shelves(code))


def _shelves(knowledge: Knowledge) -> Mapping[str, Shelf]:
    return {"": knowledge.national, **knowledge.prefectures}


def _file(knowledge: Knowledge, code: str) -> str:
    return knowledge.file_of.get(code, "national.yaml")


def _words(cells: Mapping[str, object]) -> str:
    return ", ".join(f"{fact}={cell}" for fact, cell in cells.items()) or "everything"
