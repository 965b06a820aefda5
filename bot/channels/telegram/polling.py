"""Long polling: updates are asked for, and confirmed only once their turns are committed.

https://core.telegram.org/bots/api#getupdates: an update is confirmed by asking for the ones after it, so a process
that dies between the two gets its updates again, and the inbox knows them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import structlog

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.unanswered import LineError
from bot.channels.telegram.updates import ALLOWED, Update

log = structlog.get_logger(__name__)

WAIT = 50
"""Seconds the server may keep the line open when there is nothing."""
MOST = 100
"""Updates a call may bring; the Bot API's own limit."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries when nothing works."""

Handle = Callable[[Update], Awaitable[None]]
"""Works one update to its commit. What it raises makes the update come again."""
Save = Callable[[int], Awaitable[None]]
"""Keeps the offset: the number after the last update that is done."""


class Polling:
    """Asks for updates until it is cancelled. People are served side by side, each in the order they wrote."""

    def __init__(
        self, api: BotApi, handle: Handle, offset: int | None = None, save: Save | None = None, wait: int = WAIT
    ) -> None:
        self._api, self._handle, self._save, self._wait = api, handle, save, wait
        self.offset = offset

    async def run(self) -> None:
        pause = 0.0
        while True:
            try:
                await self.work(await self._fetch())
                pause = 0.0
                continue
            except NoUpdates as error:
                pause = error.wait or _longer(pause)
                log.warning("telegram.polling", status=error.status, pause=pause)
            except LineError as error:
                pause = _longer(pause)
                log.warning("telegram.polling", error=type(error).__name__, pause=pause)
            except Exception as error:
                # The store is away, say: nothing is confirmed, everything comes again.
                pause = _longer(pause)
                log.error("telegram.polling", error=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)

    async def work(self, updates: Iterable[Update]) -> None:
        """The turns of a batch; then the offset moves past those that are done. Raises what a turn raised."""
        lines: dict[object, list[Update]] = {}
        for update in updates:
            lines.setdefault(_person(update), []).append(update)
        if not lines:
            return
        undone = [each for each in await asyncio.gather(*map(self._line, lines.values())) if each is not None]
        first = min(undone, key=lambda each: each[0], default=None)
        reached = first[0] if first else 1 + max(line[-1]["update_id"] for line in lines.values())
        if reached != self.offset:
            if self._save is not None:
                await self._save(reached)
            self.offset = reached
        if first is not None:
            raise first[1]

    async def _line(self, line: list[Update]) -> tuple[int, Exception] | None:
        """One person's updates in their order; the first that fails, with what it raised."""
        for update in line:
            try:
                await self._handle(update)
            except Exception as error:
                return update["update_id"], error
        return None

    async def _fetch(self) -> list[Update]:
        asked: dict[str, Any] = {"timeout": self._wait, "limit": MOST, "allowed_updates": ALLOWED}
        if self.offset is not None:
            asked["offset"] = self.offset
        status, answer = await self._api.post("getUpdates", asked, read=self._wait + 10)
        if status != 200:
            raise NoUpdates(status, float(answer.get("parameters", {}).get("retry_after", 0)))
        updates: list[Update] = answer["result"]
        return updates


class NoUpdates(Exception):
    """The server refused: too many calls (`wait` seconds), another process polls or a webhook is set (409)…"""

    def __init__(self, status: int, wait: float) -> None:
        super().__init__(f"getUpdates: {status}")
        self.status, self.wait = status, wait


def _longer(pause: float) -> float:
    return min(max(2 * pause, 0.5), LONGEST_PAUSE)


def _person(update: Update) -> object:
    """Whose update it is, to keep each person's in order."""
    for content in update.values():
        if isinstance(content, dict):
            if "message" in content:  # a pressed button
                return content["message"]["chat"]["id"]
            if "chat" in content:
                return content["chat"]["id"]
            if "from" in content:
                return content["from"]["id"]
    return update["update_id"]
