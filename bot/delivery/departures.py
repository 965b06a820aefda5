"""What may leave now: of the messages that are due, those that the driver, the pace and the quiet hours let go."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from bot.delivery.drive import Drive, Probe, Turn
from bot.delivery.parcel import Lane
from bot.delivery.shared import Left, SharedWindow
from bot.store import claiming
from bot.store.claiming import OutboxRow
from bot.store.script import Script

QuietUntil = Callable[[str, int], int]
"""(préfecture, now) -> from when a notice to its people may leave, at once if that is not after now; unix ms."""
ALL_LANES = frozenset(Lane)


@dataclass
class Claim:
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


class Departures:
    """Claims the messages of one channel: the heads of its lanes, as many as have room, and none before its hour.

    `driven` are the lanes in which only the process that drives the sender claims.
    """

    def __init__(
        self, channel: str, pace: SharedWindow | None, driven: Collection[Lane], quiet_until: QuietUntil | None
    ) -> None:
        self._channel = channel
        self._pace = pace
        self._driven = frozenset(driven)
        self._quiet_until = quiet_until

    @property
    def alone(self) -> bool:
        """Whether nothing at all leaves but by the one that drives: even with nothing to send, it goes on driving.

        Otherwise it may fall silent between two broadcasts, and whoever finds the next one drives.
        """
        return self._driven == ALL_LANES

    def claim(
        self, owner: str, drive: Drive | None, limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Script[Claim]:
        """Claims for the owner, as `Outbox.round` says."""
        claim = Claim()
        lanes = (yield from claiming.due_lanes(self._channel, now)) if limit > 0 else []
        if drive is not None and limit > 0 and self._asks(drive, lanes):
            turn = claim.turn = yield from drive.turn(now, limit)
            if turn.wait_until is not None:
                claim.passed_over.append(turn.wait_until)
            if turn.most == 0:
                lanes = [lane for lane in lanes if lane not in self._driven]
            else:
                limit = min(limit, turn.most)
        left = None
        if self._pace is not None and lanes:
            yield from claiming.take_turns(self._channel, owner, now)
            left = yield from self._pace.read(now)
            limit, bulk = self._room(left, lanes, limit, bulk, now, claim)
        rows = yield from self._heads(owner, lanes, limit, bulk, now, claim)
        yield from self._sort(rows, limit, now, ready_at, claim)
        if self._pace is not None and left is not None and claim.mine:
            left.charge(now, sum(row.segments for row in claim.mine))
            yield from self._pace.write(left)
        if drive is not None and claim.turn is not None and claim.mine:
            claim.probe = yield from drive.probe(claim.turn, claim.mine[0].id, now)
        return claim

    def _asks(self, drive: Drive, lanes: Sequence[int]) -> bool:
        """Whether it must be known who drives. An idle look writes nothing."""
        return not self._driven.isdisjoint(lanes) or (self.alone and drive.epoch is None)

    @staticmethod
    def _room(left: Left, lanes: Sequence[int], limit: int, bulk: int, now: int, claim: Claim) -> tuple[int, int]:
        """The limits, as far as all processes together have room; what has none is looked at when it has."""
        free, spare = left.free(now, Lane.DIALOG), left.free(now, Lane.BROADCAST)
        if free == 0 and Lane.DIALOG in lanes:
            claim.passed_over.append(left.ready_at(Lane.DIALOG))
        if spare == 0 and bulk > 0 and any(lane != Lane.DIALOG for lane in lanes):
            claim.passed_over.append(left.ready_at(Lane.BROADCAST))
        return min(limit, free), min(bulk, spare)

    def _heads(
        self, owner: str, lanes: Sequence[int], limit: int, bulk: int, now: int, claim: Claim
    ) -> Script[list[OutboxRow]]:
        """The heads of these lanes; there may be more where a lane's limit was used up."""
        if bulk >= limit or lanes == [Lane.DIALOG]:
            rows = yield from claiming.claim(self._channel, owner, now, limit, lanes)
            claim.more = len(rows) >= limit > 0
            return rows
        rows = []
        if Lane.DIALOG in lanes:
            rows += yield from claiming.claim(self._channel, owner, now, limit, [Lane.DIALOG])
            claim.more = len(rows) >= limit > 0
        rest, others = min(bulk, limit - len(rows)), [lane for lane in lanes if lane != Lane.DIALOG]
        if rest > 0 and others:
            found = yield from claiming.claim(self._channel, owner, now, rest, others)
            claim.more = len(found) >= rest
            rows += found
        return rows

    def _sort(
        self, rows: Sequence[OutboxRow], limit: int, now: int, ready_at: Callable[[str], int], claim: Claim
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
                yield from claiming.put_back(row.id, due)
                claim.passed_over.append(due)
            elif taken >= limit:
                yield from claiming.put_back(row.id, row.due_at)
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
                yield from claiming.postpone(self._channel, lane, prefecture, now, known[key])
        return known[key]
