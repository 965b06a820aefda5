"""The outbox in memory, for properties that need thousands of runs. It keeps every state a message went through."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.delivery.outbox import Round
from bot.delivery.outcomes import FORWARD, HALT, Again, State, Verdict
from bot.delivery.parcel import Lane, Parcel


@dataclass
class Row:
    parcel: Parcel
    state: State = State.QUEUED
    due_at: int = 0
    owner: str | None = None
    reason: str | None = None
    provider_id: str | None = None
    check_at: int | None = None
    history: list[State] = field(default_factory=lambda: [State.QUEUED])

    @property
    def open(self) -> bool:
        return self.state in (State.QUEUED, State.DISPATCHING)

    def move(self, state: State) -> None:
        assert state in FORWARD[self.state], f"{self.state} -> {state}"
        self.state = state
        self.history.append(state)


class MemoryOutbox:
    """Several owners may share one `rows`: processes on one database.

    `fail` makes the next rounds raise, `cut` the next that claims, after its commit; `commit` is what each takes, in
    seconds. `elsewhere`: another process drives the sender, and looks after what the dead left; `began`: this one does,
    from the next round on.
    """

    def __init__(self, rows: dict[str, Row] | None = None, owner: str = "here", dead: Sequence[str] = ()) -> None:
        self.rows = {} if rows is None else rows
        self.owner = owner
        self.dead = dead
        self.fail = 0
        self.cut = False
        self.commit = 0.0
        self.elsewhere = self.began = self.driving = False
        self.halted_until = 0
        self.rounds = 0
        self.beats: list[int] = []
        self.left = False

    def add(
        self,
        person: str,
        lane: Lane = Lane.DIALOG,
        *,
        now: int,
        message: dict[str, Any] | None = None,
        expires_at: int | None = None,
        segments: int = 1,
    ) -> str:
        name = f"{len(self.rows):06}"
        address = f"address of {person}"
        parcel = Parcel(name, person, lane, 0, now, expires_at, None, address, message or {"id": name}, segments)
        self.rows[name] = Row(parcel, due_at=now)
        return name

    async def round(
        self, verdicts: Sequence[Verdict], limit: int, bulk: int, now: int, ready_at: Callable[[str], int]
    ) -> Round:
        self.rounds += 1
        if self.commit:
            await asyncio.sleep(self.commit)
        if self.fail:
            self.fail -= 1
            raise ConnectionError("the database is away")
        for verdict in verdicts:
            self._settle(verdict, now)
        if self.elsewhere or now < self.halted_until:
            return Round()
        for row in self.rows.values():
            if row.state is State.QUEUED and row.parcel.expires_at is not None and row.parcel.expires_at <= now:
                row.move(State.EXPIRED)
        heads: dict[str, Row] = {}
        for row in sorted(self.rows.values(), key=lambda row: (row.parcel.lane, row.parcel.id)):
            if row.state is State.DISPATCHING:
                heads[row.parcel.person_id] = row
            elif row.open:
                heads.setdefault(row.parcel.person_id, row)
        due = [row for row in heads.values() if row.state is State.QUEUED and row.due_at <= now]
        due.sort(key=lambda row: (row.parcel.lane, row.due_at, row.parcel.id))
        dialog = [row for row in due if row.parcel.lane is Lane.DIALOG][:limit]
        rest = min(bulk, limit - len(dialog))
        others = [row for row in due if row.parcel.lane is not Lane.DIALOG][:rest]
        more = 0 < limit <= len(dialog) + len(others) or 0 < rest <= len(others)
        parcels, passed_over, taken = [], [], 0
        for row in dialog + others:
            ready = ready_at(row.parcel.person_id)
            if ready > now:
                row.due_at = min(ready, row.parcel.expires_at or ready)
                passed_over.append(row.due_at)
                continue
            if taken >= limit:
                more = True
                continue
            taken += row.parcel.segments
            row.move(State.DISPATCHING)
            row.owner = self.owner
            row.parcel = replace(row.parcel, attempt=row.parcel.attempt + 1, tried_at=row.parcel.tried_at or now)
            parcels.append(row.parcel)
        if self.cut and parcels:
            self.cut = False
            raise ConnectionError("the database did not say whether it committed")
        began, self.began = self.began, False
        return Round(parcels, passed_over, more, began)

    async def alive(self, now: int) -> None:
        self.beats.append(now)

    def drives(self) -> bool:
        return self.driving

    async def leave(self) -> None:
        self.left = True
        self.dead = (*self.dead, self.owner)
        self.owner += "+"

    async def abandoned(self, now: int) -> Sequence[Parcel]:  # noqa: ARG002
        if self.elsewhere:
            return []
        found = [row for row in self.rows.values() if row.state is State.DISPATCHING and row.owner in self.dead]
        for row in found:
            row.owner = self.owner
        return [row.parcel for row in found]

    def _settle(self, verdict: Verdict, now: int) -> None:
        row = self.rows[verdict.parcel.id]
        if verdict.halts:
            self.halted_until = now + round(HALT * 1000)
        if row.state is not State.DISPATCHING or row.owner != self.owner:
            return
        if isinstance(verdict, Again):
            row.move(State.QUEUED)
            row.due_at, row.reason = verdict.due_at, verdict.reason
            row.parcel = replace(row.parcel, flag=verdict.flag)
            return
        row.move(verdict.state)
        row.reason, row.provider_id, row.check_at = verdict.reason, verdict.provider_id, verdict.check_at
        if verdict.blocked:
            for other in self.rows.values():
                if other.parcel.person_id == row.parcel.person_id and other.state is State.QUEUED:
                    other.move(State.CANCELLED)
