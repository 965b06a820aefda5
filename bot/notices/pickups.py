"""The import: everybody in the rows is told once, whatever stops it on the way, whoever else imports at the time.

A part of the rows is one transaction. It begins at the préfecture's lease, where on PostgreSQL another import waits
(SQLite has one writer in any case), so that what it then reads of each number is true until it commits. The batch
notes how far it came in the same transaction: a run that was killed is found again by what it was given.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from bot.notices.desk import TOLD_FOR, NoticeDesk
from bot.notices.notifying import notify
from bot.notices.reading import Wanted, read_rows
from bot.notices.refusals import Refusal, day_of
from bot.notices.rehearsal import Progress, interrupted
from bot.notices.rows import Rows
from bot.notices.sorting import Rule, Sorted, parts, sort
from bot.store import batches, leases, trail
from bot.store.batches import Batch
from bot.store.script import Script


@dataclass(frozen=True)
class Imported:
    """What an import did. `earlier`: whom an interrupted run of the same batch had told; no batch where nobody was."""

    batch: str | None
    prefecture: str
    given: int
    sms: int
    telegram: int
    earlier: int
    refused: tuple[Refusal, ...]

    @property
    def taken(self) -> int:
        """How many the batch tells, all runs together."""
        return self.sms + self.telegram + self.earlier


async def import_rows(
    desk: NoticeDesk,
    rows: Rows,
    prefecture: str,
    actor: str,
    *,
    key: str | None = None,
    retry_failed: bool = False,
    progress: Progress = lambda _: None,
) -> Imported:
    """Queues a notice for everybody who has none yet; `actor` (an `Actor.signature`) is written in the trail.

    The same rows again go on where a run of them was interrupted; after the end of that run they are new rows, of
    people who have been told. With a `key`, what was done under it is found again for as long as batches are kept, and
    counted as if it were done now. Whatever raises on the way leaves whole parts.
    """
    run = _Run(desk, rows, prefecture, actor, key, retry_failed)
    sms = telegram = earlier = 0
    refused: list[Refusal] = []
    seen = 0
    for part in parts(read_rows(rows, prefecture, desk.vault)):
        seen += len(part)
        last = seen == len(rows)
        found, run.batch_id = await desk.database.run(partial(run.part, part, last))
        by_telegram = sum(linked is not None for _, linked in found.tells)
        telegram += by_telegram
        sms += len(found.tells) - by_telegram
        earlier += len(found.earlier)
        refused += found.refused
        progress(len(part))
    return Imported(run.batch_id, prefecture, len(rows), sms, telegram, earlier, tuple(refused))


class _Run:
    """One run through the rows. Each part is a transaction, which may be tried again from its start."""

    def __init__(
        self, desk: NoticeDesk, rows: Rows, prefecture: str, actor: str, key: str | None, retry_failed: bool
    ) -> None:
        self._desk, self._rows, self._prefecture, self._actor = desk, rows, prefecture, actor
        self._key, self._retry_failed = key, retry_failed
        self._holder = f"import/{secrets.token_hex(6)}"
        self._wording = desk.wording(prefecture)
        self._timezone = desk.knowledge.office(prefecture).timezone
        self.batch_id: str | None = None

    def part(self, part: Sequence[tuple[int, Wanted | Refusal]], last: bool) -> Script[tuple[Sorted, str | None]]:
        """What became of the part, and the batch it is in by now."""
        desk, now_ms = self._desk, self._desk.now_ms()
        yield from leases.renew(f"pickups:{self._prefecture}", self._holder, now_ms)
        if self.batch_id is None:
            batch = yield from interrupted(desk, self._rows, self._prefecture, self._key)
        else:
            batch = yield from batches.get(self.batch_id)
        rule = Rule(self._prefecture, now_ms - TOLD_FOR, self._retry_failed, self._timezone)
        found = yield from sort(part, batch, rule)
        if batch is None and found.tells:
            batch = yield from self._start(now_ms, last)
        if batch is None:
            return found, None
        yield from notify(desk, self._wording, self._prefecture, batch.id, found.tells, now_ms)
        yield from batches.advance(batch.id, part[-1][0], len(found.tells))
        if last and batch.state != "done":
            yield from batches.finish(batch.id, now_ms)
            yield from self._note(batch.id, now_ms, batch.rows_taken + len(found.tells), None)
        return found, batch.id

    def _start(self, now_ms: int, last: bool) -> Script[Batch]:
        digest = self._desk.batch_digest(self._prefecture, self._key or self._rows.fingerprint)
        day = day_of(now_ms, self._timezone).replace("-", "")
        identity = f"{self._prefecture}-{day}-{secrets.token_hex(3)}"
        yield from batches.start(identity, "pickups", self._prefecture, self._actor, digest, now_ms)
        if not last:  # it may never come to its end
            yield from self._note(identity, now_ms, None, f"début, {len(self._rows)} lignes")
        return Batch(identity, "pickups", self._prefecture, self._actor, "importing", 0, 0, now_ms, None)

    def _note(self, batch_id: str, now_ms: int, told: int | None, detail: str | None) -> Script[None]:
        yield from trail.note(
            self._desk.new_id(),
            now_ms,
            self._actor,
            "pickups.import",
            prefecture=self._prefecture,
            subject=batch_id,
            people=told,
            detail=detail,
        )
