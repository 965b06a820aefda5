"""The outbox in the store: a round is one transaction, sealed texts are opened once it is committed."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import cast

from bot.delivery.drive import DEAD as DEAD
from bot.delivery.drive import Drive, Probe, Turn
from bot.delivery.outbox import Round
from bot.delivery.outcomes import Again, State, Verdict
from bot.delivery.pacing import Bucket, Pace
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.process import is_gone
from bot.delivery.process import this_process as this_process
from bot.delivery.unsealing import unseal
from bot.store import buckets, leases, outbox, people
from bot.store.database import Database
from bot.store.outbox import Ending, OutboxRow
from bot.store.script import Script
from bot.store.sealed import Vault

BEAT = 1000
"""Milliseconds for which a sign of life given with a claim is enough."""
_FINE = 1000
"""The bucket is kept in microseconds: at a thousand messages a second, a millisecond is one of them."""
_BULK = (Lane.NOTICE, Lane.BROADCAST)

QuietUntil = Callable[[str, int], int]
"""(préfecture, now) -> from when a notice to its people may leave, at once if that is not after now; unix ms."""


@dataclass
class _Claim:
    """What a round's transaction found; what it learnt of the drive is for the time after its commit."""

    mine: list[OutboxRow] = field(default_factory=list)
    passed_over: list[int] = field(default_factory=list)
    more: bool = False
    turn: Turn | None = None
    probe: Probe | None = None


