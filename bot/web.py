"""The HTTP door: Telegram's webhook, and what an operator watches."""

from collections.abc import Awaitable, Callable

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

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


def _operator(ready: Ready) -> Starlette:
    async def closed(_: Request) -> Response:
        return Response(status_code=403)

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> Response:
        return PlainTextResponse("ready") if await ready() else PlainTextResponse("not ready", status_code=503)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/telegram", closed, methods=["POST"]),
            Route("/healthz", health),
            Route("/readyz", readiness),
            Route("/metrics", metrics),
        ]
    )
