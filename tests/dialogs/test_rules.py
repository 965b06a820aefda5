"""Decision tables over small random spaces, checked against every situation they can hold."""

from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dialogs.rules import Row, Table, Wait

FACTS = {
    "pet": ("cat", "dog", "fish"),
    "age": ("young", "old"),
    "fur": ("long", "short", "none"),
    "home": ("yes", "no"),
}

whens = st.fixed_dictionaries(
    {}, optional={fact: st.sets(st.sampled_from(cells), min_size=1).map(frozenset) for fact, cells in FACTS.items()}
)
rows = st.lists(whens, min_size=1, max_size=6).map(
    lambda conditions: [Row(f"row-{number}", when) for number, when in enumerate(conditions)]
)
waits = st.lists(st.builds(Wait, st.sampled_from(list(FACTS)), st.sampled_from(list(FACTS)), whens), max_size=3)
tables = st.builds(Table, st.just(FACTS), rows, waits)
situations = st.fixed_dictionaries({}, optional={fact: st.sampled_from(cells) for fact, cells in FACTS.items()})


def matching(table: Table, situation: dict[str, str]) -> tuple[str, ...]:
    """The rows that hold in a situation where everything is known, found the slow way."""
    return tuple(
        row.name for row in table.rows if all(situation[fact] in accepted for fact, accepted in row.when.items())
    )


@given(tables, situations)
def test_what_is_asked_discriminates(table: Table, known: dict[str, str]) -> None:
    asked = table.next_fact(known)
    if asked is None:
        return
    assert asked not in known
    assert set(table.splits(asked, known).values()) != {table.left(known)}


@given(tables, situations)
def test_nothing_that_discriminates_is_left_unasked(table: Table, known: dict[str, str]) -> None:
    if table.next_fact(known) is not None or len(table.left(known)) < 2:
        return
    for fact in set(FACTS) - set(known):
        assert set(table.splits(fact, known).values()) == {table.left(known)}


@given(st.builds(Table, st.just(FACTS), rows), situations)
def test_the_declared_order_is_the_order_of_the_questions(table: Table, known: dict[str, str]) -> None:
    asked = table.next_fact(known)
    earlier = list(FACTS)[: list(FACTS).index(asked)] if asked else []
    for fact in earlier:
        assert fact in known or set(table.splits(fact, known).values()) == {table.left(known)}


@given(tables, situations, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_does_not_matter(table: Table, known: dict[str, str], random: Random) -> None:
    pairs = list(known.items())
    random.shuffle(pairs)
    assert table.left(dict(pairs)) == table.left(known)
    assert table.next_fact(dict(pairs)) == table.next_fact(known)


@given(tables, situations, situations)
def test_to_know_more_never_brings_a_rule_back(table: Table, known: dict[str, str], more: dict[str, str]) -> None:
    assert set(table.left({**more, **known})) <= set(table.left(known))


@given(tables)
def test_the_regions_partition_the_space(table: Table) -> None:
    regions = list(table.regions())
    for values in product(*FACTS.values()):
        situation = dict(zip(FACTS, values, strict=True))
        homes = [region for region in regions if region.cells.items() <= situation.items()]
        assert len(homes) == 1
        rows = homes[0].rows
        assert rows == matching(table, situation) or (len(rows) == 1 and set(matching(table, situation)) <= set(rows))


def test_a_fact_waits_for_another_where_it_is_told_to() -> None:
    rows = [Row("cat", {"pet": frozenset({"cat"})})]
    rows += [
        Row(f"{age}-{fur}", {"pet": frozenset({"dog", "fish"}), "age": frozenset({age}), "fur": frozenset({fur})})
        for age in FACTS["age"]
        for fur in FACTS["fur"]
    ]
    table = Table(FACTS, rows, [Wait("age", "fur", {"pet": frozenset({"dog"})})])
    assert table.next_fact({}) == "pet"
    assert table.next_fact({"pet": "dog"}) == "fur"
    assert table.next_fact({"pet": "fish"}) == "age"
    assert table.next_fact({"pet": "dog", "fur": "long"}) == "age"


def test_facts_that_wait_for_each_other_are_asked_all_the_same() -> None:
    rows = [
        Row(f"{age}-{home}", {"age": frozenset({age}), "home": frozenset({home})})
        for age in FACTS["age"]
        for home in FACTS["home"]
    ]
    table = Table(FACTS, rows, [Wait("age", "home", {}), Wait("home", "age", {})])
    assert table.next_fact({}) == "age"


def test_a_value_outside_the_table_leaves_nothing() -> None:
    table = Table(FACTS, [Row("any", {})])
    assert table.left({"pet": "unicorn"}) == ()


def test_a_fact_without_cells_is_no_part_of_the_table() -> None:
    table = Table({**FACTS, "name": ()}, [Row("any", {})])
    assert "name" not in table.facts
    assert table.left({"name": "Felix"}) == ("any",)
