"""What an import would do, before anything is sent: who, by which channel, with which words, at what price, when."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from math import ceil
from typing import Any

from bot.channels.sms.segments import measure
from bot.notices.desk import TOLD_FOR, NoticeDesk
from bot.notices.quiet import opens_at
from bot.notices.reading import read_rows
from bot.notices.refusals import Refusal
from bot.notices.rows import Rows
from bot.notices.sorting import Rule, parts, sort
from bot.notices.wording import Audience
from bot.store import batches, trail
from bot.store.batches import Batch
from bot.store.script import Script

Progress = Callable[[int], None]
"""Told how many more rows have been read."""


@dataclass(frozen=True, slots=True)
class Text:
    """What one public reads in one language. `sms` and `telegram` count the people who get it there."""

    language: str
    audience: Audience
    text: str
    encoding: str
    units: int
    segments: int
    price: Decimal
    sms: int
    telegram: int
    telegram_text: str


@dataclass(frozen=True)
class Rehearsal:
    """`earlier`: whom an interrupted run of `batch` has told. `price` is at most, should Telegram fail everybody."""

    prefecture: str
    given: int
    sms: int
    telegram: int
    earlier: int
    batch: str | None
    refused: tuple[Refusal, ...]
    texts: tuple[Text, ...]
    price: Decimal
    currency: str
    segments: int
    pace: float
    now: datetime
    leaves_at: datetime

    @property
    def taken(self) -> int:
        """How many would be told now."""
        return self.sms + self.telegram

    @property
    def lasts(self) -> timedelta:
        """How long the SMS take at the pace, quiet hours not counted."""
        return timedelta(seconds=ceil(self.segments / self.pace))

    @property
    def is_quiet(self) -> bool:
        """Whether SMS wait for a later hour."""
        return self.leaves_at > self.now

    def to_json(self) -> dict[str, Any]:
        return {
            "prefecture": self.prefecture,
            "given": self.given,
            "taken": self.taken,
            "channels": {"sms": self.sms, "telegram": self.telegram},
            "earlier": self.earlier,
            "batch": self.batch,
            "refused": [each.to_json(self.prefecture) for each in self.refused],
            "texts": [
                {
                    "language": each.language,
                    "public": each.audience,
                    "text": each.text,
                    "encoding": each.encoding,
                    "units": each.units,
                    "segments": each.segments,
                    "price": str(each.price),
                    "sms": each.sms,
                    "telegram": each.telegram,
                }
                for each in self.texts
            ],
            "segments": self.segments,
            "price": str(self.price),
            "currency": self.currency,
            "seconds": int(self.lasts.total_seconds()),
            "leaves_at": self.leaves_at.isoformat(),
        }


async def rehearse(
    desk: NoticeDesk,
    rows: Rows,
    prefecture: str,
    actor: str,
    *,
    key: str | None = None,
    retry_failed: bool = False,
    progress: Progress = lambda _: None,
) -> Rehearsal:
    """Reads every row and looks up every number; writes nothing but a line of the trail.

    `actor` is an `Actor.signature`. `key`: of a request that may come again (see `import_rows`).
    """
    now = desk.clock()
    office = desk.knowledge.office(prefecture)
    rule = Rule(prefecture, desk.now_ms() - TOLD_FOR, retry_failed, office.timezone)
    batch = await desk.database.run(lambda: interrupted(desk, rows, prefecture, key))
    sms: Counter[tuple[str, Audience]] = Counter()
    telegram: Counter[tuple[str, Audience]] = Counter()
    refused: list[Refusal] = []
    earlier = 0
    for part in parts(read_rows(rows, prefecture, desk.vault)):
        found = await desk.database.run(partial(sort, part, batch, rule))
        for wanted, linked in found.tells:
            (sms if linked is None else telegram)[wanted.language, wanted.audience] += 1
        refused += found.refused
        earlier += len(found.earlier)
        progress(len(part))
    texts = tuple(_text(desk, prefecture, each, sms[each], telegram[each]) for each in sorted(sms.keys() | telegram))
    told = sms.total() + telegram.total()
    await desk.database.run(
        lambda: trail.note(desk.new_id(), desk.now_ms(), actor, "pickups.rehearse", prefecture=prefecture, people=told)
    )
    return Rehearsal(
        prefecture,
        len(rows),
        sms.total(),
        telegram.total(),
        earlier,
        batch.id if batch else None,
        tuple(refused),
        texts,
        sum(((each.sms + each.telegram) * each.price for each in texts), Decimal(0)),
        desk.currency,
        sum(each.sms * each.segments for each in texts),
        desk.pace,
        now,
        opens_at(now, office.timezone, prefecture),
    )


def interrupted(desk: NoticeDesk, rows: Rows, prefecture: str, key: str | None) -> Script[Batch | None]:
    """The batch to go on with: of the same rows, where a run was interrupted; of the same key, wherever it is."""
    batch = yield from batches.of_digest("pickups", desk.batch_digest(prefecture, key or rows.fingerprint))
    return batch if batch is not None and (key is not None or batch.state == "importing") else None


def _text(desk: NoticeDesk, prefecture: str, use: tuple[str, Audience], sms: int, telegram: int) -> Text:
    wording = desk.wording(prefecture)
    body, shown = wording.sms(*use), wording.telegram(*use)
    cost = measure(body)
    return Text(*use, body, cost.encoding, cost.units, cost.segments, cost.segments * desk.price, sms, telegram, shown)
