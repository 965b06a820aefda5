"""The door of every route: who asks, how much, in what; and what goes wrong behind it, answered as a problem.

The key is looked at before the body is read, which FastAPI's own dependencies would not do.
https://fastapi.tiangolo.com/how-to/custom-request-and-route/
"""

from collections.abc import Callable, Coroutine
from math import ceil
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.agents import keys
from bot.agents.actor import Actor
from bot.api.problems import Problem
from bot.api.throttle import Throttle
from bot.store.database import Database
from bot.store.sealed import Vault

log = structlog.get_logger(__name__)

LARGEST = 5_000_000
"""Bytes of a body: 10,000 permits with long references are some 2 MB."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Gate:
    """Lets in whoever shows a key that opens."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        self._throttle = Throttle()

    async def admit(self, request: Request) -> Actor:
        """Whose key the request shows, looked up anew each time: a revoked one is refused at once. Raises Problem."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        address = request.client.host if request.client else ""
        if scheme.lower() != "bearer" or not key:
            raise Problem("no-key", headers={"WWW-Authenticate": 'Bearer realm="rdv-sejour"'})
        challenge = {"WWW-Authenticate": 'Bearer realm="rdv-sejour", error="invalid_token"'}
        if not keys.is_key(key := key.strip()):
            raise Problem("no-key", headers=challenge)
        digest = keys.digest(self._vault, key)
        if wait := self._throttle.wait(address, digest):
            raise Problem("too-many-wrong-keys", headers={"Retry-After": str(ceil(wait))})
        actor = await self._database.run(lambda: keys.recognise(digest))
        if actor is None:
            self._throttle.wrong(address)
            raise Problem("no-key", headers=challenge)
        self._throttle.right(digest)
        return actor


class Bounded(Request):
    """A request whose body is read up to a limit."""

    async def body(self) -> bytes:
        """The body. Raises Problem when it is too large, before all of it has come."""
        if not hasattr(self, "_body"):
            parts, size = [], 0
            async for part in self.stream():
                size += len(part)
                if size > LARGEST:
                    raise Problem("too-large", headers={"Connection": "close"})
                parts.append(part)
            self._body = b"".join(parts)
        return self._body


class Guarded(APIRoute):
    """A route behind the gate of its application (`app.state.gate`)."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                request.state.actor = await request.app.state.gate.admit(request)
                bounded = Bounded(request.scope, request.receive)
                if request.method == "POST":
                    _expect_json(request)
                    await bounded.body()  # now: what is raised while FastAPI reads it, FastAPI says in its own way
                return await handle(bounded)
            except (Problem, HTTPException, RequestValidationError):
                raise
            except Exception as problem:
                # Its words might hold what was sent.
                log.error("api_failed", path=self.path, problem=type(problem).__name__)
                raise Problem("ours") from None

        return guarded


def _expect_json(request: Request) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != "application/json":
        raise Problem("not-json", headers={"Accept": "application/json"})
    if int(request.headers.get("content-length", "0") or 0) > LARGEST:
        raise Problem("too-large", headers={"Connection": "close"})
