"""The outbox in the store: a round is one transaction, sealed texts are opened once it is committed."""

import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import cast

from bot.delivery.drive import DEAD as DEAD
from bot.delivery.drive import Drive, Probe, Turn
from bot.delivery.outbox import Round
from bot.delivery.outcomes import Again, State, Verdict
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.process import is_gone
from bot.delivery.process import this_process as this_process
from bot.delivery.shared import Left, SharedWindow
from bot.delivery.unsealing import unseal
from bot.store import leases, outbox, people
from bot.store.database import Database
from bot.store.outbox import Ending, OutboxRow
from bot.store.script import Script
from bot.store.sealed import Vault

BEAT = 1000
"""Milliseconds for which a sign of life given with a claim is enough."""
_ALL = frozenset(Lane)

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

    @property
    def drives(self) -> bool:
        """Whether it has shown that this process is alive, by the lease it drives with."""
        return self.turn is not None and self.turn.epoch is not None


class StoredOutbox:
    """The messages of one channel in a database that other processes may share.

    With a `pace`, the overall rate is kept by all of them together. With a `sender`, one process at a time claims what
    is in the `driven` lanes: the one that drives it. With `quiet_until`, what has a préfecture and is no dialog waits
    for its hour.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: str,
        owner: str,
        pace: SharedWindow | None = None,
        *,
        sender: str | None = None,
        driven: Collection[Lane] = _ALL,
        quiet_until: QuietUntil | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._channel = channel
        self._owner = owner
        self._pace = pace
        self._drive = None if sender is None else Drive(sender, owner)
        self._driven = frozenset(driven if sender is not None else ())
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
            if claim.mine and not claim.drives and now >= self._beaten + BEAT:
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
        """Whether this process alone uses the sender, as far as it knows; never, where others may use it as well."""
        return self._alone and self._drive is not None and self._drive.epoch is not None

    @property
    def _alone(self) -> bool:
        """Whether nothing at all leaves but by the one that drives: even with nothing to send, it goes on driving.

        Otherwise it may fall silent between two broadcasts, and whoever finds the next one drives.
        """
        return self._driven == _ALL

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
            if self._drive is None or not self._alone:
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
        lanes = (yield from outbox.due_lanes(self._channel, now)) if limit > 0 else []
        if self._drive is not None and limit > 0 and self._asks(self._drive, lanes):
            turn = claim.turn = yield from self._drive.turn(now, limit)
            if turn.wait_until is not None:
                claim.passed_over.append(turn.wait_until)
            if turn.most == 0:
                lanes = [lane for lane in lanes if lane not in self._driven]
            else:
                limit = min(limit, turn.most)
        left = None
        if self._pace is not None and lanes:
            yield from outbox.take_turns(self._channel, self._owner, now)
            left = yield from self._pace.read(now)
            limit, bulk = self._room(left, lanes, limit, bulk, now, claim)
        rows = yield from self._claim(lanes, limit, bulk, now, claim)
        yield from self._sort(rows, limit, now, ready_at, claim)
        if self._pace is not None and left is not None and claim.mine:
            left.charge(now, sum(row.segments for row in claim.mine))
            yield from self._pace.write(left)
        if self._drive is not None and claim.turn is not None and claim.mine:
            claim.probe = yield from self._drive.probe(claim.turn, claim.mine[0].id, now)
        return claim

    def _asks(self, drive: Drive, lanes: Sequence[int]) -> bool:
        """Whether it must be known who drives. An idle look writes nothing."""
        return not self._driven.isdisjoint(lanes) or (self._alone and drive.epoch is None)

    @staticmethod
    def _room(left: Left, lanes: Sequence[int], limit: int, bulk: int, now: int, claim: _Claim) -> tuple[int, int]:
        """The limits, as far as all processes together have room; what has none is looked at when it has."""
        free, spare = left.free(now, Lane.DIALOG), left.free(now, Lane.BROADCAST)
        if free == 0 and Lane.DIALOG in lanes:
            claim.passed_over.append(left.ready_at(Lane.DIALOG))
        if spare == 0 and bulk > 0 and any(lane != Lane.DIALOG for lane in lanes):
            claim.passed_over.append(left.ready_at(Lane.BROADCAST))
        return min(limit, free), min(bulk, spare)

    def _claim(self, lanes: Sequence[int], limit: int, bulk: int, now: int, claim: _Claim) -> Script[list[OutboxRow]]:
        """The heads of these lanes; there may be more where a lane's limit was used up."""
        if bulk >= limit or lanes == [Lane.DIALOG]:
            rows = yield from outbox.claim(self._channel, self._owner, now, limit, lanes)
            claim.more = len(rows) >= limit > 0
            return rows
        rows = []
        if Lane.DIALOG in lanes:
            rows += yield from outbox.claim(self._channel, self._owner, now, limit, [Lane.DIALOG])
            claim.more = len(rows) >= limit > 0
        rest, others = min(bulk, limit - len(rows)), [lane for lane in lanes if lane != Lane.DIALOG]
        if rest > 0 and others:
            found = yield from outbox.claim(self._channel, self._owner, now, rest, others)
            claim.more = len(found) >= rest
            rows += found
        return rows

    def _sort(
        self, rows: Sequence[OutboxRow], limit: int, now: int, ready_at: Callable[[str], int], claim: _Claim
    ) -> Script[None]:
        """Of what was claimed, what leaves now; the rest goes back, until its hour or to its place."""
        quiet: dict[tuple[str, int], int] = {}
        taken = 0
        for row in rows:
            ready = ready_at(row.person_id)
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

    def _hour(self, prefecture: str, lane: int, now: int, known: dict[tuple[str, int], int]) -> Script[int]:
        """When a notice may leave. If that is later, many of those behind it are put off with it, each only once."""
        key = (prefecture, lane)
        if key not in known and self._quiet_until is not None:
            known[key] = self._quiet_until(prefecture, now)
            if known[key] > now:
                yield from outbox.postpone(self._channel, lane, prefecture, now, known[key])
        return known[key]

    def _settle(self, verdict: Verdict, now: int) -> Script[None]:
        parcel = verdict.parcel
        if verdict.halts and self._drive is not None:
            yield from self._drive.halt(verdict.reason or "", now)
        if verdict.holds is not None and self._pace is not None:
            yield from self._pace.hold(verdict.holds)
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
