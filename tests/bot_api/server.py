"""The server: one bot's methods under `/bot<token>/`, and the controls of its tests under `/control/`."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from aiohttp import web

from tests.bot_api.chats import Chats, Document
from tests.bot_api.faults import Fault, Faults
from tests.bot_api.limits import Limits
from tests.bot_api.queue import Queue
from tests.bot_api.refusal import Refusal

ME = {"id": 42, "is_bot": True, "first_name": "rdv-sejour", "username": "rdv_sejour_bot"}


@dataclass(frozen=True)
class Call:
    """A call as it came. `status` is what was answered, None for no answer; `done`: it was carried out."""

    at: float
    method: str
    parameters: dict[str, Any]
    status: int | None
    done: bool
    fault: str | None = None
    by_webhook: bool = False


class BotApiServer:
    """On the loopback. `port` 0 takes a free one; `delay`: seconds before each answer; `history`: calls to keep."""

    def __init__(
        self,
        port: int = 0,
        *,
        delay: float = 0.0,
        limits: Limits | None = None,
        token: str | None = None,
        history: int | None = None,
    ) -> None:
        self.port, self.delay, self.token = port, delay, token
        self.limits = limits or Limits()
        self.faults = Faults()
        self.chats = Chats(keep=history)
        self.calls: deque[Call] = deque(maxlen=history)
        self.counts: Counter[str] = Counter()
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.listeners: list[Callable[[Call], None]] = []
        """Told of every call, once it was carried out."""
        self._more = asyncio.Condition()

    # --- a test's view ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, method: str) -> list[Call]:
        """The calls of a method, in the order in which they came."""
        return [call for call in self.calls if call.method == method]

    async def until(self, count: int, *methods: str, seconds: float = 10.0) -> None:
        """Returns once these methods have been called so often. Raises TimeoutError."""
        await self.when(lambda: sum(self.counts[method] for method in methods) >= count, seconds)

    async def when(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Returns once the condition holds; looked at after every call. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._more:
            await self._more.wait_for(condition)

    async def __aenter__(self) -> "BotApiServer":
        self.queue = Queue(self._by_webhook)
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        from tests.bot_api.control import add_controls

        add_controls(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.queue.stop()
        await self._runner.cleanup()

    # --- calls -----------------------------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, parameters = request.match_info["method"], await _parameters(request)
        if self.token is not None and request.match_info["token"] != self.token:
            return _answer(Refusal(401, "Unauthorized").body(), 401)
        fault = self.faults.next(method, parameters)
        if fault is not None and fault.kind in ("too_many", "error_before", "reset_before", "forbidden"):
            return await self._fail(request, method, parameters, fault)
        if self.delay and method != "getUpdates":
            await asyncio.sleep(self.delay)
        done, status, body = await self._carry_out(method, parameters)
        if fault is None:
            await self._record(Call(monotonic(), method, parameters, status, done))
            return _answer(body, status)
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._record(Call(monotonic(), method, parameters, status, done, fault.kind))
            return _answer(body, status)
        return await self._fail(request, method, parameters, fault, done=done)

    async def _carry_out(self, method: str, parameters: dict[str, Any]) -> tuple[bool, int, dict[str, Any]]:
        try:
            return True, 200, {"ok": True, "result": await self._call(method, parameters)}
        except Refusal as refusal:
            return False, refusal.status, refusal.body()

    async def _call(self, method: str, parameters: dict[str, Any]) -> Any:
        if "chat_id" in parameters:
            self.limits.check(method, parameters["chat_id"])
        match method:
            case "sendMessage":
                return self.chats.send(parameters)
            case "sendDocument":
                return self.chats.send_document(parameters)
            case "editMessageText":
                return self.chats.edit_text(parameters)
            case "editMessageReplyMarkup":
                return self.chats.edit_markup(parameters)
            case "answerCallbackQuery":
                if not parameters.get("callback_query_id"):
                    raise Refusal.bad("query is too old and response timeout expired or query ID is invalid")
                return True
            case "sendChatAction":
                self.chats.open(parameters)
                return True
            case "getUpdates":
                return await self.queue.get(parameters)
            case "setWebhook":
                return await self.queue.set_webhook(parameters)
            case "deleteWebhook":
                return await self.queue.set_webhook({**parameters, "url": ""})
            case "getWebhookInfo":
                url, waiting = self.queue.webhook.get("url", ""), len(self.queue.pending)
                return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}
            case "setMyCommands":
                self.commands[parameters.get("language_code", "")] = parameters["commands"]
                return True
            case "getMe":
                return ME
        raise Refusal(404, "Not Found: method not found")

    async def _by_webhook(self, call: dict[str, Any]) -> None:
        """The call that a webhook's answer holds; Telegram tells nobody what became of it."""
        parameters = {name: value for name, value in call.items() if name != "method"}
        done, status, _ = await self._carry_out(call["method"], parameters)
        await self._record(Call(monotonic(), call["method"], parameters, status, done, by_webhook=True))

    async def _fail(
        self, request: web.Request, method: str, parameters: dict[str, Any], fault: Fault, done: bool = False
    ) -> web.StreamResponse:
        refusal = {
            "too_many": Refusal.too_many(int(fault.seconds)),
            "forbidden": Refusal.blocked(),
        }.get(fault.kind, Refusal(fault.status, "Bad Gateway"))
        silent = fault.kind in ("reset_before", "reset_after", "no_answer")
        status = None if silent else refusal.status
        await self._record(Call(monotonic(), method, parameters, status, done, fault.kind))
        if fault.kind == "no_answer":
            await asyncio.Event().wait()
        if silent and request.transport is not None:
            request.transport.abort()
        return _answer(refusal.body(), refusal.status)

    async def _record(self, call: Call) -> None:
        self.calls.append(call)
        self.counts[call.method] += 1
        for listener in self.listeners:
            listener(call)
        async with self._more:
            self._more.notify_all()


def _answer(body: dict[str, Any], status: int) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )


async def _parameters(request: web.Request) -> dict[str, Any]:
    """The parameters of a call, from JSON, a form or the query, numbers and objects as such."""
    if request.content_type == "application/json":
        body = await request.read()
        return json.loads(body) if body else {}
    given = {**request.query, **await request.post()}
    return {
        str(name): _document(value) if isinstance(value, web.FileField) else _read(str(value))
        for name, value in given.items()
    }


def _document(field: web.FileField) -> Document:
    with field.file:
        return Document(field.filename, field.content_type, field.file.read())


def _read(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in "{[-0123456789tf" else text
    except ValueError:
        return text
