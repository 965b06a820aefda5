"""python-telegram-bot's way to the network, over our line: a fifth of the CPU of its own.

https://docs.python-telegram-bot.org/en/stable/telegram.request.baserequest.html
"""

from typing import Any

import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.line import Line
from bot.channels.telegram.unanswered import LineError, NoAnswer

ODV = Any
"""A number of seconds, None for no limit, or python-telegram-bot's mark for « as the request was made »."""


class LineRequest(BaseRequest):
    """The requests of a `telegram.Bot` over a line that is opened and closed elsewhere."""

    __slots__ = ("_line",)

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def read_timeout(self) -> float | None:
        return self._line.read

    async def initialize(self) -> None:
        await self._line.open()

    async def shutdown(self) -> None:
        await self._line.close()

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
            raise ValueError("this bot sends no files")
        read = self._line.read if read_timeout is self.DEFAULT_NONE else read_timeout
        connect = self._line.connect if connect_timeout is self.DEFAULT_NONE else connect_timeout
        pool = self._line.connect if pool_timeout is self.DEFAULT_NONE else pool_timeout
        body = None if request_data is None else orjson.dumps(request_data.parameters)
        try:
            return await self._line.exchange(method, url, body, self._line.limits(read, connect, pool))
        except NoAnswer as error:
            raise TimedOut(str(error)) from None
        except LineError as error:
            raise NetworkError(str(error)) from None
