"""Decision tables: rules that say which situation they answer, and the one question that tells them apart.

A table is a list of rules, each a set of allowed cells for each fact it mentions. Everything a conversation asks of
it is set arithmetic on whole numbers used as bit masks: which rules are left, and which fact still splits them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Cells = Mapping[str, str]
"""What is known, fact by fact, as the cells the tables distinguish."""


@dataclass(frozen=True)
class Row:
    """One rule of a table: its name and, for each fact it mentions, the cells it accepts."""

    name: str
    when: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Wait:
    """An exception to the declared order: where `when` holds, `fact` is not asked before `until` is known."""

    fact: str
    until: str
    when: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Region:
    """A part of the space of situations: the rules that hold in all of it. Exactly one, in a sound table."""

    cells: Cells
    rows: tuple[str, ...]


class Table:
    """Rows over facts in their declared order; the order is the order of the questions.

    >>> table = Table({"pet": ("cat", "dog"), "age": ("young", "old")},
    ...               [Row("kitten", {"pet": frozenset({"cat"}), "age": frozenset({"young"})}),
    ...                Row("cat", {"pet": frozenset({"cat"}), "age": frozenset({"old"})}),
    ...                Row("dog", {"pet": frozenset({"dog"})})])
    >>> table.next_fact({}), table.next_fact({"pet": "cat"}), table.next_fact({"pet": "dog"})
    ('pet', 'age', None)
    >>> table.left({"pet": "dog"})
    ('dog',)
    """

    def __init__(self, facts: Mapping[str, Sequence[str]], rows: Sequence[Row], waits: Sequence[Wait] = ()) -> None:
        self.facts = {name: tuple(cells) for name, cells in facts.items() if cells}
        self.waits = tuple(waits)
        self.rows = tuple(rows)
        self._all = (1 << len(self.rows)) - 1
        self._accepting = {
            fact: {
                cell: sum(1 << i for i, row in enumerate(self.rows) if cell in row.when.get(fact, (cell,)))
                for cell in cells
            }
            for fact, cells in self.facts.items()
        }

    @cached_property
    def _indifferent(self) -> Mapping[str, int]:
        """For each fact, the rules that accept every cell of it."""
        indifferent = {}
        for fact, accepting in self._accepting.items():
            mask = self._all
            for rows in accepting.values():
                mask &= rows
            indifferent[fact] = mask
        return indifferent

    def mask(self, known: Cells) -> int:
        """The rules that what is known does not contradict, as a bit mask."""
        left = self._all
        for fact, cell in known.items():
            accepting = self._accepting.get(fact)
            if accepting is not None:
                left &= accepting.get(cell, 0)
        return left

    def left(self, known: Cells) -> tuple[str, ...]:
        """The names of the rules that what is known does not contradict."""
        return self._names(self.mask(known))

    def next_fact(self, known: Cells) -> str | None:
        """The first fact, in the declared order, that still tells the remaining rules apart; None when none does."""
        left = self.mask(known)
        if left & (left - 1) == 0:
            return None
        splitting = [
            fact for fact, indifferent in self._indifferent.items() if fact not in known and left & indifferent != left
        ]
        ready = (fact for fact in splitting if not self._waits(fact, splitting, known))
        return next(ready, next(iter(splitting), None))

    def _waits(self, fact: str, splitting: Sequence[str], known: Cells) -> bool:
        return any(
            wait.fact == fact
            and wait.until in splitting
            and all(known.get(other) in cells for other, cells in wait.when.items())
            for wait in self.waits
        )

    def splits(self, fact: str, known: Cells) -> Mapping[str, tuple[str, ...]]:
        """For each cell of a fact, the rules that would be left."""
        left = self.mask(known)
        return {cell: self._names(left & rows) for cell, rows in self._accepting[fact].items()}

    def regions(self, known: Cells | None = None) -> Iterator[Region]:
        """The whole space, cut only where rules differ: a proof by cases that is also the list of all paths."""
        known = dict(known or {})
        fact = self.next_fact(known)
        if fact is None:
            yield Region(known, self.left(known))
            return
        for cell in self.facts[fact]:
            yield from self.regions({**known, fact: cell})

    def _names(self, mask: int) -> tuple[str, ...]:
        return tuple(row.name for i, row in enumerate(self.rows) if mask >> i & 1)