class StoredOutbox:
    """The messages of one channel in a database that other processes may share.

    With a `pace`, the overall rate is kept by all of them together: where its bucket stands is in the database. With a
    `sender`, one process at a time claims: the one that drives it. With `quiet_until`, what has a préfecture and is no
    dialog waits for its hour.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: str,
        owner: str,
        pace: Pace | None = None,
        *,
        sender: str | None = None,
        quiet_until: QuietUntil | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._channel = channel
        self._owner = owner
        self._pace = pace
        self._bucket_name = channel
        self._drive = None if sender is None else Drive(sender, owner)
        self._quiet_until = quiet_until
        self._beaten = 0
        self._unreadable: list[Verdict] = []

    async def round(
        self, verdicts: Sequence[Verdict], limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Round:
        verdicts = [*verdicts, *self._unreadable]

        def script() -> Script[_Claim]:
            for verdict in verdicts:
                yield from self._settle(verdict, now)
            claim = yield from self._take(limit, bulk, now, ready_at)
            if claim.mine and self._drive is None and now >= self._beaten + BEAT:
                yield from outbox.alive(self._owner, now)
            return claim

        claim = await self._database.run(script, ahead=True)
        self._unreadable = []
        if claim.mine and now >= self._beaten + BEAT:
            self._beaten = now
        began = self._drive is not None and claim.turn is not None and self._drive.keep(claim.turn, claim.probe)
        return Round(self._open(claim.mine), claim.passed_over, claim.more, began)

    @property
    def owner(self) -> str:
        """Under which name this process claims."""
        return self._owner

    def drives(self) -> bool:
        """Whether this process drives the sender, as far as it knows; never, where there is none to be driven."""
        return self._drive is not None and self._drive.epoch is not None

    def still_drives(self, now: int) -> Script[bool]:
        """The same for sure, and until the end of the transaction: for what only the driver may do."""
        return (yield from self._drive.still(now)) if self._drive is not None else False

    async def driving(self, now: int) -> bool:
        """The same in a transaction of its own."""
        return self.drives() and await self._database.run(lambda: self.still_drives(now))

    async def alive(self, now: int) -> None:
        def script() -> Script[bool]:
            if self._drive is not None and (yield from self._drive.still(now)):
                return True
            yield from outbox.alive(self._owner, now)
            return False

        if not await self._database.run(script) and self._drive is not None:
            self._drive.lost()
        self._beaten = now

    async def abandoned(self, now: int) -> Sequence[Parcel]:
        def script() -> Script[list[OutboxRow]]:
            for holder in (yield from leases.holders()):
                if holder != self._owner and is_gone(holder):
                    yield from leases.release(holder)
            if self._drive is None:
                return (yield from outbox.recover(self._channel, self._owner, now - DEAD, now))
            # Who does not drive any more will send nothing any more, dead or not. Only the driver looks after it.
            if not (yield from self._drive.still(now)):
                return []
            return (yield from outbox.recover(self._channel, self._owner, sys.maxsize, now))

        return self._open(await self._database.run(script))

    async def leave(self) -> None:
        await self._database.run(lambda: leases.release(self._owner))
        self._owner += "+"
        self._beaten = 0
        if self._drive is not None:
            self._drive = Drive(self._drive.sender, self._owner)

    def _take(self, limit: int, bulk: int, now: int, ready_at: Callable[[str], int]) -> Script[_Claim]:
        claim = _Claim()
        if self._drive is not None and limit > 0:
            if self._drive.epoch is not None and not (yield from outbox.is_due(self._channel, now)):
                return claim  # an idle look writes nothing
            turn = claim.turn = yield from self._drive.turn(now, limit)
            limit = min(limit, turn.most)
            if turn.wait_until is not None:
                claim.passed_over.append(turn.wait_until)
        rows = yield from self._claim(limit, bulk, now)
        claim.more = len(rows) >= limit > 0
        yield from self._sort(rows, limit, now, ready_at, claim)
        if self._drive is not None and claim.turn is not None and claim.mine:
            claim.probe = yield from self._drive.probe(claim.turn, claim.mine[0].id, now)
        return claim

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

    def _sort(
        self, rows: Sequence[OutboxRow], limit: int, now: int, ready_at: Callable[[str], int], claim: _Claim
    ) -> Script[None]:
        """Of what was claimed, what leaves now; the rest goes back, until its hour or to its place."""
        bucket = (yield from self._shared()) if rows else None
        quiet: dict[tuple[str, int], int] = {}
        taken = 0
        for row in rows:
            ready = ready_at(row.person_id)
            if bucket is not None and ready <= now:
                ready = ceil(bucket.ready_at())
            if self._quiet_until is not None and row.prefecture is not None and row.lane != Lane.DIALOG:
                ready = max(ready, (yield from self._hour(row.prefecture, row.lane, now, quiet)))
            if ready > now:
                due = ready if row.expires_at is None else min(ready, row.expires_at)
                yield from outbox.put_back(row.id, due)
                claim.passed_over.append(due)
            elif taken >= limit:
                yield from outbox.put_back(row.id, row.due_at)
                claim.more = True
            else:
                claim.mine.append(row)
                taken += row.segments
                if bucket is not None:
                    bucket.charge(now, row.segments)
        if bucket is not None and claim.mine:
            yield from buckets.fill(self._bucket_name, ceil(bucket.full_at * _FINE))

    def _hour(self, prefecture: str, lane: int, now: int, known: dict[tuple[str, int], int]) -> Script[int]:
        """When a notice may leave. If that is later, many of those behind it are put off with it, each only once."""
        key = (prefecture, lane)
        if key not in known and self._quiet_until is not None:
            known[key] = self._quiet_until(prefecture, now)
            if known[key] > now:
                yield from outbox.postpone(self._channel, lane, prefecture, now, known[key])
        return known[key]

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
        if verdict.halts and self._drive is not None:
            yield from self._drive.halt(verdict.reason or "", now)
        if isinstance(verdict, Again):
            yield from outbox.requeue(parcel.id, verdict.due_at, verdict.reason, verdict.flag, parcel.attempt)
            return
        ending = cast(Ending, verdict.state.value)
        yield from outbox.finish(
            parcel.id,
            ending,
            now,
            verdict.provider_id,
            verdict.reason,
            attempt=parcel.attempt,
            check_ms=verdict.check_at,
        )
        if verdict.state is State.ACCEPTED and self._drive is not None:
            yield from self._drive.accepted(parcel.id)
        if verdict.blocked:
            yield from people.mark_blocked(parcel.person_id, now)
            yield from outbox.cancel_for(parcel.person_id, now, "blocked")

    def _open(self, rows: Sequence[OutboxRow]) -> list[Parcel]:
        parcels, unreadable = unseal(self._vault, rows)
        self._unreadable += unreadable
        return parcels
