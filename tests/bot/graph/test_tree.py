"""The tree: each answer in exactly one branch, alike ones together."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.graph.texts import TEXTS, cell_label
from bot.graph.tree import Fork, Leaf, tree
from bot.words import Words
from dialogs.knowledge.library import load_knowledge
from dialogs.paths import ways

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def forks(node: Leaf | Fork) -> Iterator[Fork]:
    if isinstance(node, Fork):
        yield node
        for branch in node.branches:
            yield from forks(branch.then)


@pytest.mark.parametrize("code", ["74", "38", "973", "69"])
def test_each_answer_to_a_question_is_in_one_branch(code: str) -> None:
    knowledge = load_knowledge()
    for fork in forks(tree(knowledge, code, NOW).root):
        cells = [cell for branch in fork.branches if not branch.unasked for cell in branch.cells]
        assert sorted(cells) == sorted(knowledge.kinds[fork.fact].cells)


@pytest.mark.parametrize("code", ["74", "38", "973", "69"])
def test_each_way_through_the_questions_ends_on_the_leaf_of_its_rule(code: str) -> None:
    knowledge = load_knowledge()
    root = tree(knowledge, code, NOW).root
    for way in ways(knowledge, NOW, {"prefecture": code}):
        node: Leaf | Fork = root
        for fact, value in list(way.asked.items())[1:]:
            assert isinstance(node, Fork)
            assert node.fact == fact
            cell = knowledge.kinds[fact].cell(value, NOW.date())
            node = next(b.then for b in node.branches if cell in b.cells and not b.unasked)
        assert isinstance(node, Leaf)
        assert way.outlook.rule is not None
        assert way.outlook.rule.id in node.rules


def test_calendar_3_takes_its_permits_together() -> None:
    root = tree(load_knowledge(), "74", NOW).root
    renewal = next(branch.then for branch in root.branches if branch.cells == ("renewal",))
    assert isinstance(renewal, Fork)
    together = next(branch.cells for branch in renewal.branches if "cst" in branch.cells)
    assert {"cst", "csp", "vls_ts", "aps"} <= set(together)


def test_bands_are_called_by_their_bounds() -> None:
    words = Words(load_knowledge(), "fr")
    assert cell_label(words, "age_at_entry", "under_10") == "Moins de 10 ans"
    assert cell_label(words, "age_at_entry", "from_10_to_12") == "De 10 à 12 ans"
    assert cell_label(words, "age_at_entry", "from_13") == "13 ans ou plus"
    assert cell_label(words, "expires_on", "ended_over_six_months_ago") == "Passée depuis plus de 6 mois"


def test_the_words_of_the_picture_are_listed_once_for_the_catalogues() -> None:
    assert len(TEXTS) == len(set(TEXTS))
