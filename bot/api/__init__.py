"""The agents' HTTP interface, under /api/v1. FastAPI is loaded with the first request, so that a start stays quick."""

import asyncio
from collections.abc import Callable

from bot.webhook import Application, Receiving, Scope, Sending

PREFIX = "/api/v1"


class Later:
    """An application made when the first request comes, in a thread: the loop goes on meanwhile."""

    def __init__(self, make: Callable[[], Application]) -> None:
        self._make = make
        self._made: asyncio.Future[Application] | None = None

    async def __call__(self, scope: Scope, receive: Receiving, send: Sending) -> None:
        """One request."""
        if self._made is None or (self._made.done() and self._made.exception()):
            self._made = asyncio.ensure_future(asyncio.to_thread(self._make))
        app = await asyncio.shield(self._made)
        await app(scope, receive, send)
