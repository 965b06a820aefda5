"""The outbox in the store: a round is one transaction, sealed texts are opened once it is committed."""

import json
import os
import socket
from collections.abc import Callable, Sequence
from math import ceil
from typing import cast

import structlog

from bot.delivery.outbox import Round
from bot.delivery.outcomes import Again, Final, Lane, Parcel, State, Verdict
from bot.delivery.pacing import Bucket, Pace
from bot.store import buckets, leases, outbox, people
from bot.store.database import Database
from bot.store.outbox import Ending, OutboxRow
from bot.store.script import Script
from bot.store.sealed import BadKey, Vault

log = structlog.get_logger(__name__)

DEAD = 6000
"""Milliseconds of silence after which a process with messages on their way is dead."""
BEAT = 1000
"""Milliseconds for which a sign of life given with a claim is enough."""
_FINE = 1000
"""The bucket is kept in microseconds: at a thousand messages a second, a millisecond is one of them."""
_BULK = (Lane.NOTICE, Lane.BROADCAST)


def this_process(started: int) -> str:
    """A name for the owner of claims: no other process has it, on this machine or another, now or after a restart."""
    return f"{socket.gethostname()}/{os.getpid()}/{started}"


class StoredOutbox:
    """The messages of one channel in a database that other processes may share.

    With a `pace`, the overall rate is kept by all of them together: where its bucket stands is in the database.
    """

    def __init__(self, database: Database, vault: Vault, channel: str, owner: str, pace: Pace | None = None) -> None:
        self._database = database
        self._vault = vault
        self._channel = channel
        self._owner = owner
        self._pace = pace
        self._bucket_name = channel
        self._beaten = 0
        self._unreadable: list[Verdict] = []

    async def round(
        self, verdicts: Sequence[Verdict], limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Round:
        verdicts = [*verdicts, *self._unreadable]

        def script() -> Script[tuple[list[OutboxRow], list[int]]]:
            for verdict in verdicts:
                yield from self._settle(verdict, now)
            rows = yield from self._claim(limit, bulk, now)
            bucket = (yield from self._shared()) if rows else None
            mine, passed_over = [], []
            for row in rows:
                ready = ready_at(row.person_id)
                if bucket is not None and ready <= now:
                    ready = ceil(bucket.ready_at())
                if ready > now:
                    yield from outbox.put_back(row.id, ready)
                    passed_over.append(ready)
                    continue
                mine.append(row)
                if bucket is not None:
                    bucket.charge(now)
            if bucket is not None and mine:
                yield from buckets.fill(self._bucket_name, ceil(bucket.full_at * _FINE))
            if mine and now >= self._beaten + BEAT:
                yield from outbox.alive(self._owner, now)
            return mine, passed_over

        mine, passed_over = await self._database.run(script, ahead=True)
        self._unreadable = []
        if mine and now >= self._beaten + BEAT:
            self._beaten = now
        return Round(self._open(mine), passed_over)

    @property
    def owner(self) -> str:
        """Under which name this process claims."""
        return self._owner

    async def alive(self, now: int) -> None:
        await self._database.run(lambda: outbox.alive(self._owner, now))
        self._beaten = now

    async def abandoned(self, now: int) -> Sequence[Parcel]:
        return self._open(await self._database.run(lambda: outbox.recover(self._channel, self._owner, now - DEAD, now)))

    async def leave(self) -> None:
        await self._database.run(lambda: leases.release(self._owner))
        self._owner += "+"
        self._beaten = 0

    def _claim(self, limit: int, bulk: int, now: int) -> Script[list[OutboxRow]]:
        if limit <= 0:
            return []
        if bulk >= limit:
            return (yield from outbox.claim_due(self._channel, self._owner, now, limit))
        rows = yield from outbox.claim_due(self._channel, self._owner, now, limit, lanes=(Lane.DIALOG,))
        rest = min(bulk, limit - len(rows))
        if rest > 0:
            rows += yield from outbox.claim_due(self._channel, self._owner, now, rest, lanes=_BULK)
        return rows

    def _shared(self) -> Script[Bucket | None]:
        """The bucket of all processes, which the claim before has locked for this one; its times are milliseconds."""
        if self._pace is None:
            return None
        bucket = Bucket(Pace(self._pace.rate / 1000, self._pace.burst))
        full_at = yield from buckets.full_at(self._bucket_name)
        bucket.full_at = (full_at or 0) / _FINE
        return bucket

    def _settle(self, verdict: Verdict, now: int) -> Script[None]:
        parcel = verdict.parcel
        if isinstance(verdict, Again):
            yield from outbox.requeue(parcel.id, verdict.due_at, verdict.reason, verdict.flag, parcel.attempt)
            return
        ending = cast(Ending, verdict.state.value)
        yield from outbox.finish(parcel.id, ending, now, verdict.provider_id, verdict.reason)
        if verdict.blocked:
            yield from people.mark_blocked(parcel.person_id, now)
            yield from outbox.cancel_for(parcel.person_id, now, "blocked")

    def _open(self, rows: Sequence[OutboxRow]) -> list[Parcel]:
        parcels = []
        for row in rows:
            try:
                address, message = (
                    self._vault.open(row.sealed_address),
                    json.loads(self._vault.open(row.sealed_message)),
                )
            except (BadKey, ValueError):
                log.error("message_unreadable", id=row.id)
                self._unreadable.append(Final(_parcel(row, "", {}), State.FAILED, "unreadable"))
            else:
                parcels.append(_parcel(row, address, message))
        return parcels


def _parcel(row: OutboxRow, address: str, message: dict[str, object]) -> Parcel:
    return Parcel(
        row.id,
        row.person_id,
        Lane(row.lane),
        row.attempt,
        row.created_at,
        row.expires_at,
        row.flag,
        address,
        message,
    )
