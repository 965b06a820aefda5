"""The HTTP door: the webhook, the routes of the parts, the agents' interface, and what an operator watches."""

from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.api import PREFIX
from bot.webhook import Application, Receiving, Scope, Sending

Ready = Callable[[], Awaitable[bool]]


def create_app(
    ready: Ready,
    routes: Sequence[BaseRoute] = (),
    webhook: Application | None = None,
    api: Application | None = None,
) -> Application:
    """One application. Without `webhook` nobody may post to /telegram; `api` answers whole paths under its prefix."""
    others = _others(ready, routes)

    async def app(scope: Scope, receive: Receiving, send: Sending) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if webhook is not None and path == "/telegram":
            await webhook(scope, receive, send)
        elif api is not None and (path == PREFIX or path.startswith(f"{PREFIX}/")):
            await api(scope, receive, send)
        else:
            await others(scope, receive, send)

    return app


def _others(ready: Ready, routes: Sequence[BaseRoute]) -> Starlette:
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
            *routes,
            Route("/telegram", closed, methods=["POST"]),
            Route("/healthz", health),
            Route("/readyz", readiness),
            Route("/metrics", metrics),
        ]
    )
