"""The HTTP door: Telegram's webhook, and what an operator watches."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.telegram.at_once import Call
from bot.channels.telegram.updates import Update
from bot.webhook import Application, Receiving, Scope, Sending, Webhook

Receive = Callable[[Update], Awaitable[Call | None]]
Ready = Callable[[], Awaitable[bool]]


def create_app(ready: Ready, receive: Receive | None = None, secret: str | None = None) -> Application:
    """The routes. Without `receive` there is no webhook, only what an operator watches."""
    operator = _operator(ready)
    webhook = Webhook(receive, secret) if receive is not None and secret is not None else None

    async def app(scope: Scope, receive: Receiving, send: Sending) -> None:
        if webhook is not None and scope["type"] == "http" and scope["path"] == "/telegram":
            await webhook(scope, receive, send)
        else:
            await operator(scope, receive, send)

    return app


def _operator(ready: Ready) -> FastAPI:
    app = FastAPI(title="rdv-sejour", docs_url=None, redoc_url=None, openapi_url=None)

    async def closed(_: Request) -> Response:
        return Response(status_code=403)

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> Response:
        return PlainTextResponse("ready") if await ready() else PlainTextResponse("not ready", status_code=503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    app.add_route("/telegram", closed, methods=["POST"])
    app.add_route("/healthz", health, methods=["GET"])
    app.add_route("/readyz", readiness, methods=["GET"])
    app.add_route("/metrics", metrics, methods=["GET"])
    return app
