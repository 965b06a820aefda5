"""The announcer: the worker that draws, tells wave after wave, and closes what is over. One process at a time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.delivery.drive import DEAD
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.waves import Place, Step, step
from bot.notices.openings.wording import Sealing, is_quiet, sealed
from bot.notices.rounds import Rounds
from bot.store import leases, openings
from bot.store.openings import OpeningRow
from bot.store.script import Script

POLL = 1.0
"""Seconds between two looks for what is due."""
LEASE = "openings"


class Announcer(Rounds):
    """The worker. It stops after the step it is in."""

    def __init__(self, desk: OpeningDesk, holder: str, queued: Callable[[], None] = lambda: None) -> None:
        super().__init__(desk.database, holder, queued, every=POLL, failed="announcer_failed")
        self._desk = desk
        self._sealed: dict[tuple[str, bool], Sealing] = {}
        self._stamp = 0

    async def work(self) -> int:
        queued = 0
        for id in await self._database.run(lambda: openings.due(self._desk.now_ms())):
            place: Place | None = Place()
            while place is not None and not self._stopping.is_set():
                done = await self._database.run(partial(self._step, id, place, self._now()))
                place = done.place
                queued += done.queued
                if done.queued:
                    self._queued()
        if len(self._sealed) > 64:
            self._sealed.clear()
        return queued

    def _step(self, id: str, place: Place, now_ms: int) -> Script[Step]:
        """A step, if this is the process that takes them."""
        if (yield from leases.drive(LEASE, self._holder, now_ms, now_ms - DEAD)) is None:
            return Step(None)
        return (yield from step(self._desk, id, place, now_ms, self._texts))

    def _now(self) -> int:
        """A millisecond of its own for each step."""
        self._stamp = max(self._desk.now_ms(), self._stamp + 1)
        return self._stamp

    def _texts(self, opening: OpeningRow) -> Sealing:
        """Sealed once for all its steps. What leaves in the last moments before the quiet hours comes silently too."""
        lasting = timedelta(seconds=opening.wave_size / self._desk.messages)
        moment = datetime.fromtimestamp(self._stamp / 1000, UTC)
        key = (opening.id, is_quiet(self._desk, opening.prefecture, moment, lasting))
        if key not in self._sealed:
            self._sealed[key] = sealed(self._desk, opening, silent=key[1])
        return self._sealed[key]
