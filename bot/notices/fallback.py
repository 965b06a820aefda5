"""Who was to be told on Telegram, where the notice failed, is told by SMS; not where nobody knows if it arrived."""

import asyncio

import structlog

from bot.notices.desk import GOOD_FOR, NoticeDesk
from bot.notices.queueing import Notice, queue_sms, stop_token
from bot.store import pickups
from bot.store.script import Script

log = structlog.get_logger(__name__)

EVERY = 15.0
"""Seconds between two looks."""
OVERLAP = 10 * 60_000
"""Milliseconds before the last look at which the next one begins: what was committing then may not have been seen."""
MOST = 200


def fall_back(desk: NoticeDesk, since_ms: int) -> Script[int]:
    """Queues an SMS, once, for at most `MOST` people whose other notice failed since; returns how many were found.

    Whoever wants no more notices, or whose notice is over, gets none. Any number of processes may do it at once.
    """
    now_ms = desk.now_ms()
    rows = yield from pickups.unreached(since_ms, now_ms, MOST)
    for row in rows:
        message_id = desk.new_id()
        if not (yield from pickups.fall_back_to(row.batch_id, row.row_number, message_id)):
            continue  # another process was faster
        notice = Notice(
            message_id,
            row.language,
            "student" if row.audience == "student" else "general",
            row.prefecture,
            row.batch_id,
            now_ms,
            row.expires_at,
        )
        token = yield from stop_token(desk, row.person_id)
        yield from queue_sms(desk, desk.wording(row.prefecture), row.person_id, notice, token)
    return len(rows)


class FallBack:
    """The worker: looks every quarter of a minute; to be run in one process or in several."""

    def __init__(self, desk: NoticeDesk) -> None:
        self._desk = desk
        self._since_ms: int | None = None

    async def run(self) -> None:
        """Until it is cancelled. A database that fails is asked again."""
        while True:
            try:
                if await self.look() == MOST:
                    continue
            except Exception as problem:
                log.error("fall_back", problem=type(problem).__name__)
            await asyncio.sleep(EVERY)

    async def look(self) -> int:
        """One look: from the last one on, the first time at all that may still be told."""
        now_ms = self._desk.now_ms()
        since_ms = now_ms - GOOD_FOR if self._since_ms is None else self._since_ms - OVERLAP
        found = await self._desk.database.run(lambda: fall_back(self._desk, since_ms))
        if found < MOST:
            self._since_ms = now_ms
        return found
