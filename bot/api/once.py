"""A request is done once, however often it is asked."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any

from bot.agents.actor import Actor
from bot.api.problems import Problem
from bot.clock import milliseconds
from bot.store import answered_requests
from bot.store.answered_requests import Answered, Asked
from bot.store.database import Database
from bot.store.sealed import Vault

BEAT = 1.5
"""Seconds between two signs of life; four of them missing, and whoever asks again goes on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is kept."""

    status: int
    body: Any
    headers: Mapping[str, str]


class Once:
    """Does requests by their key, and remembers their answers, sealed."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database, self._vault, self._clock = database, vault, clock

    async def do(self, actor: Actor, key: str, request: str, work: Callable[[str], Awaitable[Reply]]) -> Reply:
        """The reply of `work`, or the one it gave before. `work` is given a digest of who asks what by which key: after
        a crash it is called again with the same one, to go on where it stood.

        Raises Problem where the key was given with another request, or the same one is being done; and what `work`
        raises. Its Problems are its word that it did nothing: the key is then free again.
        """
        whose = actor.agent_id or actor.signature
        asked = Asked(whose, self._vault.digest("request key", key), self._vault.digest("request", request))
        holder = f"{asked.lease}:{token_hex(8)}"
        standing = await self._database.run(lambda: answered_requests.begin(asked, holder, self._now()))
        if isinstance(standing, Answered):
            return self._open(standing.sealed)
        if standing == "another":
            raise Problem("idempotency-key-used")
        if standing == "in progress":
            raise Problem("in-progress", headers={"Retry-After": "5"})
        beating = asyncio.create_task(self._beat(asked, holder))
        try:
            reply = await work(self._vault.digest("asked", f"{whose}:{asked.key}:{asked.digest}"))
            sealed = self._vault.seal_data(asdict(reply))
            return self._open(await self._database.run(lambda: answered_requests.answer(asked, holder, sealed)))
        except Problem:
            await self._database.run(lambda: answered_requests.leave(asked, holder, undone=True))
            raise
        except BaseException:
            with suppress(Exception):  # a database that is gone: the lease ends by itself
                await self._database.run(lambda: answered_requests.leave(asked, holder, undone=False))
            raise
        finally:
            beating.cancel()

    async def _beat(self, asked: Asked, holder: str) -> None:
        while True:
            await asyncio.sleep(BEAT)
            with suppress(Exception):
                await self._database.run(lambda: answered_requests.alive(asked, holder, self._now()))

    def _open(self, sealed: str) -> Reply:
        return Reply(**self._vault.open_data(sealed))

    def _now(self) -> int:
        return milliseconds(self._clock())
