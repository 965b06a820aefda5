"""The order is nobody's choice: uniform over many seeds, and the same again for whoever knows the seed."""

from collections import Counter
from itertools import permutations

import pytest

from bot.notices.openings.draw import new_seed, place
from tests.bot.notices.openings.conftest import Announce
from tests.bot.notices.openings.crowd import Crowd

SEEDS = [f"seed {number}" for number in range(6000)]


def order(seed: str, people: list[str]) -> tuple[str, ...]:
    return tuple(sorted(people, key=lambda person: place(seed, person)))


def chi_square(counts: Counter[object], cells: int) -> float:
    expected = counts.total() / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in counts) + (cells - len(counts)) * expected


def test_every_order_is_as_likely_as_any_other() -> None:
    """24 orders of four people: 23 degrees of freedom, 49.7 is passed once in a thousand."""
    people = ["ada", "grace", "lin", "zoe"]
    counts: Counter[object] = Counter(order(seed, people) for seed in SEEDS)
    assert set(counts) == set(permutations(people))
    assert chi_square(counts, 24) < 49.7


def test_everybody_is_first_as_often() -> None:
    """Ids that differ by one sign, as ours do: 99 degrees of freedom, 148.2 is passed once in a thousand."""
    people = [f"0199f3a1c80000{number:06x}" for number in range(100)]
    first: Counter[object] = Counter(min(people, key=lambda person: place(seed, person)) for seed in SEEDS[:2000])
    assert chi_square(first, 100) < 148.2
    last: Counter[object] = Counter(max(people, key=lambda person: place(seed, person)) for seed in SEEDS[:2000])
    assert chi_square(last, 100) < 148.2


def test_seeds_are_new() -> None:
    assert len({new_seed() for _ in range(100)}) == 100


@pytest.mark.anyio
async def test_the_draw_is_the_one_of_the_seed(crowd: Crowd, announced: Announce, announcer) -> None:  # type: ignore[no-untyped-def]
    people = crowd.many(30)
    opening = await announced(slots=1)
    await announcer.work()
    rows = crowd.ledger.rows("SELECT * FROM draws ORDER BY sort_key")
    assert [row["subscription_id"] for row in rows] == list(order(opening.seed, [f"s-{each}" for each in people]))
    assert [row["wave"] for row in rows] == [1] * 5 + [None] * 25
    assert set(crowd.told()) == {row["subscription_id"].removeprefix("s-") for row in rows[:5]}
    (entry,) = crowd.ledger.rows("SELECT detail FROM trail WHERE action = 'openings.announce'")
    assert opening.seed in entry["detail"]
