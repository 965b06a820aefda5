"""The worker that says what is due: reminders, the question after three notices, the word at the end.

One process at a time has the lease, so that the work is done once; that nothing is said twice rests on the rows alone.
A machine that was off finds what is due by then: what still makes sense is said, the rest ends.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.answering import Answering
from bot.clock import milliseconds
from bot.delivery.drive import DEAD
from bot.notices import caps
from bot.notices.due import ask, compose
from bot.notices.planning import edition, replan
from bot.notices.rounds import Rounds
from bot.store import leases, plans, subscriptions
from bot.store.database import Database
from bot.store.script import Script

log = structlog.get_logger(__name__)

LEASE = "reminders"
POLL = 2.0
"""Seconds between two looks for what is due."""
ASK_EVERY = timedelta(minutes=5)
"""Between two looks for people to be asked, among all who wait: nobody minds when exactly."""
PAGE = 200
"""People looked up at once."""
TOGETHER = 8
"""People written to at once: with one database file their commits are one."""

Say = Callable[[Answering, str, datetime, str | None], Script[int]]


class Reminders(Rounds):
    """`number`: where an SMS that cannot be answered is stopped. People are written to on the channels the desk has
    words for. It stops after those it is writing to."""

    def __init__(
        self,
        desk: Answering,
        database: Database,
        holder: str,
        clock: Callable[[], datetime],
        *,
        number: str | None = None,
        queued: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(database, holder, queued, every=POLL, failed="reminders_failed")
        self._desk, self._clock, self._number = desk, clock, number
        self._asked: datetime | None = None
        self._looked_after = False

    async def work(self) -> int:
        said = 0
        if not self._looked_after and await self._is_ours():
            self._looked_after = await self.plan_anew()
        for channel in (*self._desk.renderers, *self._desk.windows):
            said += await self._say(compose, partial(self._due, channel))
        now = self._clock()
        if self._asked is None or now - self._asked >= ASK_EVERY:
            self._asked = now
            said += await self._say(ask, self._silent)
        return said

    async def plan_anew(self) -> bool:
        """Plans again what another edition of the knowledge had planned; False where it was told to stop."""
        number, after = edition(self._desk.knowledge.folder), ""
        while people := await self._database.run(partial(plans.planned_otherwise, number, after, PAGE)):
            for person_id in people:
                if self._stopping.is_set():
                    return False
                try:
                    await self._database.run(partial(self._plan_again, person_id))
                except Exception as problem:
                    log.error("replan_failed", problem=type(problem).__name__)
            after = people[-1]
        return True

    async def _say(self, say: Say, find: Callable[[], Script[list[str]]]) -> int:
        """One thing after the other to all who are found; each person once, whatever goes wrong with them."""
        said, seen = 0, set[str]()
        while people := [each for each in await self._database.run(find) if each not in seen]:
            if self._stopping.is_set() or not await self._is_ours():
                return said
            seen.update(people)
            for start in range(0, len(people), TOGETHER):
                queued = await asyncio.gather(*(self._tell(say, each) for each in people[start : start + TOGETHER]))
                said += sum(queued)
                if any(queued):
                    self._queued()
        return said

    async def _tell(self, say: Say, person_id: str) -> int:
        try:
            return await self._database.run(lambda: say(self._desk, person_id, self._clock(), self._number))
        except Exception as problem:  # they are looked at again, and nobody waits for them
            log.error("reminder_failed", problem=type(problem).__name__)
            return 0

    def _plan_again(self, person_id: str) -> Script[None]:
        rows, _ = yield from plans.hold(person_id)
        if rows:
            conversation = self._desk.conversation(rows[-1].sealed_conversation, rows[-1].language)
            yield from replan(self._desk, rows, conversation.facts, self._clock())

    def _due(self, channel: str) -> Script[list[str]]:
        return plans.people_due(channel, self._ms(), PAGE)

    def _silent(self) -> Script[list[str]]:
        now_ms = self._ms()
        return subscriptions.silent(now_ms - caps.REST_MS, caps.MOST_UNANSWERED, now_ms - caps.SILENCE_MS, PAGE)

    async def _is_ours(self) -> bool:
        now_ms = self._ms()
        return await self._database.run(lambda: leases.take(LEASE, self._holder, now_ms, now_ms - DEAD))

    def _ms(self) -> int:
        return milliseconds(self._clock())
