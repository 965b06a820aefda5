"""The outbox in the store: a round is one transaction, sealed texts are opened once it is committed."""

import sys
from collections.abc import Callable, Collection, Sequence
from typing import cast

from bot.delivery.departures import ALL_LANES, Claim, Departures, QuietUntil
from bot.delivery.drive import DEAD, Drive
from bot.delivery.outbox import Round
from bot.delivery.outcomes import Again, State, Verdict
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.process import is_gone
from bot.delivery.shared import SharedWindow
from bot.delivery.unsealing import unseal
from bot.store import claiming, leases, outbox, people, settling
from bot.store.claiming import OutboxRow
from bot.store.database import Database
from bot.store.script import Script
from bot.store.sealed import Vault
from bot.store.settling import Ending

BEAT = 1000
"""Milliseconds for which a sign of life given with a claim is enough."""


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
        driven: Collection[Lane] = ALL_LANES,
        quiet_until: QuietUntil | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._channel = channel
        self._owner = owner
        self._pace = pace
        self._drive = None if sender is None else Drive(sender, owner)
        self._departures = Departures(channel, pace, driven if sender is not None else (), quiet_until)
        self._beaten = 0
        self._unreadable: list[Verdict] = []

    async def round(
        self, verdicts: Sequence[Verdict], limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Round:
        verdicts = [*verdicts, *self._unreadable]

        def script() -> Script[Claim]:
            for verdict in verdicts:
                yield from self._settle(verdict, now)
            claim = yield from self._departures.claim(self._owner, self._drive, limit, bulk, now, ready_at)
            if claim.mine and not claim.drives and now >= self._beaten + BEAT:
                yield from claiming.alive(self._owner, now)
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
        return self._departures.alone and self._drive is not None and self._drive.epoch is not None

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
            yield from claiming.alive(self._owner, now)
            return False

        if not await self._database.run(script) and self._drive is not None:
            self._drive.lost()
        self._beaten = now

    async def abandoned(self, now: int) -> Sequence[Parcel]:
        def script() -> Script[list[OutboxRow]]:
            for holder in (yield from leases.holders()):
                if holder != self._owner and is_gone(holder):
                    yield from leases.release(holder)
            if self._drive is None or not self._departures.alone:
                return (yield from claiming.recover(self._channel, self._owner, now - DEAD, now))
            # Who does not drive any more will send nothing any more, dead or not. Only the driver looks after it.
            if not (yield from self._drive.still(now)):
                return []
            return (yield from claiming.recover(self._channel, self._owner, sys.maxsize, now))

        return self._open(await self._database.run(script))

    async def leave(self) -> None:
        await self._database.run(lambda: leases.release(self._owner))
        self._owner += "+"
        self._beaten = 0
        if self._drive is not None:
            self._drive = Drive(self._drive.sender, self._owner)

    def _settle(self, verdict: Verdict, now: int) -> Script[None]:
        parcel = verdict.parcel
        if verdict.halts and self._drive is not None:
            yield from self._drive.halt(verdict.reason or "", now)
        if verdict.holds is not None and self._pace is not None:
            yield from self._pace.hold(verdict.holds)
        if isinstance(verdict, Again):
            yield from settling.requeue(parcel.id, verdict.due_at, verdict.reason, verdict.flag, parcel.attempt)
            return
        ending = cast(Ending, verdict.state.value)
        yield from settling.finish(
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
