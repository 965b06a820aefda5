"""What the product would have behind its URL, with Twilio's own validator in front."""

from collections.abc import Callable

from aiohttp import web
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]


class Hook:
    """What the product would have behind its URL. It keeps what came and whether Twilio's own validator takes it."""

    def __init__(self, token: str, public: str | None = None) -> None:
        self.token, self.public = token, public
        self.statuses: list[int] = []
        self.answer: Callable[[], web.Response] = web.Response
        self.got: list[tuple[dict[str, str], bool]] = []

    @property
    def said(self) -> list[str]:
        return [form["MessageStatus"] for form, valid in self.got if valid]

    async def take(self, request: web.Request) -> web.Response:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        url = (self.public or self.base) + request.raw_path
        signature = request.headers.get("X-Twilio-Signature", "")
        self.got.append((form, RequestValidator(self.token).validate(url, form, signature)))
        return web.Response(status=self.statuses.pop(0)) if self.statuses else self.answer()

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_post("/{anything:.*}", self.take)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[union-attr]
        return self.base

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()
