"""The updates that wait, and the two ways to get them: asked for, or posted to a webhook."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any
from weakref import WeakValueDictionary

import aiohttp

from tests.bot_api.refusal import Refusal

Update = dict[str, Any]


class Queue:
    """`respond` carries out the call that a webhook's answer may hold. A post that fails is repeated after
    `pause` seconds, longer each time, until it is answered with 2xx."""

    def __init__(self, respond: Callable[[dict[str, Any]], Any], pause: float = 0.05) -> None:
        self._respond = respond
        self._numbers = count(1001)
        self._news = asyncio.Condition()
        self._poll = 0
        self._allowed: list[str] | None = None
        self._posters: list[asyncio.Task[None]] = []
        self._todo: asyncio.Queue[int] = asyncio.Queue()
        self._lines: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self.pause = pause
        self.pending: dict[int, Update] = {}
        self.posts: list[tuple[int, int | None]] = []
        """Every post: the number of the update, and the status it was answered with; None when it was not."""
        self.webhook: dict[str, Any] = {}

    async def add(self, update: Update) -> int:
        """Queues an update, numbered unless it has a number."""
        update.setdefault("update_id", next(self._numbers))
        number: int = update["update_id"]
        kind = next(name for name in update if name != "update_id")
        if self._allowed is not None and kind not in self._allowed:
            return number
        self.pending[number] = update
        self._todo.put_nowait(number)
        async with self._news:
            self._news.notify_all()
        return number

    async def settled(self) -> None:
        """Returns when every update has been taken."""
        async with self._news:
            await self._news.wait_for(lambda: not self.pending)

    # --- asked for -------------------------------------------------------------------------------------------

    async def get(self, parameters: dict[str, Any]) -> list[Update]:
        """getUpdates (https://core.telegram.org/bots/api#getupdates)."""
        if self.webhook.get("url"):
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        if parameters.get("allowed_updates") is not None:
            self._allowed = list(parameters["allowed_updates"]) or None
        self._poll += 1
        mine = self._poll
        offset, limit = int(parameters.get("offset", 0)), int(parameters.get("limit", 100))
        async with self._news:
            self._news.notify_all()
            ordered = sorted(self.pending)
            confirmed = [n for n in ordered if n < offset] if offset > 0 else ordered[:offset] if offset < 0 else []
            for number in confirmed:
                del self.pending[number]
            with suppress(TimeoutError):
                async with asyncio.timeout(float(parameters.get("timeout", 0))):
                    await self._news.wait_for(lambda: bool(self.pending) or mine != self._poll)
        if mine != self._poll:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure only one bot is running")
        return [self.pending[number] for number in sorted(self.pending)[:limit]]

    # --- posted ----------------------------------------------------------------------------------------------

    async def set_webhook(self, parameters: dict[str, Any]) -> bool:
        await self.stop()
        if parameters.get("drop_pending_updates"):
            self.pending.clear()
        if parameters.get("allowed_updates") is not None:
            self._allowed = list(parameters["allowed_updates"]) or None
        self.webhook = parameters if parameters.get("url") else {}
        if self.webhook:
            self._todo = asyncio.Queue()
            for number in sorted(self.pending):
                self._todo.put_nowait(number)
            connections = int(parameters.get("max_connections", 40))
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=connections), timeout=aiohttp.ClientTimeout(total=30)
            )
            self._posters = [asyncio.create_task(self._post_all()) for _ in range(connections)]
        return True

    async def stop(self) -> None:
        for poster in self._posters:
            poster.cancel()
        await asyncio.gather(*self._posters, return_exceptions=True)
        if self._posters:
            await self._session.close()
        self._posters = []

    async def _post_all(self) -> None:
        while True:
            number = await self._todo.get()
            async with self._in_turn(number):
                pause = self.pause
                while number in self.pending and not await self._post(number):
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 5.0)
            async with self._news:
                self._news.notify_all()

    def _in_turn(self, number: int) -> asyncio.Lock:
        """A chat's updates are posted one after the other, as the real server does; those of others meanwhile."""
        update = self.pending.get(number, {})
        content = next((content for content in update.values() if isinstance(content, dict)), {})
        chat = (content.get("chat") or content.get("from") or {}).get("id", number)
        return self._lines.setdefault(chat, asyncio.Lock())

    async def _post(self, number: int) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        status = None
        try:
            async with self._session.post(self.webhook["url"], json=self.pending[number], headers=headers) as answer:
                status, body = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        finally:
            self.posts.append((number, status))
        if not 200 <= status < 300:
            return False
        self.pending.pop(number, None)
        with suppress(ValueError, Refusal):
            call = json.loads(body) if body else None
            if isinstance(call, dict) and "method" in call:
                await self._respond(call)
        return True
