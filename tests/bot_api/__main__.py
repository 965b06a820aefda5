"""The server as a process, until it is told to stop: `python -m tests.bot_api --port 8081 --delay 0.04`."""

import argparse
import asyncio
import signal

from tests.bot_api.limits import Limits
from tests.bot_api.server import BotApiServer


async def serve(options: argparse.Namespace) -> None:
    limits = Limits(overall=30, chat=1) if options.limits else Limits()
    async with BotApiServer(options.port, delay=options.delay, limits=limits, history=options.history) as server:
        print(server.url, flush=True)
        stopped = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopped.set)
        await stopped.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--limits", action="store_true", help="30 messages a second, 1 a second to a chat")
    parser.add_argument("--history", type=int, default=None, help="calls, and messages of a chat, that are kept")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(serve(options))


def _loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
