"""The load, a process of its own: the Bot API, and people who answer every question as soon as it is there.

    python -m bench.load --port 8081

`POST /bench` with `{"chats", "seconds", "warm", "delay", "pid"}` holds so many conversations at a time for so long,
and answers with what it measured. A wait is counted from the moment Telegram has the update to the moment it has the
reply; the time of a processor is that of the process `pid`.
"""

import argparse
import asyncio
import gc
import statistics
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import psutil
import uvloop
from aiohttp import web

from bench.conversation import turns
from tests.bot_api import BotApiServer, Person

REPLIES = frozenset({"sendMessage", "editMessageText"})


@dataclass(frozen=True)
class Measured:
    """A run: turns a second, waits in milliseconds, the time of a processor a turn (ours and the load's) in ms."""

    chats: int
    delay: float
    rate: float
    p50: float
    p95: float
    p99: float
    cpu: float
    load_cpu: float
    memory: float


class Walker:
    """Somebody who holds the conversation again and again."""

    def __init__(self, server: "LoadServer", number: int) -> None:
        self._person = Person(server, number)
        self._replied = asyncio.Event()
        self._round, self._next = number, 0

    def replied(self) -> None:
        self._replied.set()

    async def turn(self) -> float:
        """One turn; the seconds until its reply."""
        self._replied.clear()
        does = turns(self._round)[self._next]
        self._next += 1
        if self._next == len(turns(self._round)):
            self._round, self._next = self._round + 1, 0
        asked = perf_counter()
        await (self._person.press(does) if "=" in does else self._person.say(does))
        await self._replied.wait()
        return perf_counter() - asked


class LoadServer(BotApiServer):
    """The Bot API that tells the walkers of their replies."""

    def __init__(self, port: int) -> None:
        super().__init__(port, history=4)
        self.walkers: dict[int, Walker] = {}

    async def _carry_out(self, method: str, parameters: dict[str, Any]) -> tuple[bool, int, dict[str, Any]]:
        result = await super()._carry_out(method, parameters)
        if method in REPLIES:
            if not result[0]:
                raise RuntimeError(f"the assistant sent what nobody takes: {result[2]}")
            walker = self.walkers.get(parameters["chat_id"])
            if walker is not None:
                walker.replied()
        return result

    async def bench(self, chats: int, seconds: float, warm: float, delay: float, pid: int) -> Measured:
        self.delay = delay
        self.queue.posts.clear()
        for number in range(1, chats + 1):
            self.walkers.setdefault(number, Walker(self, number))
        waits: list[float] = []
        process, load = psutil.Process(pid), psutil.Process()
        end = float("inf")

        async def walk(walker: Walker, after: float) -> None:
            await asyncio.sleep(after)
            while perf_counter() < end:
                waits.append(await walker.turn())

        # People do not start at the same moment, or all would come to the longest turn together.
        walking = [
            asyncio.create_task(walk(walker, warm * number / (2 * chats)))
            for number, walker in enumerate(list(self.walkers.values())[:chats])
        ]
        await asyncio.sleep(warm)
        waits.clear()
        began, cpu, load_cpu = perf_counter(), _cpu(process), _cpu(load)
        await asyncio.sleep(seconds)
        took, count = perf_counter() - began, len(waits)
        cpu, load_cpu = _cpu(process) - cpu, _cpu(load) - load_cpu
        cuts = [1000 * each for each in statistics.quantiles(waits, n=100)]
        memory = process.memory_info().rss / 1e6
        end = perf_counter()
        async with asyncio.timeout(30):
            await asyncio.gather(*walking)
        each = 1000 / count
        return Measured(chats, delay, count / took, cuts[49], cuts[94], cuts[98], cpu * each, load_cpu * each, memory)


def _cpu(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system


async def serve(port: int) -> None:
    async with LoadServer(port) as server:

        async def bench(request: web.Request) -> web.Response:
            return web.json_response(asdict(await server.bench(**await request.json())))

        # Its own port: the Bot API's application is closed to more routes.
        app = web.Application()
        app.router.add_post("/bench", bench)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        gc.freeze()
        print(server.url, runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    uvloop.run(serve(parser.parse_args().port))
