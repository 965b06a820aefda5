"""Every way through the shipped questions, as a person would walk it."""

from datetime import datetime

import pytest

from dialogs.answers import Answer, Phrase
from dialogs.facts import Choice, Years
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.knowledge.schema import Part
from dialogs.knowledge.texts import all_texts
from dialogs.outlook import answer
from dialogs.paths import Way, samples, ways

FORBIDDEN_MAILBOX = "pref-etrangersd1@"


@pytest.fixture(scope="module")
def walked(knowledge: Knowledge, now: datetime) -> list[tuple[Way, Answer]]:
    found = []
    for way in ways(knowledge, now):
        assert way.outlook.rule is not None, f"dead end: {way.asked}"
        found.append((way, answer(knowledge, way.outlook, now)))
    return found


def phrases(reached: Answer) -> list[Phrase]:
    """Everything that tells what to do, warnings aside."""
    single = [reached.say, reached.title, reached.page, reached.place, reached.own_list]
    several = [*reached.updates, *reached.steps, *reached.remarks, *(opening.text for opening in reached.openings)]
    listed = [phrase for each in reached.checklists for phrase in (each.title, *each.items, *each.notes)]
    dated = [phrase for deadline in reached.deadlines for phrase in (deadline.text, *deadline.notes)]
    return [phrase for phrase in (*single, *several, *listed, *dated) if phrase is not None]


def past(knowledge: Knowledge, now: datetime) -> set[str]:
    """The texts whose last day is over."""
    parts: list[Part] = []
    for shelf in (knowledge.national, *knowledge.prefectures.values()):
        for section in (shelf.own_lists, shelf.remarks, shelf.updates, shelf.rungs):
            parts += section.values()
        parts += [rule.answer.place for rule in shelf.rules if rule.answer.place]
    return {part.text for part in parts if part.valid_until and part.valid_until < now.date()}


def test_every_way_ends_with_something_to_do_and_its_source(walked: list[tuple[Way, Answer]]) -> None:
    assert len(walked) > 300
    for way, reached in walked:
        assert reached.say.text, way.asked
        assert reached.sources, way.asked
        assert reached.url or reached.email or reached.place, way.asked


def test_every_rule_is_on_a_way(knowledge: Knowledge, walked: list[tuple[Way, Answer]]) -> None:
    reached = {found.rule for _, found in walked}
    # What a person says without being asked may lead to a rule that no question leads to, never the other way round.
    assert reached <= set(knowledge.rules)
    assert len(reached) > 0.8 * len(knowledge.rules)


def test_what_is_past_is_no_instruction(knowledge: Knowledge, now: datetime, walked: list[tuple[Way, Answer]]) -> None:
    expired = past(knowledge, now)
    assert expired
    for way, reached in walked:
        assert not expired & {phrase.text for phrase in phrases(reached)}, way.asked


def test_the_campus_desk_of_2020_is_never_a_place_to_go(walked: list[tuple[Way, Answer]]) -> None:
    """F73: it ended on 18/12/2020."""
    for way, reached in walked:
        for phrase in phrases(reached):
            assert "Antenne Campus" not in phrase.text, way.asked
    assert any("Antenne Campus" in warning.text for _, reached in walked for warning in reached.warnings)


def test_nobody_is_sent_to_walk_in_without_the_newer_rule(walked: list[tuple[Way, Answer]]) -> None:
    """F37, F67: what was open without appointment is said after what is known today."""
    walk_ins = [reached for _, reached in walked if reached.channel == "walk_in"]
    assert walk_ins
    for reached in walk_ins:
        assert reached.updates[0].text.startswith("N’y allez pas sans avoir vérifié")
        assert "À vérifier" in reached.say.text


def test_the_mailbox_of_the_associations_is_never_said(knowledge: Knowledge, walked: list[tuple[Way, Answer]]) -> None:
    """F61: users must not write there."""
    for text in all_texts(knowledge):
        assert FORBIDDEN_MAILBOX not in text.text.lower(), (text.file, text.line)
    for _, reached in walked:
        assert FORBIDDEN_MAILBOX not in str(reached).lower()


def test_every_placeholder_has_something_to_say(walked: list[tuple[Way, Answer]]) -> None:
    for way, reached in walked:
        for phrase in (*phrases(reached), *reached.warnings):
            said = phrase.text.format_map(phrase.values)
            assert "None" not in said, (way.asked, said)


def test_the_way_depends_on_what_is_given(knowledge: Knowledge, now: datetime) -> None:
    found = list(ways(knowledge, now, {"prefecture": "74", "procedure": "renewal", "permit": "cst"}))
    assert [way.outlook.rule.id for way in found if way.outlook.rule] == ["74-renewal-short"]
    assert all(way.asked["prefecture"] == "74" for way in ways(knowledge, now, {"prefecture": "74"}))


@pytest.mark.parametrize("fact", [name for name, kind in load_knowledge().kinds.items() if kind.cells])
def test_samples_cover_every_cell_once(knowledge: Knowledge, now: datetime, fact: str) -> None:
    kind = knowledge.kinds[fact]
    cells = [kind.cell(value, now.date()) for value in samples(kind, now.date())]
    assert sorted(map(str, cells)) == sorted(kind.cells)


def test_samples_stand_at_the_edge_of_their_band() -> None:
    knowledge = load_knowledge()
    kind = knowledge.kinds["age_at_entry"]
    assert isinstance(kind, Years)
    assert list(samples(kind, datetime(2026, 11, 21).date())) == [9, 12, 13, "unsaid"]
    assert list(samples(Choice(("a", "b")), datetime(2026, 11, 21).date())) == ["a", "b"]
