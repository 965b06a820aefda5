"""Where everything stands on the sheet: questions in columns from left to right, their cards in the last one.

The first answer to a question stands on the line of the answer before it, so that a way through the questions reads
like a line of a table. All sizes are pixels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.graph import texts
from bot.graph.boxes import Box, Point, Style, Wire, stacked
from bot.graph.cards import Card, card
from bot.graph.header import header
from bot.graph.sheets import Numbered, card_box
from bot.graph.texts import cell_label
from bot.graph.tree import Branch, Fork, Leaf, Tree, leaves
from bot.words import Words

WIDTH = 1780.0
MARGIN = 40.0
TRUNK = 30.0
GUTTER = 38.0
CARD = 620.0
WIDEST_COLUMN = 290.0
BETWEEN_ROWS = 12.0
BETWEEN_BANDS = 34.0
ELBOW = 17.0
PADDING = 10.0

ASKED = Style(13, bold=True, ink="muted")
QUESTION = Style(12, ink="muted")
OPTION = Style(13.5, ink="ink")
FIRST = Style(15, bold=True, ink="ink")
ASIDE = Style(12, ink="muted")


@dataclass(frozen=True)
class Drawing:
    """The sheet: boxes that never overlap, the wires between them, and the lines between procedures."""

    title: str
    width: float
    height: float
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    rulers: tuple[float, ...]


def lay_out(tree: Tree, words: Words) -> Drawing:
    """The whole sheet of a tree."""
    return _Sheet(tree, words).drawing()


class _Sheet:
    """One sheet being filled from top to bottom."""

    def __init__(self, tree: Tree, words: Words) -> None:
        self.tree, self.words = tree, words
        columns = _depth(tree.root)
        room = WIDTH - 2 * MARGIN - TRUNK - CARD - columns * GUTTER
        self.column = min(WIDEST_COLUMN, room / columns)
        self.cards_at = MARGIN + TRUNK + columns * (self.column + GUTTER)
        self.card_width = WIDTH - MARGIN - self.cards_at
        self.boxes: list[Box] = []
        self.wires: list[Wire] = []
        self.rulers: list[float] = []
        self.drawn: dict[Card, int] = {}
        self.count = 0

    def drawing(self) -> Drawing:
        channels = dict.fromkeys(leaf.cases[0].answer.channel for leaf in leaves(self.tree.root))
        head = header(self.tree, tuple(channels), self.words, MARGIN, MARGIN, WIDTH - 2 * MARGIN)
        self.boxes += head
        bottom = max(box.bottom for box in head) + BETWEEN_BANDS
        ends = self.procedures(self.tree.root, bottom)
        trunk = MARGIN + TRUNK / 2
        self.wires.append(Wire(((trunk, head[0].bottom), (trunk, ends[-1]))))
        bottom = max(box.bottom for box in self.boxes) + BETWEEN_BANDS
        approval = self.approval(bottom)
        self.boxes.append(approval)
        height = approval.bottom + MARGIN
        return Drawing(head[0].lines[0].text, WIDTH, height, tuple(self.boxes), tuple(self.wires), tuple(self.rulers))

    def procedures(self, root: Fork, top: float) -> list[float]:
        """The first question, each of its branches a band of its own; returns where the trunk meets them."""
        asked = self.question(root, 0)
        what = stacked(self.cards_at, 0, self.card_width, [(self.words.text(texts.WHAT_TO_DO), ASKED)], role="question")
        lead = max(asked.height, what.height, self.lead(root.branches[0].then, 1)) + 6
        self.boxes += [asked.moved(top + lead - 6 - asked.height), what.moved(top + lead - 6 - what.height)]
        ends = []
        for place, branch in enumerate(root.branches):
            if place:
                self.rulers.append(top)
                top += BETWEEN_BANDS / 2
                lead = self.lead(branch.then, 1)
            row = top + lead
            ends.append(row + ELBOW)
            self.wires.append(Wire(((MARGIN + TRUNK / 2, row + ELBOW), (self.x(0), row + ELBOW))))
            top = self.branch(root.fact, branch, 0, row) + BETWEEN_BANDS / 2
        return ends

    def branch(self, fact: str, branch: Branch, column: int, row: float, trail: tuple[str, ...] = ()) -> float:
        """An answer and all that follows from it, on its row; returns where it ends."""
        option = self.option(fact, branch, column).moved(row)
        self.boxes.append(option)
        start = (option.right, row + ELBOW)
        trail = (*trail, self.step(fact, branch))
        if isinstance(branch.then, Leaf):
            numbered = self.numbered(card(branch.then, self.words), trail)
            leaf = card_box(numbered, self.cards_at, row, self.card_width, self.words)
            self.boxes.append(leaf)
            self.wires.append(Wire((start, (leaf.x, row + ELBOW)), arrow=True))
            return max(option.bottom, leaf.bottom)
        return max(option.bottom, self.fork(branch.then, column + 1, row, start, trail))

    def fork(self, fork: Fork, column: int, row: float, start: Point, trail: tuple[str, ...]) -> float:
        """A further question, its first branch on the row; returns where its last branch ends."""
        asked = self.question(fork, column)
        self.boxes.append(asked.moved(row - 6 - asked.height))
        elbow = self.x(column) - GUTTER / 2
        bottom = row
        for place, branch in enumerate(fork.branches):
            if place:
                row = bottom + BETWEEN_ROWS + self.lead(branch.then, column + 1)
            self.wires.append(Wire(((elbow if place else start[0], row + ELBOW), (self.x(column), row + ELBOW))))
            bottom = self.branch(fork.fact, branch, column, row, trail)
        self.wires.append(Wire(((elbow, start[1]), (elbow, row + ELBOW))))
        return bottom

    def numbered(self, card: Card, trail: tuple[str, ...]) -> Numbered:
        """The next card; what it shares with an earlier one, its rules aside, is not written twice."""
        self.count += 1
        like = self.drawn.setdefault(replace(card, rules=()), self.count)
        return Numbered(
            card, self.count, " › ".join(trail) if len(trail) > 1 else "", like if like < self.count else None
        )

    def step(self, fact: str, branch: Branch) -> str:
        """A branch in a few words."""
        if branch.rest:
            return self.words.text(texts.OTHERS)
        label = cell_label(self.words, fact, branch.cells[0])
        return f"{label}, etc." if len(branch.cells) > 1 else label

    def lead(self, node: Leaf | Fork, column: int) -> float:
        """The room that questions need above the row on which they are answered."""
        if isinstance(node, Leaf):
            return 0
        return max(self.question(node, column).height + 6, self.lead(node.branches[0].then, column + 1))

    def question(self, fork: Fork, column: int) -> Box:
        title = (self.words.title(fork.fact), ASKED)
        asked = (self.words.text(fork.asking.text), QUESTION)
        return stacked(self.x(column), 0, self.column, [title, asked], role="question")

    def option(self, fact: str, branch: Branch, column: int) -> Box:
        style = OPTION if column else FIRST
        labels = [cell_label(self.words, fact, cell) for cell in branch.cells]
        lines = [(label, style) for label in labels]
        if branch.rest:
            every = len(labels) == len(self.words.knowledge.table.facts[fact])
            lines = [(self.words.text(texts.ANY_ANSWER if every else texts.THE_REST), style)]
            lines.append((", ".join(labels), ASIDE))
        lines += self.unasked(branch)
        return stacked(self.x(column), 0, self.column, lines, role="option", padding=PADDING)

    def unasked(self, branch: Branch) -> Iterator[tuple[str, Style]]:
        if branch.unasked:
            yield self.words.text(texts.UNASKED), ASIDE
        for fact, cells in branch.unasked:
            labels = ", ".join(cell_label(self.words, fact, cell) for cell in cells)
            yield f"{self.words.title(fact)} : {labels}", ASIDE

    def approval(self, top: float) -> Box:
        """Where the agent signs."""
        lines = [(self.words.text(text), OPTION) for text in (texts.APPROVED, texts.ON_THE)]
        return stacked(self.cards_at, top, self.card_width, lines, role="approval", padding=16, leading=2.4)

    def x(self, column: int) -> float:
        return MARGIN + TRUNK + column * (self.column + GUTTER)


def _depth(node: Leaf | Fork) -> int:
    return 0 if isinstance(node, Leaf) else 1 + max(_depth(branch.then) for branch in node.branches)
