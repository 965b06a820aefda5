"""Twilio's own Python client, sent to our server: the second opinion."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]
from twilio.http.response import Response  # type: ignore[import-untyped]
from twilio.rest import Client  # type: ignore[import-untyped]

from tests.twilio import TwilioServer
from tests.twilio.account import NOTICES

ADA, BEA = "+33639980001", "+33639980002"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Elsewhere(TwilioHttpClient):  # type: ignore[misc]
    """The official client, sent to our server."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=0.5)
        self.url = url

    def request(self, method: str, url: str, *arguments: Any, **named: Any) -> Response:
        return super().request(method, url.replace("https://api.twilio.com", self.url), *arguments, **named)


class Official:
    """Calls the official client in a thread."""

    def __init__(self, server: TwilioServer, token: str | None = None) -> None:
        self._http = Elsewhere(server.url)
        self._client = Client(server.account.sid, token or server.account.token, http_client=self._http)

    async def create(self, to: str = ADA, body: str = "Bonjour", **named: Any) -> Any:
        sender = {} if "messaging_service_sid" in named else {"from_": NOTICES}
        return await self._call(lambda: self._client.messages.create(to=to, body=body, **{**sender, **named}))

    async def list(self, **named: Any) -> list[Any]:
        found: list[Any] = await self._call(lambda: self._client.messages.list(**named))
        return found

    async def fetch(self, sid: str) -> Any:
        return await self._call(lambda: self._client.messages(sid).fetch())

    async def _call(self, what: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(what)

    def close(self) -> None:
        assert self._http.session is not None
        self._http.session.close()


@asynccontextmanager
async def held(**named: Any) -> AsyncIterator[tuple[TwilioServer, Official]]:
    """A server whose clock stands at noon."""
    async with TwilioServer(at=NOON, **named) as server:
        official = Official(server)
        yield server, official
        official.close()
