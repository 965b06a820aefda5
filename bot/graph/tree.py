"""The questions and answers of one préfecture as a tree, answers that lead to the same place taken together."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from dialogs.answers import Answer
from dialogs.facts import UNSAID
from dialogs.knowledge.library import Knowledge, Office
from dialogs.knowledge.shelves import Asking, Rule
from dialogs.outlook import Outlook, answer, look, today
from dialogs.paths import samples
from dialogs.understanding.reading import Value

MANY = 8
"""More answers than this in one branch are not listed one by one where the other branches say which they are not."""


@dataclass(frozen=True)
class Case:
    """One situation that reaches a rule: its cells, those that were asked last first, and what it is answered."""

    cells: Mapping[str, str]
    rule: Rule
    answer: Answer


@dataclass(frozen=True)
class Leaf:
    """An answer, with every situation that receives it."""

    cases: tuple[Case, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case.rule.id for case in self.cases))


@dataclass(frozen=True)
class Branch:
    """Answers (cells) to a question that lead to the same place. `rest`: all those the other branches do not name.

    `unasked`: what the person must have said on top of it, for rules to which no question leads.
    """

    cells: tuple[str, ...]
    then: "Leaf | Fork"
    rest: bool = False
    unasked: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Fork:
    """A question and its branches, in the order in which the options are offered."""

    fact: str
    asking: Asking
    branches: tuple[Branch, ...]


@dataclass(frozen=True)
class Tree:
    """All that one préfecture's tables say at a moment."""

    office: Office
    now: datetime
    root: Fork


def tree(knowledge: Knowledge, code: str, now: datetime) -> Tree:
    """The tree of a department code. Raises KeyError where there is no such department."""
    office = knowledge.office(code)
    root = _grow(knowledge, {"prefecture": code}, now)
    if isinstance(root, Leaf):
        raise ValueError(f"the tables of {code} ask nothing")
    unreached = list(_unreached(knowledge, code, now, root))
    return Tree(office, now, replace(root, branches=tuple(_insert(root.branches, unreached))))


def leaves(node: Leaf | Fork) -> Iterator[Leaf]:
    """The leaves from first to last."""
    if isinstance(node, Leaf):
        yield node
        return
    for branch in node.branches:
        yield from leaves(branch.then)


def rules_of(knowledge: Knowledge, code: str) -> tuple[str, ...]:
    """The names of the rules that may answer in this department."""
    cell = code if code in knowledge.prefectures else "elsewhere"
    return knowledge.table.left({"prefecture": cell})


def _grow(knowledge: Knowledge, asked: Mapping[str, Value], now: datetime) -> Leaf | Fork:
    outlook = look(knowledge, asked, now)
    day = today(knowledge, outlook.known, now)
    cells = knowledge.cells(outlook.known, day)
    if outlook.asks is None:
        return Leaf((_case(knowledge, knowledge.rules[outlook.left[0]], outlook.known, list(asked), now),))
    fact, kind = outlook.asks, knowledge.kinds[outlook.asks]
    grown = {str(kind.cell(value, day)): _grow(knowledge, {**asked, fact: value}, now) for value in samples(kind, day)}
    return _fork(fact, knowledge.asking(fact, cells), grown)


def _case(knowledge: Knowledge, rule: Rule, known: Mapping[str, Value], asked: list[str], now: datetime) -> Case:
    cells = knowledge.cells(known, today(knowledge, known, now))
    order = [*reversed(asked), *cells]
    composed = answer(knowledge, Outlook(known, rule, None, (rule.id,)), now)
    return Case({fact: cells[fact] for fact in order if fact in cells}, rule, composed)


def _fork(fact: str, asking: Asking, grown: Mapping[str, Leaf | Fork]) -> Fork:
    """Answers in the order of the options; « unsaid » last; like ones together, a long group after the others."""
    offered = [cell for cell in asking.options if cell in grown]
    groups: dict[Hashable, Branch] = {}
    for cell in sorted(dict.fromkeys((*offered, *grown)), key=UNSAID.__eq__):
        shape = _shape(grown[cell])
        held = groups.get(shape)
        if held is None:
            groups[shape] = Branch((cell,), grown[cell])
        else:
            groups[shape] = replace(held, cells=(*held.cells, cell), then=_join(held.then, grown[cell]))
    branches = list(groups.values())
    largest = max(branches, key=lambda branch: len(branch.cells))
    if len(largest.cells) <= MANY and len(branches) > 1:
        return Fork(fact, asking, tuple(branches))
    others = [branch for branch in branches if branch is not largest]
    return Fork(fact, asking, (*others, replace(largest, rest=True)))


def _shape(node: Leaf | Fork) -> Hashable:
    """What makes two nodes one to the reader: the same questions with the same words, the same cards."""
    if isinstance(node, Fork):
        branches = tuple((branch.cells, branch.rest, _shape(branch.then)) for branch in node.branches)
        return (node.fact, node.asking.text, branches)
    reply = node.cases[0].rule.answer
    place = reply.place.text if reply.place else None
    where = (reply.calendar, reply.release, reply.page, reply.url, reply.email, place)
    return (reply.channel, reply.say, where, reply.timing, reply.updates)


def _join(one: Leaf | Fork, other: Leaf | Fork) -> Leaf | Fork:
    """Two nodes of the same shape as one."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        return Leaf(one.cases + other.cases)
    assert isinstance(one, Fork)  # noqa: S101 - of the same shape, so of the same kind
    assert isinstance(other, Fork)  # noqa: S101
    pairs = zip(one.branches, other.branches, strict=True)
    return replace(one, branches=tuple(replace(a, then=_join(a.then, b.then)) for a, b in pairs))


def _unreached(knowledge: Knowledge, code: str, now: datetime, root: Fork) -> Iterator[Branch]:
    """Rules to which no question leads: they answer who contradicts what usually follows from the other answers."""
    reached = {rule for leaf in leaves(root) for rule in leaf.rules}
    rows = {row.name: row.when for row in knowledge.table.rows}
    for name in rules_of(knowledge, code):
        if name in reached:
            continue
        when = {
            fact: tuple(cell for cell in cells if cell in rows[name][fact])
            for fact, cells in knowledge.table.facts.items()
            if fact in rows[name]
        }
        known: dict[str, Value] = {
            "prefecture": code,
            **{fact: cells[0] for fact, cells in when.items() if fact != "prefecture"},
        }
        leaf = Leaf((_case(knowledge, knowledge.rules[name], known, [], now),))
        unasked = tuple((fact, cells) for fact, cells in when.items() if fact not in ("prefecture", root.fact))
        yield Branch(when.get(root.fact, ()), leaf, unasked=unasked)


def _sample(knowledge: Knowledge, fact: str, cell: str, now: datetime) -> Value:
    kind, day = knowledge.kinds[fact], now.date()
    return next(value for value in samples(kind, day) if kind.cell(value, day) == cell)


def _insert(branches: tuple[Branch, ...], unreached: list[Branch]) -> Iterator[Branch]:
    """Each unreached branch right after the branch of its first cell."""
    for branch in branches:
        yield branch
        yield from (late for late in unreached if late.cells and late.cells[0] in branch.cells)
    yield from (late for late in unreached if not late.cells)
