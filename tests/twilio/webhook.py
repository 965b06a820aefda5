"""Posts to the product: signed over the public URL, delivered where the product listens."""

import asyncio
from dataclasses import dataclass
from time import monotonic
from urllib.parse import parse_qsl, urldefrag, urlsplit

import aiohttp
from yarl import URL

from tests.twilio.signature import HEADER, sign

PATIENCE = 15.0
"""Seconds Twilio waits for an answer."""


@dataclass(frozen=True)
class Answer:
    """`status` None: nobody was there, or too slow."""

    status: int | None
    content_type: str = ""
    text: str = ""
    seconds: float = 0.0


class Webhook:
    """`routes` says where a public prefix is listened to, as a proxy in front of the product would know:
    {"https://rdv.example": "http://127.0.0.1:8000"}.

    `#rc=3&rp=all` at the end of a URL asks for repeats, as there; unless told, a connection that fails is tried once
    more (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
    """

    def __init__(self, token: str, routes: dict[str, str] | None = None, pause: float = 0.05) -> None:
        self.token, self.routes, self.pause = token, dict(routes or {}), pause
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, form: dict[str, str], *, token: str | None = None, signed: bool = True) -> Answer:
        """`token`: another one than ours, for a forgery; `signed` False leaves the signature out."""
        public, overrides = urldefrag(url)
        wanted = dict(parse_qsl(overrides))
        policy = set(wanted.get("rp", "ct").split(","))
        headers = {HEADER: sign(token or self.token, public, form)} if signed else {}
        answer = await self._once(public, form, headers)
        for _ in range(int(wanted.get("rc", 1))):
            if not _repeats(answer, policy):
                break
            await asyncio.sleep(self.pause)
            answer = await self._once(public, form, headers)
        return answer

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _once(self, public: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=100)
            self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE))
        started = monotonic()
        target = public
        for prefix, local in self.routes.items():
            if public.startswith(prefix):
                target = local + public.removeprefix(prefix)
                parts = urlsplit(public)
                headers = {**headers, "Host": parts.netloc, "X-Forwarded-Proto": parts.scheme}
        try:
            async with self._session.post(URL(target, encoded=True), data=form, headers=headers) as answer:
                return Answer(answer.status, answer.content_type, await answer.text(), monotonic() - started)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Answer(None, seconds=monotonic() - started)


def _repeats(answer: Answer, policy: set[str]) -> bool:
    if answer.status is None:
        return bool(policy & {"ct", "rt", "all"})
    return answer.status >= 400 and bool(policy & {f"{answer.status // 100}xx", "all"})
