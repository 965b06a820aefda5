"""python-telegram-bot's way to the network, over aiohttp: a fifth of the CPU of its own, and told apart errors.

https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html
"""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

ODV = Any
"""A number of seconds, None for no limit, or python-telegram-bot's mark for « as the request was made »."""

_JSON = {"Content-Type": "application/json"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


class NotConnected(NetworkError):
    """The request never left: no name, no connection, no free connection in time. Safe to send again."""


class AiohttpRequest(BaseRequest):
    """Requests of one bot. `connections` is how many may be open; the times are seconds.

    Raises `NotConnected`; `TimedOut` when the request left and no answer came in `read`; `NetworkError` when it left
    and the connection broke.
    """

    __slots__ = ("_connect", "_connections", "_read", "_session", "_timeout")

    def __init__(self, connections: int = 64, connect: float = 5.0, read: float = 20.0) -> None:
        self._connections = connections
        self._connect, self._read = connect, read
        self._timeout = self._limits(read)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        return self._read

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                headers={"User-Agent": self.USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODV = BaseRequest.DEFAULT_NONE,
        write_timeout: ODV = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - what we send is small
        connect_timeout: ODV = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODV = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if request_data is not None and request_data.contains_files:
            raise NotImplementedError("this bot sends no files")
        read = self._read if read_timeout is self.DEFAULT_NONE else read_timeout
        connect = self._connect if connect_timeout is self.DEFAULT_NONE else connect_timeout
        pool = self._connect if pool_timeout is self.DEFAULT_NONE else pool_timeout
        body = None if request_data is None else _encode(request_data.parameters).encode()
        return await self._exchange(method, url, body, self._limits(read, connect, pool))

    async def post_json(self, url: str, body: Mapping[str, Any], read: float | None = None) -> tuple[int, bytes]:
        """The short way for what is sent thousands of times, without a `RequestData`. `read`: other seconds to wait."""
        timeout = self._timeout if read is None else self._limits(read)
        return await self._exchange("POST", url, _encode(body).encode(), timeout)

    def _limits(
        self, read: float | None, connect: float | None = None, pool: float | None = None
    ) -> aiohttp.ClientTimeout:
        connect, pool = connect or self._connect, pool or self._connect
        return aiohttp.ClientTimeout(total=None, connect=connect + pool, sock_connect=connect, sock_read=read)

    async def _exchange(
        self, method: str, url: str, body: bytes | None, timeout: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the request is not initialized, or shut down")
        headers = None if body is None else _JSON
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotConnected(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut("no answer in time") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None
