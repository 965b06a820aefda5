"""The server as a process, until it is told to stop: `python -m tests.twilio --port 8082 --pace 10`."""

import argparse
import asyncio
import signal

from tests.twilio.account import Account
from tests.twilio.server import TwilioServer


async def serve(options: argparse.Namespace) -> None:
    account = Account(sid=options.sid, token=options.token)
    account.senders |= set(options.sender)
    routes = dict(route.split("=", 1) for route in options.route)
    async with TwilioServer(
        options.port,
        account=account,
        segments_per_second=options.pace,
        delay=options.delay,
        routes=routes,
        seed=options.seed,
    ) as server:
        print(server.url, flush=True)
        stopped = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopped.set)
        await stopped.wait()


def main() -> None:
    known = Account()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8082)
    parser.add_argument("--sid", default=known.sid, help="the account")
    parser.add_argument("--token", default=known.token)
    parser.add_argument("--sender", action="append", default=[], help=f"beside {', '.join(sorted(known.senders))}")
    parser.add_argument("--pace", type=float, default=0.0, help="segments a second of each sender; 0: no limit")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument(
        "--route", action="append", default=[], metavar="PUBLIC=LOCAL", help="where a URL is listened to"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the faults that strike by chance")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
