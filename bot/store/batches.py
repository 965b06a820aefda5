"""What agents sent at once: one row a batch, found again by what was given where a run was interrupted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from bot.store.script import Script, query

Kind = Literal["pickups"]


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows_read` of what was given have been seen, `rows_taken` of them are told. Times are unix milliseconds.

    `actor` is an `Actor.signature`; `state` is `importing`, which may be an interrupted one, or `done`.
    """

    id: str
    kind: str
    prefecture: str
    actor: str
    state: str
    rows_read: int
    rows_taken: int
    created_at: int
    finished_at: int | None


def start(id: str, kind: Kind, prefecture: str, actor: str, digest: str, now_ms: int) -> Script[None]:
    """A new batch, `importing`. `digest` is the keyed hash of what was given."""
    yield from query("start_batch", id=id, kind=kind, prefecture=prefecture, actor=actor, digest=digest, now_ms=now_ms)


def of_digest(kind: Kind, digest: str) -> Script[Batch | None]:
    """The batch of what was given: the one that was interrupted, else the last one."""
    row = yield from query("batch_of_digest", kind=kind, digest=digest)
    return None if row is None else Batch(**row)


def get(id: str) -> Script[Batch | None]:
    """The batch, unless it was purged."""
    row = yield from query("batch", id=id)
    return None if row is None else Batch(**row)


def page(
    kind: Kind, prefectures: Collection[str] | None = None, before: str | None = None, most: int = 50
) -> Script[list[Batch]]:
    """At most `most` batches, the latest first: of these préfectures (None: of all), those after the batch `before`."""
    codes = None if prefectures is None else f",{','.join(prefectures)},"
    rows = yield from query("batches", kind=kind, codes=codes, before=before, most=most)
    return [Batch(**row) for row in rows]


def advance(id: str, rows_read: int, taken: int) -> Script[None]:
    """The batch has come as far as `rows_read`, and took `taken` more."""
    yield from query("advance_batch", id=id, rows_read=rows_read, taken=taken)


def finish(id: str, now_ms: int) -> Script[None]:
    """All of it has been read."""
    yield from query("finish_batch", id=id, now_ms=now_ms)


def purge(before_ms: int, most: int) -> Script[int]:
    """Forgets batches made before, their rows and messages, at most `most` of each; returns the most that went."""
    messages: int = yield from query("purge_batch_messages", before_ms=before_ms, most=most)
    rows: int = yield from query("purge_pickups", before_ms=before_ms, most=most)
    gone: int = yield from query("purge_batches", before_ms=before_ms, most=most)
    return max(messages, rows, gone)
