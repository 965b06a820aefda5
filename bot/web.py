"""The HTTP door: Telegram's webhook, and what an operator watches.

https://core.telegram.org/bots/api#setwebhook: the secret token comes back in a header; an update is delivered again
until it is answered with 200, so 200 is answered only after the commit.
"""

import hmac
import json
from collections.abc import Awaitable, Callable

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.telegram.at_once import Call
from bot.channels.telegram.updates import Update

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header, not the secret
LARGEST = 1 << 20
"""Bytes of the largest update read; Telegram's are far smaller."""

Receive = Callable[[Update], Awaitable[Call | None]]
Ready = Callable[[], Awaitable[bool]]


def create_app(ready: Ready, receive: Receive | None = None, secret: str | None = None) -> FastAPI:
    """The routes. Without `receive` there is no webhook, only what an operator watches."""
    app = FastAPI(title="rdv-sejour", docs_url=None, redoc_url=None, openapi_url=None)

    async def telegram(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        if receive is None or secret is None or not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=403)
        body = await request.body()
        try:
            update = json.loads(body) if len(body) <= LARGEST else None
        except ValueError:
            update = None
        if not isinstance(update, dict) or "update_id" not in update:
            return Response(status_code=400)
        try:
            call = await receive(update)
        except Exception as problem:
            # Its words might hold personal data. Telegram delivers the update again.
            log.error("turn_failed", problem=type(problem).__name__)
            return Response(status_code=500)
        return Response(status_code=200) if call is None else JSONResponse(call)

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> Response:
        return PlainTextResponse("ready") if await ready() else PlainTextResponse("not ready", status_code=503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    # Plain routes: an update is checked by hand, so the framework's own parsing would only cost time.
    app.add_route("/telegram", telegram, methods=["POST"])
    app.add_route("/healthz", health, methods=["GET"])
    app.add_route("/readyz", readiness, methods=["GET"])
    app.add_route("/metrics", metrics, methods=["GET"])
    return app
