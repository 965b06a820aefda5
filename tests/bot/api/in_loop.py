"""An application that lives on an event loop of its own, for clients that bring another one with every request."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.webhook import Application, Receiving, Scope, Sending

Result = TypeVar("Result")


class InLoop:
    """A loop in a thread; `wrapped` applications are run there, whichever loop they are called from."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def wrapped(self, app: Application) -> Application:
        async def there(scope: Scope, receive: Receiving, send: Sending) -> None:
            if scope["type"] != "http":
                return
            parts, more = [], True
            while more:
                part = await receive()
                parts.append(part.get("body", b""))
                more = part.get("more_body", False)
            sent: list[Any] = []

            async def read() -> Any:
                return {"type": "http.request", "body": b"".join(parts), "more_body": False}

            async def keep(message: Any) -> None:
                sent.append(message)

            doing = asyncio.run_coroutine_threadsafe(app(scope, read, keep), self._loop)  # type: ignore[arg-type]
            await asyncio.wrap_future(doing)
            for message in sent:
                await send(message)

        return there
