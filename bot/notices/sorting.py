"""A part of the rows, sorted by what is known of their numbers: who is told, who is not, and who has been already."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from bot.notices.reading import Wanted
from bot.notices.refusals import Refusal, day_of
from bot.notices.sheet import PHONE
from bot.store import pickups
from bot.store.batches import Batch
from bot.store.pickups import Standing
from bot.store.script import Script

Item = TypeVar("Item")

PART = 300
"""Rows of one transaction: some ten milliseconds, for which nobody else can write."""


@dataclass
class Sorted:
    """`tells`: who is to be told, and as whom on Telegram; `earlier`: whom this batch has told before."""

    tells: list[tuple[Wanted, str | None]] = field(default_factory=list)
    earlier: list[Wanted] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides: since when a notice counts, whether one that failed may be tried anew, where days begin."""

    prefecture: str
    since_ms: int
    retry_failed: bool
    timezone: str


def sort(part: Sequence[tuple[int, Wanted | Refusal]], batch: Batch | None, rule: Rule) -> Script[Sorted]:
    """Sorts a part. Rows that the batch has been through are not told now, whatever has changed since: somebody whom
    it told, and who had everything erased, is in none of the lists."""
    found = Sorted()
    wanted = [each for _, each in part if isinstance(each, Wanted)]
    standings = yield from pickups.standing([each.digest for each in wanted], rule.prefecture, rule.since_ms)
    known = dict(zip((each.place for each in wanted), standings, strict=True))
    for place, each in part:
        if isinstance(each, Refusal):
            found.refused.append(each)
            continue
        standing = known[place]
        refusal = None if batch and pickups.in_batch(standing, batch.id) else _refusal(each, standing, rule)
        if refusal is not None:
            found.refused.append(refusal)
        elif batch is not None and pickups.in_batch(standing, batch.id):
            found.earlier.append(each)
        elif batch is None or place > batch.rows_read:
            found.tells.append((each, standing.telegram_id))
    return found


def _refusal(wanted: Wanted, standing: Standing, rule: Rule) -> Refusal | None:
    if standing.is_out:
        return Refusal(wanted.row, PHONE, "opted_out")
    told = standing.told
    if told is None or (told.failed and rule.retry_failed):
        return None
    return Refusal(
        wanted.row, PHONE, "failed_before" if told.failed else "already_told", day_of(told.at_ms, rule.timezone)
    )


def parts(items: Iterable[Item], size: int = PART) -> Iterator[list[Item]]:
    """
    >>> list(parts("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
