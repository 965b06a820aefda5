"""The message that shows an agent where their opening is, edited as it goes on; at the end, the report.

The edits go through the outbox as all else does: they keep the chat's pace, and the process that sends sends them. A
kill loses nothing, for what there is to show is computed anew each time.
"""

import json
from collections.abc import Callable

from bot.agents import linking, screens
from bot.channels.telegram.updates import CHANNEL
from bot.delivery.drive import DEAD
from bot.delivery.parcel import Lane
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.report import look, report
from bot.notices.rounds import Rounds
from bot.store import leases, outbox, people, watching
from bot.store.script import Script
from bot.store.watching import Watched
from bot.window import Message

EVERY = 3.0
"""Seconds between two looks."""
RESTS = 20.0
"""How many times as long as a look takes it rests: it costs at most a twentieth of the time."""
STALE = 10_000
"""Milliseconds after which an edit is not worth sending: a newer one follows."""
REPORTED = 24 * 3600 * 1000
"""Milliseconds for which a report is worth sending."""
LEASE = "opening progress"


class Progress(Rounds):
    """The worker, one process at a time. It stops after the look it is at."""

    def __init__(self, desk: OpeningDesk, holder: str, queued: Callable[[], None] = lambda: None) -> None:
        super().__init__(desk.database, holder, queued, every=EVERY, rests=RESTS, failed="progress_failed")
        self._desk = desk
        self._shown: dict[str, tuple[str, str]] = {}

    async def work(self) -> int:
        """One look at all that is followed; how many messages were queued."""
        followed = await self._database.run(watching.watched)
        queued = 0
        for each in followed:
            queued += await self._database.run(lambda each=each: self._look(each))  # type: ignore[misc]
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
