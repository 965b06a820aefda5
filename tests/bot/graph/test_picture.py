"""The picture of each préfecture's tables: complete, well formed, and nothing over anything else."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from xml.etree import ElementTree as Xml

import pytest

from bot.graph import picture
from bot.graph.boxes import Box, Wire
from bot.graph.layout import Drawing, lay_out
from bot.graph.svg import draw
from bot.graph.texts import CHANNELS
from bot.graph.tree import leaves, rules_of, tree
from bot.words import Words
from dialogs.knowledge.library import Knowledge, load_knowledge

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODES = ("74", "38", "973", "69")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load_knowledge()


@pytest.fixture(scope="module", params=[(code, language) for code in CODES for language in ("fr", "en")])
def drawing(request: pytest.FixtureRequest, knowledge: Knowledge) -> Drawing:
    code, language = request.param
    return lay_out(tree(knowledge, code, NOW), Words(knowledge, language))


def every(boxes: tuple[Box, ...]) -> Iterator[Box]:
    for box in boxes:
        yield box
        yield from every(box.inner)


def overlap(one: Box, other: Box) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


def crosses(wire: Wire, box: Box) -> bool:
    """Whether a wire runs through the inside of a box; touching its side is how it arrives."""
    for (x1, y1), (x2, y2) in zip(wire.points, wire.points[1:], strict=False):
        across = min(x1, x2) < box.right and max(x1, x2) > box.x
        if across and min(y1, y2) < box.bottom and max(y1, y2) > box.y:
            return True
    return False


def test_no_box_stands_on_another(drawing: Drawing) -> None:
    assert not [(a, b) for a, b in combinations(drawing.boxes, 2) if overlap(a, b)]


def test_boxes_inside_a_box_stand_apart_and_off_its_own_lines(drawing: Drawing) -> None:
    for box in every(drawing.boxes):
        assert not [(a, b) for a, b in combinations(box.inner, 2) if overlap(a, b)]
        for inner in box.inner:
            assert box.x <= inner.x
            assert inner.right <= box.right
            assert box.y <= inner.y
            assert inner.bottom <= box.bottom
            for line in box.lines:
                written = Box("line", line.x, line.y - 0.8 * line.style.size, line.width, line.style.size)
                assert not overlap(written, inner), line.text


def test_every_text_is_inside_its_box(drawing: Drawing) -> None:
    for box in every(drawing.boxes):
        for line in box.lines:
            assert box.x <= line.x
            assert line.x + line.width <= box.right, line.text
            assert box.y <= line.y - 0.75 * line.style.size
            assert line.y + 0.25 * line.style.size <= box.bottom, line.text


def test_no_line_is_written_over_another(drawing: Drawing) -> None:
    for box in every(drawing.boxes):
        for one, other in combinations(box.lines, 2):
            written = [
                Box("line", line.x, line.y - 0.7 * line.style.size, line.width, 0.9 * line.style.size)
                for line in (one, other)
            ]
            assert not overlap(*written), (one.text, other.text)


def test_no_wire_runs_through_a_box(drawing: Drawing) -> None:
    assert not [(wire, box) for wire in drawing.wires for box in drawing.boxes if crosses(wire, box)]


def test_everything_is_on_the_sheet(drawing: Drawing) -> None:
    assert 1500 <= drawing.width <= 1800
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= drawing.width
        assert box.bottom <= drawing.height


def test_the_svg_is_well_formed_and_says_every_line(drawing: Drawing) -> None:
    root = Xml.fromstring(draw(drawing))  # noqa: S314 - our own document
    written = [text.text for text in root.iter(f"{SVG}text")]
    assert sorted(written) == sorted(line.text for box in every(drawing.boxes) for line in box.lines)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_of_the_prefecture_is_on_a_card(knowledge: Knowledge, code: str) -> None:
    grown = tree(knowledge, code, NOW)
    reached = {rule for leaf in leaves(grown.root) for rule in leaf.rules}
    assert reached == set(rules_of(knowledge, code))
    svg = picture(knowledge, code, NOW, Words(knowledge, "fr"))
    assert not [rule for rule in reached if rule not in svg]


@pytest.mark.parametrize("code", CODES)
def test_a_card_names_its_channel_and_each_channel_is_in_the_legend(knowledge: Knowledge, code: str) -> None:
    grown = tree(knowledge, code, NOW)
    drawing = lay_out(grown, Words(knowledge, "fr"))
    legend = next(box for box in drawing.boxes if box.role == "legend")
    cards = [box for box in drawing.boxes if box.role == "card"]
    assert len(cards) == len(list(leaves(grown.root)))
    for card in cards:
        assert card.inner[0].lines[0].text == CHANNELS[card.channel or ""]
        assert card.channel in {swatch.channel for swatch in legend.inner}


def test_a_department_without_a_file_draws_the_national_tables(knowledge: Knowledge) -> None:
    assert {rule.split("-")[0] for leaf in leaves(tree(knowledge, "75", NOW).root) for rule in leaf.rules} == {
        "national"
    }


def test_newer_knowledge_is_marked_from_its_day_on(knowledge: Knowledge) -> None:
    words = Words(knowledge, "fr")
    before = lay_out(tree(knowledge, "74", datetime(2021, 1, 1, tzinfo=UTC)), words)
    after = lay_out(tree(knowledge, "74", NOW), words)
    marked = [
        {box.role for box in every(drawing.boxes) if box.role == "newer" and box.lines} for drawing in (before, after)
    ]
    assert marked == [set(), {"newer"}]


@pytest.mark.parametrize("code", CODES)
def test_a_card_like_an_earlier_one_points_to_it_and_says_what_it_says(knowledge: Knowledge, code: str) -> None:
    cards = [box for box in lay_out(tree(knowledge, code, NOW), Words(knowledge, "fr")).boxes if box.role == "card"]
    texts = [" ".join(line.text for line in card.lines) for card in cards]
    for number, text in enumerate(texts, 1):
        assert f"Réponse {number} " in f"{text} "
        earlier = re.search(r"sources que la réponse\s(\d+)\.", text)
        if earlier:
            assert int(earlier[1]) < number
            assert cards[int(earlier[1]) - 1].channel == cards[number - 1].channel
            assert "sources que la réponse" not in texts[int(earlier[1]) - 1]
