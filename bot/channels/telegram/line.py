"""The line to the Bot API: JSON posted over aiohttp, and told apart what may be sent again when it breaks.

What is sent thousands of times goes this way; python-telegram-bot, for the rest, is given the same line (request.py).
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

from bot.channels.telegram.file import File
from bot.channels.telegram.unanswered import Broken, NoAnswer, NotConnected

_JSON = {"Content-Type": "application/json"}
_HEADERS = {"User-Agent": "rdv-sejour", "Accept": "*/*", "Accept-Encoding": "identity"}


class Line:
    """Requests of one bot. `connections` is how many may be open; the times are seconds."""

    def __init__(self, connections: int = 64, connect: float = 5.0, read: float = 20.0) -> None:
        self.connect, self.read = connect, read
        self._connections = connections
        self._timeout = self.limits(read)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                headers=_HEADERS,
            )

    async def close(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def post(self, url: str, body: Mapping[str, Any], read: float | None = None) -> tuple[int, bytes]:
        """The status and the body of the answer. `read`: other seconds to wait. Raises `LineError`."""
        timeout = self._timeout if read is None else self.limits(read)
        return await self.exchange("POST", url, orjson.dumps(body), timeout)

    async def upload(self, url: str, body: Mapping[str, Any], field: str, file: File) -> tuple[int, bytes]:
        """The same with a file under a field, as `multipart/form-data`
        (https://core.telegram.org/bots/api#sending-files)."""
        form = aiohttp.FormData()
        for name, value in body.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        form.add_field(field, file.content, filename=file.name, content_type=file.media_type)
        return await self.exchange("POST", url, form, self._timeout)

    def limits(
        self, read: float | None, connect: float | None = None, pool: float | None = None
    ) -> aiohttp.ClientTimeout:
        connect, pool = connect or self.connect, pool or self.connect
        return aiohttp.ClientTimeout(total=None, connect=connect + pool, sock_connect=connect, sock_read=read)

    async def exchange(
        self, method: str, url: str, body: bytes | aiohttp.FormData | None, timeout: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the line is not open")
        headers = _JSON if isinstance(body, bytes) else None
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise Broken(type(error).__name__) from None
