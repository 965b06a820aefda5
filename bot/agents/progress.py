"""The message that shows an agent where their opening is, edited as it goes on; at the end, the report.

The edits go through the outbox as all else does: they keep the chat's pace, and the process that sends sends them. A
kill loses nothing, for what there is to show is computed anew each time.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter

import structlog

from bot.agents import linking, screens
from bot.channels.telegram.updates import CHANNEL
from bot.delivery.drive import DEAD
from bot.delivery.parcel import Lane
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.report import look, report
from bot.store import leases, outbox, people, watching
from bot.store.script import Script
from bot.store.watching import Watched
from bot.window import Message

log = structlog.get_logger(__name__)

EVERY = 3.0
"""Seconds between two looks; longer where a look takes long, so that it costs at most a twentieth of the time."""
STALE = 10_000
"""Milliseconds after which an edit is not worth sending: a newer one follows."""
REPORTED = 24 * 3600 * 1000
"""Milliseconds for which a report is worth sending."""
LEASE = "opening progress"


class Progress:
    """The worker, one process at a time. `holder` names this one as no other; `queued` is called when there is
    something to deliver."""

    def __init__(self, desk: OpeningDesk, holder: str, queued: Callable[[], None] = lambda: None) -> None:
        self._desk, self._holder, self._queued = desk, holder, queued
        self._shown: dict[str, tuple[str, str]] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Works until `stop`. A database that fails is tried again."""
        while not self._stopping.is_set():
            began = perf_counter()
            try:
                await self.work()
            except Exception as problem:
                log.error("progress_failed", problem=type(problem).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(EVERY, 20 * (perf_counter() - began))):
                    await self._stopping.wait()
        with suppress(Exception):  # else the lease ends by itself
            await self._desk.database.run(lambda: leases.release(self._holder))

    def stop(self) -> None:
        """Ends `run` after the look it is at."""
        self._stopping.set()

    async def work(self) -> int:
        """One look at all that is followed; how many messages were queued. Nothing is written where nothing is."""
        followed = await self._desk.database.run(watching.watched)
        queued = 0
        for each in followed:
            queued += await self._desk.database.run(lambda each=each: self._look(each))  # type: ignore[misc]
        self._shown = {id: shown for id, shown in self._shown.items() if any(id == each.id for each in followed)}
        if queued:
            self._queued()
        return queued

    def _look(self, followed: Watched) -> Script[int]:
        now_ms = self._desk.now_ms()
        if (yield from leases.drive(LEASE, self._holder, now_ms, now_ms - DEAD)) is None:
            return 0
        actor = yield from linking.in_chat(followed.watcher_id)
        found = yield from look(self._desk, followed.id)
        person = yield from people.get(followed.watcher_id)
        if actor is None or found is None or person is None or person.blocked:
            yield from watching.unwatch(followed.id)
            return 0
        text, buttons = screens.following(found)
        messages = screens.shown(text, buttons, followed.progress_id)
        if found.is_over:
            yield from watching.unwatch(followed.id)
            final = yield from report(self._desk, actor, followed.id)
            told = screens.shown("\n".join(final.lines())) if final is not None else []
            return (yield from self._add(person.id, [*messages, *told], now_ms, REPORTED))
        last, said = self._shown.get(followed.id, ("", ""))
        news = json.dumps(messages, ensure_ascii=False)
        if last and not (yield from self._is_wanted(last, again=news == said)):
            return 0
        queued = yield from self._add(person.id, messages, now_ms, STALE, followed.id, news)
        return queued

    def _add(
        self, person_id: str, messages: list[Message], now_ms: int, worth: int, followed: str = "", news: str = ""
    ) -> Script[int]:
        for message in messages:
            id, sealed = self._desk.new_id(), self._desk.vault.seal_data(message)
            yield from outbox.add(id, person_id, CHANNEL, Lane.NOTICE, sealed, now_ms, now_ms, now_ms + worth)
            if followed:
                self._shown[followed] = (id, news)
        return len(messages)

    def _is_wanted(self, last: str, *, again: bool) -> Script[bool]:
        """Whether one more edit makes sense: not behind one that waits, and the same only if that one never left."""
        status = yield from outbox.status(last)
        state = "expired" if status is None else status.state
        return state == "expired" if again else state not in ("queued", "dispatching")
