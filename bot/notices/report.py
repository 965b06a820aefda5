"""What became of a batch: how many messages are where, and every row that did not arrive or may not have."""

import csv
import io
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.channels.sms.errors import explain
from bot.notices.desk import NoticeDesk
from bot.store import batches, halts, pickups, trail
from bot.store.batches import Batch
from bot.store.halts import Halt
from bot.store.opt_outs import REASON as OPTED_OUT
from bot.store.pickups import PickupRow, Tally
from bot.store.script import Script

STATES: Mapping[str, str] = {
    "queued": "en attente",
    "accepted": "confiés à l’opérateur",
    "delivered": "arrivés",
    "failed": "non arrivés",
    "uncertain": "incertains",
    "expired": "périmés avant l’envoi",
    "cancelled": "annulés",
}
"""The states in the order of a message's life, as an agent reads them."""
NOT_ARRIVED = ("failed", "uncertain", "expired", "cancelled")
_REASONS: Mapping[str, str] = {
    OPTED_OUT: "la personne ne veut plus de messages",
    "blocked": "la personne ne veut plus de messages ici",
    "expired": "le message n’a pas pu partir à temps",
    "uncertain": "envoyé ou non, nous ne le savons pas",
    "erased": "la personne a fait effacer ses données",
    "unreadable": "le message ne se lit plus : la clé RDV_KEY a changé",
}
_COLUMNS = ("ligne", "reference", "fin_du_numero", "canal", "etat", "raison", "renvoye", "prevu", "envoye", "fini")
_PAGE = 1000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet compute a cell. https://owasp.org/www-community/attacks/CSV_Injection"""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row of the agent's file and where its message is. Unix milliseconds; `sent_at` is the last attempt."""

    row: int
    reference: str
    last_four: str
    channel: str | None
    state: str
    reason: str | None
    resent: bool
    told_at: int
    sent_at: int | None
    finished_at: int | None

    @property
    def because(self) -> str:
        """The reason in words."""
        known = _REASONS.get(self.reason or self.state)
        return known or (explain(self.reason) if self.reason else "")


@dataclass(frozen=True)
class Summary:
    """A batch and how many of its messages are in each state of `STATES`."""

    batch: Batch
    states: Mapping[str, int]
    resent: int
    fell_back: int


@dataclass(frozen=True)
class Report(Summary):
    """`halts`: the senders that stand still, and why; what waits for them waits on."""

    rows: tuple[ReportRow, ...]
    halts: tuple[Halt, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            **summary_json(self),
            "halts": [{"sender": each.sender, "reason": each.reason, "since": _iso(each.since)} for each in self.halts],
            "rows": [
                {
                    "row": each.row,
                    "reference": each.reference or None,
                    "last_four": each.last_four,
                    "channel": each.channel,
                    "state": each.state,
                    "reason": each.reason,
                    "reason_text": each.because or None,
                    "resent": each.resent,
                    "queued_at": _iso(each.told_at),
                    "sent_at": _iso(each.sent_at),
                    "finished_at": _iso(each.finished_at),
                }
                for each in self.rows
            ],
        }


def summary_json(summary: Summary) -> dict[str, Any]:
    batch = summary.batch
    return {
        "batch": batch.id,
        "prefecture": batch.prefecture,
        "by": batch.actor,
        "state": batch.state,
        "created_at": _iso(batch.created_at),
        "finished_at": _iso(batch.finished_at),
        "given": batch.rows_read,
        "taken": batch.rows_taken,
        "states": dict(summary.states),
        "resent": summary.resent,
        "fell_back": summary.fell_back,
    }


async def summaries(
    desk: NoticeDesk, prefectures: Collection[str] | None = None, before: str | None = None, most: int = 50
) -> list[Summary]:
    """The last batches, the latest first (see `batches.page`)."""

    def script() -> Script[list[Summary]]:
        found = []
        for batch in (yield from batches.page("pickups", prefectures, before, most)):
            found.append(_summary(batch, (yield from pickups.tally(batch.id))))
        return found

    return await desk.database.run(script)


async def report(desk: NoticeDesk, batch_id: str, actor: str) -> Report | None:
    """What became of the batch, for `actor` (an `Actor.signature`); None where there is none of that name."""
    batch = await desk.database.run(lambda: batches.get(batch_id))
    if batch is None:
        return None
    rows = [each async for each in rows_of(desk, batch_id) if each.state in NOT_ARRIVED]

    def script() -> Script[tuple[list[Tally], list[Halt]]]:
        yield from trail.note(
            desk.new_id(),
            desk.now_ms(),
            actor,
            "pickups.report",
            prefecture=batch.prefecture,
            subject=batch.id,
            people=len(rows),
        )
        return (yield from pickups.tally(batch_id)), (yield from halts.everywhere())

    tally, standing_still = await desk.database.run(script)
    summary = _summary(batch, tally)
    return Report(batch, summary.states, summary.resent, summary.fell_back, tuple(rows), tuple(standing_still))


async def rows_of(desk: NoticeDesk, batch_id: str) -> AsyncIterator[ReportRow]:
    """Every row of the batch, in the order of the file."""
    after = 0
    while page := await desk.database.run(lambda after=after: pickups.rows(batch_id, after, _PAGE)):  # type: ignore[misc]
        for row in page:
            yield _opened(desk, row)
        after = page[-1].row_number


def as_csv(report: Report, timezone: str) -> bytes:
    """The rows to be looked after, as Excel in French opens them; times are local."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for each in report.rows:
        times = (_local(at, timezone) for at in (each.told_at, each.sent_at, each.finished_at))
        told = (each.channel or "", each.state, each.because, "oui" if each.resent else "")
        writer.writerow([each.row, *map(_harmless, (each.reference, each.last_four, *told)), *times])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """
    >>> _harmless("=cmd|'/c calc'!A1"), _harmless("A-12")
    ("'=cmd|'/c calc'!A1", 'A-12')
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _summary(batch: Batch, tally: Sequence[Tally]) -> Summary:
    states = dict.fromkeys(STATES, 0)
    for each in tally:
        states[each.state] += each.messages
    return Summary(batch, states, sum(each.resent for each in tally), sum(each.fell_back for each in tally))


def _opened(desk: NoticeDesk, row: PickupRow) -> ReportRow:
    given = desk.vault.open_data(row.sealed_row)
    state = {None: "cancelled", "dispatching": "queued"}.get(row.state, row.state or "")
    return ReportRow(
        row.row_number,
        given["reference"],
        given["last_four"],
        row.channel,
        state,
        "erased" if row.state is None else row.reason,
        row.flag is not None,
        row.told_at,
        row.dispatched_at,
        row.finished_at,
    )


def _local(at_ms: int | None, timezone: str) -> str:
    return "" if at_ms is None else f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone)):%d/%m/%Y %H:%M:%S}"


def _iso(at_ms: int | None) -> str | None:
    utc = ZoneInfo("UTC")
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, utc).isoformat(timespec="milliseconds")
