"""The Bot API of one bot: python-telegram-bot's methods for what is rare, a short way for what is not."""

import asyncio
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

from bot.channels.telegram.at_once import Call
from bot.channels.telegram.commands import menus
from bot.channels.telegram.file import File
from bot.channels.telegram.unanswered import LineError
from bot.channels.telegram.updates import ALLOWED
from bot.loading import loading
from bot.words import Words

if TYPE_CHECKING:
    import telegram

    from bot.channels.telegram.line import Line

PUBLIC = "https://api.telegram.org"


class BotApi:
    """Calls in the name of `token`, to the server at `url`, over a line that opens with the first; to be closed.

    `connections` may be open at a time; an answer may take `read` seconds.
    """

    def __init__(self, token: str, url: str = PUBLIC, *, connections: int = 64, read: float = 20.0) -> None:
        self._connections, self._read = connections, read
        self._line: Line | None = None
        self._opening: asyncio.Future[Line] | None = None
        self._token, self._base = token, f"{url.rstrip('/')}/bot"
        self._prefix = f"{self._base}{token}/"
        # Replies have the other half of the connections for themselves.
        self._places_beside = asyncio.Semaphore(max(1, connections // 2))
        self._beside: set[asyncio.Task[None]] = set()

    @cached_property
    def bot(self) -> "telegram.Bot":
        """python-telegram-bot's bot over the same line, loaded when first needed: it takes a while."""
        with loading():
            import telegram

            from bot.channels.telegram.request import LineRequest

        if self._line is None:
            raise RuntimeError("the line is not open")
        request = LineRequest(self._line)
        return telegram.Bot(self._token, base_url=self._base, request=request, get_updates_request=request)

    async def open(self) -> "Line":
        """The line. What it needs is loaded beside the turns: that takes a tenth of a second."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._opened())
        return await asyncio.shield(self._opening)

    async def load(self) -> None:
        """Loads what the rare methods need, which takes as long again."""
        await self.open()
        await asyncio.to_thread(lambda: self.bot)

    async def close(self) -> None:
        for calling in self._beside:
            calling.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)
        if self._opening is not None:
            await (await self._opening).close()

    async def _opened(self) -> "Line":
        line = await asyncio.to_thread(_new_line, self._connections, self._read)
        await line.open()
        self._line = line
        return line

    async def post(
        self, method: str, parameters: Mapping[str, Any], read: float | None = None
    ) -> tuple[int, dict[str, Any]]:
        """One call: the status, and the answer as `answer_of` reads it. Raises `LineError`."""
        line = self._line or await self.open()
        status, body = await line.post(self._prefix + method, parameters, read)
        return status, answer_of(body)

    async def upload(
        self, method: str, parameters: Mapping[str, Any], field: str, file: File
    ) -> tuple[int, dict[str, Any]]:
        """The same with a file under one of the parameters."""
        line = self._line or await self.open()
        status, body = await line.upload(self._prefix + method, parameters, field, file)
        return status, answer_of(body)

    async def at_once(self, call: Call) -> None:
        """A call whose loss costs nobody anything: an answer to a pressed button, « typing… »."""
        parameters = {name: value for name, value in call.items() if name != "method"}
        try:
            await self.post(call["method"], parameters)
        except LineError:
            return

    def beside(self, call: Call) -> None:
        """The same, and nobody waits for it."""

        async def made() -> None:
            async with self._places_beside:
                await self.at_once(call)

        calling = asyncio.create_task(made())
        self._beside.add(calling)
        calling.add_done_callback(self._beside.discard)

    async def listen(self, url: str, secret: str, connections: int = 40) -> None:
        """Telegram posts the updates to `url` (https://core.telegram.org/bots/api#setwebhook)."""
        await self.bot.set_webhook(url, secret_token=secret, max_connections=connections, allowed_updates=ALLOWED)

    async def fall_silent(self) -> None:
        """Telegram keeps the updates until they are asked for; none is dropped."""
        await self.bot.delete_webhook()

    async def show_menus(self, words: Callable[[str], Words]) -> None:
        """The menu of commands, in every language."""
        for menu in menus(words):
            commands = [(each["command"], each["description"]) for each in menu["commands"]]
            await self.bot.set_my_commands(commands, language_code=menu.get("language_code"))


def _new_line(connections: int, read: float) -> "Line":
    with loading():
        from bot.channels.telegram.line import Line
    return Line(connections, read=read)


def answer_of(body: bytes) -> dict[str, Any]:
    """The body of an answer; empty when it is none of the Bot API (a proxy's page)."""
    try:
        answer = orjson.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
