"""The notices' own work: what was to be told on Telegram and could not be is told by SMS."""

from collections.abc import Awaitable, Sequence

from starlette.routing import BaseRoute

from bot.parts.base import Base


class NoticesPart:
    """Runs where the work is done; what it queues is sent by the process that drives the sender."""

    routes: Sequence[BaseRoute] = ()

    def __init__(self, base: Base) -> None:
        self._base = base

    async def open(self) -> None: ...

    def runs(self, *, web: bool, work: bool) -> Sequence[Awaitable[None]]:  # noqa: ARG002
        if not work:
            return ()
        from bot.notices.desk import NoticeDesk
        from bot.notices.fallback import FallBack
        from bot.notices.wording import NoWayToStop

        base, desk = self._base, self._base.desk
        try:
            notices = NoticeDesk.of(base.settings, desk.knowledge, base.database, desk.vault, base.clock, desk.new_id)
        except NoWayToStop:
            return ()
        return (FallBack(notices).run(),)

    async def stop(self) -> None: ...

    async def close(self) -> None: ...
