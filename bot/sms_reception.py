"""The reception of SMS: every message becomes a turn."""

from collections.abc import Callable
from datetime import datetime

from bot.incoming import Incoming
from bot.replies import Turned
from bot.store import people
from bot.store.database import Database
from bot.turn import Desk


class SmsReception:
    """Works a message to the commit of its turn. `queued` is called when there is something to deliver."""

    def __init__(
        self, desk: Desk, database: Database, clock: Callable[[], datetime], queued: Callable[[], None]
    ) -> None:
        self._desk, self._database, self._clock, self._queued = desk, database, clock, queued

    async def receive(self, incoming: Incoming) -> None:
        """Returns once the turn is committed; raises what kept it from committing."""
        turned: Turned = await self._database.run(lambda: self._desk.turn(incoming, self._clock()))
        if turned.queued:
            self._queued()
        if turned.erased:
            await self._database.run(people.erase_orphans)
