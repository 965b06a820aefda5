"""The page that a notice's link leads to, where nobody can answer STOP: one button, nothing else.

Opening it changes nothing: phones and mail filters open links before people do.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Literal

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.clock import milliseconds
from bot.store import opt_outs, people
from bot.store.database import Database
from bot.store.script import Script
from bot.words import TEMPLATES, Words
from dialogs.machine import LANGUAGES

log = structlog.get_logger(__name__)

PATH = "/s/{token}"
FOLDER = "web"
_STYLE = (TEMPLATES / FOLDER / "stop.css").read_text("utf-8").removesuffix("\n")  # as a template includes it
_ITS_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_ITS_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address is the secret of whoever got the SMS: nobody may keep it, index it, frame it or pass it on."""

State = Literal["asks", "done", "unknown"]

_TOKEN = re.compile(r"[A-Za-z0-9_-]{6,64}")


class StopPage:
    """GET asks, POST ends every SMS to the number; a link that leads to nobody always shows the same page."""

    def __init__(self, database: Database, words: Callable[[str, str], Words], clock: Callable[[], datetime]) -> None:
        self._database, self._words, self._clock = database, words, clock

    @property
    def routes(self) -> list[Route]:
        return [Route(PATH, self._page, methods=["GET", "POST"])]

    async def _page(self, request: Request) -> Response:
        token = request.path_params["token"]
        try:
            state = await self._state(token, ends=request.method == "POST")
        except Exception as problem:
            log.error("stop_page_failed", problem=type(problem).__name__)
            return Response(status_code=503, headers=HEADERS)
        return HTMLResponse(self.page(state), status_code=404 if state == "unknown" else 200, headers=HEADERS)

    async def _state(self, token: str, *, ends: bool) -> State:
        if not _TOKEN.fullmatch(token):
            return "unknown"
        now = milliseconds(self._clock())
        return await self._database.run(lambda: _stop(token, now) if ends else _ask(token))

    def page(self, state: State) -> str:
        """The page in every language, one below the other: nobody knows who opens it."""
        spoken = [(language, self._words(FOLDER, language).gettext) for language in LANGUAGES]
        return self._environment.get_template("stop.j2").render(spoken=spoken, state=state)

    @cached_property
    def _environment(self) -> Environment:
        return Environment(
            loader=FileSystemLoader(TEMPLATES / FOLDER),
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
        )


def _ask(token: str) -> Script[State]:
    return "asks" if (yield from people.of_stop_token(token)) is not None else "unknown"


def _stop(token: str, now_ms: int) -> Script[State]:
    whose = yield from people.of_stop_token(token)
    if whose is None:
        return "unknown"
    yield from opt_outs.end_all(whose["channel"], whose["digest"], whose["id"], now_ms)
    return "done"
