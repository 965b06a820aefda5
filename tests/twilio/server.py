"""The server: one account's messages under `/2010-04-01/Accounts/`, and the controls of its tests under `/control/`."""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from tests.twilio.account import Account
from tests.twilio.callbacks import Callbacks
from tests.twilio.clock import Clock
from tests.twilio.creation import checked
from tests.twilio.faults import BEFORE, Call, Fault, Faults
from tests.twilio.life import Life, Lives
from tests.twilio.limits import Pace
from tests.twilio.listing import page, selected
from tests.twilio.messages import Message, Messages
from tests.twilio.refusal import Refusal
from tests.twilio.segments import segments
from tests.twilio.webhook import Webhook

_BASE = "/2010-04-01/Accounts/{account}/Messages"


@dataclass(frozen=True)
class Request:
    """A request as it came. `status` is what was answered, None for no answer; `sid`: the message it made."""

    at: float
    call: Call
    parameters: dict[str, str]
    status: int | None
    sid: str | None = None
    fault: str | None = None


class TwilioServer:
    """On the loopback. `port` 0 takes a free one.

    `at` holds the clock there until `server.clock.advance(seconds)`; None: it runs as `now` says (unix seconds), and
    messages live as fast as `life` says in real time. `segments_per_second`: the pace of each sender, 0 for none.
    `delay`: seconds before each answer.
    `lag`: seconds before a new message shows in the list. `routes`: where a public URL is listened to (see `Webhook`).
    """

    def __init__(
        self,
        port: int = 0,
        *,
        account: Account | None = None,
        at: datetime | None = None,
        now: Callable[[], float] = time.time,
        life: Life | None = None,
        segments_per_second: float = 0,
        delay: float = 0.0,
        lag: float = 0.0,
        routes: dict[str, str] | None = None,
        seed: int = 0,
    ) -> None:
        self.port, self.delay, self.lag = port, delay, lag
        self.account = account or Account()
        self.faults, self.pace, self.messages = Faults(seed), Pace(segments_per_second), Messages()
        self.webhook = Webhook(self.account.token, routes)
        self.clock = Clock(at, lambda: self.callbacks.settled(), now)
        self.callbacks = Callbacks(self.account, self.clock, self.faults, self.webhook, lambda *_: self._news())
        self.lives = Lives(
            self.account, self.clock, self.faults, self.callbacks, life or Life(), lambda _: self._news()
        )
        self.requests: deque[Request] = deque()
        self.counts: Counter[str] = Counter()
        self.listeners: list[Callable[[Request], None]] = []
        """Told of every request, once it was carried out."""
        self._waiting: set[asyncio.Future[None]] = set()

    # --- a test's view ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, call: Call) -> list[Request]:
        """The requests of a kind, in the order in which they came."""
        return [request for request in self.requests if request.call == call]

    async def when(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Returns once the condition holds; looked at after every request, step and callback. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition():
                news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.add(news)
                try:
                    await news
                finally:
                    self._waiting.discard(news)

    def receive(self, number: str, to: str, text: str) -> Message:
        """An SMS from a person, as it stands in the list; its webhook is the `Person`'s to post."""
        self.account.hear(to, number, text)
        message = Message(to, number, text, segments(text), "inbound")
        message.become("received", self.clock.now())
        self.messages.add(message)
        return message

    def reply(self, sender: str, to: str, body: str) -> None:
        """An SMS that the answer to a webhook sends."""
        if (sender, to) not in self.account.opted_out:
            self._begin(Message(to, sender, body, segments(body), "outbound-reply"))

    async def __aenter__(self) -> "TwilioServer":
        from tests.twilio.control import add_controls

        app = web.Application(client_max_size=1 << 20)
        app.router.add_post(f"{_BASE}.json", partial(self._handle, "create"))
        app.router.add_get(f"{_BASE}.json", partial(self._handle, "list"))
        app.router.add_get(f"{_BASE}/{{sid}}.json", partial(self._handle, "fetch"))
        add_controls(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=1024)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.clock.stop()
        await self.callbacks.stop()
        await self._runner.cleanup()
        await self.webhook.close()

    # --- requests --------------------------------------------------------------------------------------------

    async def _handle(self, call: Call, request: web.Request) -> web.StreamResponse:
        given = {str(name): str(value) for name, value in {**request.query, **await request.post()}.items()}
        fault = self.faults.of_request(call, given.get("To", "")) if self._knows(request) else None
        sid: str | None = None
        answer = None if fault is None or fault.kind not in BEFORE else _failed(fault)
        if answer is None:
            if self.delay:
                await asyncio.sleep(self.delay)
            sid, answer = self._carry_out(call, request, given)
            if fault is not None and fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            elif fault is not None:
                answer = _failed(fault)
        silent = fault is not None and fault.kind.startswith(("reset", "silence"))
        status = None if silent else answer.status
        self._record(Request(self.clock.now(), call, given, status, sid, fault.kind if fault else None))
        if fault is not None and fault.kind.startswith("silence"):
            await asyncio.Event().wait()
        if silent and request.transport is not None:
            request.transport.abort()
        return answer

    def _carry_out(self, call: Call, request: web.Request, given: dict[str, str]) -> tuple[str | None, web.Response]:
        try:
            if not self._knows(request):
                raise Refusal(20003)
            if call == "create":
                message = self._create(given)
                return message.sid, _json(message.as_result(self.account.sid), 201)
            if call == "fetch":
                found = self.messages.find(request.match_info["sid"])
                if found is None:
                    raise Refusal(20404, request.path)
                return None, _json(found.as_result(self.account.sid))
            return None, _json(self._list(given, request.path))
        except Refusal as refusal:
            return None, _json(refusal.body(), refusal.status)

    def _create(self, given: dict[str, str]) -> Message:
        message = checked(self.account, given)
        self.pace.take(message.sender or message.service or "", message.segments, self.clock.now())
        return self._begin(message)

    def _begin(self, message: Message) -> Message:
        self.lives.begin(message)
        self.messages.add(message)
        return message

    def _list(self, given: dict[str, str], path: str) -> dict[str, Any]:
        among = self.messages.to(given["To"]) if given.get("To") else self.messages.all
        latest = self.clock.now() - self.lag
        shown = [message for message in among if message.created_at <= latest] if self.lag else among
        return page(selected(shown, given), given, path, self.account.sid)

    def _knows(self, request: web.Request) -> bool:
        mine = request.match_info["account"] == self.account.sid
        return mine and request.headers.get("Authorization") == self.account.authorization

    def _record(self, request: Request) -> None:
        self.requests.append(request)
        self.counts[request.call] += 1
        for listener in self.listeners:
            listener(request)
        self._news()

    def _news(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


def _failed(fault: Fault) -> web.Response:
    """The answer of a request that a fault struck. What a gateway says in the server's place is no JSON."""
    if fault.kind in ("too_many", "refused"):
        refusal = Refusal(20429 if fault.kind == "too_many" else fault.code)
        return _json(refusal.body(), refusal.status)
    if fault.status == 500:
        return _json(Refusal(20500).body(), 500)
    return web.Response(status=fault.status, text="<html>upstream connect error</html>", content_type="text/html")


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")
