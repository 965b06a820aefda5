"""The reception of Telegram: every update becomes a turn, whether it was posted to us or fetched."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime

import structlog

from bot.channels.telegram.activity import activity
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.at_once import Call, at_once
from bot.channels.telegram.updates import CHANNEL, Update, read
from bot.delivery.handover import Handover
from bot.incoming import Incoming
from bot.replies import Turned
from bot.store import people
from bot.store.database import Database
from bot.turn import Desk
from bot.words import SOURCE_LANGUAGE

log = structlog.get_logger(__name__)


class Reception:
    """Works an update to the commit of its turn. `queued` is called when there is something to deliver.

    With a `handover`, a reply may be claimed in its turn, and is given to it as soon as that is committed.
    """

    def __init__(
        self,
        desk: Desk,
        database: Database,
        api: BotApi,
        clock: Callable[[], datetime],
        queued: Callable[[], None],
        handover: Handover | None = None,
    ) -> None:
        self._desk, self._database, self._api = desk, database, api
        self._clock, self._queued, self._handover = clock, queued, handover

    async def receive(self, update: Update) -> Call | None:
        """Returns, once the turn is committed, what may be answered at once; raises what kept it from committing."""
        try:
            incoming = read(update, self._desk.knowledge)
            call = at_once(update, self._desk.words(CHANNEL, SOURCE_LANGUAGE))
        except (KeyError, TypeError, ValueError) as problem:
            # Of a shape nobody told us of: it will not be better the next time, and others wait behind it.
            log.error("update_unreadable", id=update["update_id"], problem=type(problem).__name__)
            return None
        if incoming is not None:
            async with activity(self._api, incoming):
                turned = await self._turn(incoming)
            if turned.handed is not None and self._handover is not None:
                self._handover.take(turned.handed)
            if turned.queued > (turned.handed is not None):
                self._queued()
            if turned.erased:
                await self._database.run(people.erase_orphans)
        return call

    async def _turn(self, incoming: Incoming) -> Turned:
        """The turn, committed."""
        with nullcontext() if self._handover is None else self._handover.expecting():
            return await self._database.run(lambda: self._desk.turn(incoming, self._clock(), self._handover))

    async def handle(self, update: Update) -> None:
        """The same for an update that was fetched: what is answered at once needs its own call, beside all else."""
        call = await self.receive(update)
        if call is not None:
            self._api.beside(call)
