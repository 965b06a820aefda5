"""The notices' own work: openings told wave after wave, reminders when they are due, an SMS where Telegram failed."""

import time
from collections.abc import Awaitable, Callable, Sequence

from starlette.routing import BaseRoute

from bot.agents.progress import Progress
from bot.delivery.process import this_process
from bot.notices.desk import NoticeDesk
from bot.notices.fallback import FallBack
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.notices.reminders import Reminders
from bot.notices.wording import NoWayToStop
from bot.parts.base import Base


class NoticesPart:
    """Runs where the work is done. What it queues is sent by the process that drives the sender; `queued` is called
    when there is something new, for it may be this one."""

    routes: Sequence[BaseRoute] = ()

    def __init__(self, base: Base, queued: Callable[[], None]) -> None:
        desk = base.desk
        openings = opening_desk(base)
        self._announcer = Announcer(openings, this_process(time.time_ns()), queued)
        self._reminders = Reminders(
            desk, base.database, this_process(time.time_ns()), base.clock, number=openings.number, queued=queued
        )
        self._progress = Progress(openings, this_process(time.time_ns()), queued)
        notices = notice_desk(base)
        self._fall_back = None if notices is None else FallBack(notices)

    async def open(self) -> None: ...

    def runs(self, *, web: bool, work: bool) -> Sequence[Awaitable[None]]:  # noqa: ARG002
        if not work:
            return ()
        running: list[Awaitable[None]] = [self._announcer.run(), self._progress.run(), self._reminders.run()]
        if self._fall_back is not None:
            running.append(self._fall_back.run())
        return running

    def wake(self) -> None: ...

    async def stop(self) -> None:
        self._announcer.stop()
        self._progress.stop()
        self._reminders.stop()

    async def close(self) -> None: ...


def notice_desk(base: Base) -> NoticeDesk | None:
    """Where card-ready notices are made; None where nobody could stop them."""
    desk = base.desk
    try:
        return NoticeDesk.of(base.settings, desk.knowledge, base.database, desk.vault, base.clock, desk.new_id)
    except NoWayToStop:
        return None


def opening_desk(base: Base) -> OpeningDesk:
    """Where openings are announced."""
    desk = base.desk
    return OpeningDesk.of(base.settings, desk.knowledge, base.database, desk.vault, base.clock, desk.new_id)
