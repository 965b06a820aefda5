"""A broadcast on Telegram, at the pace the Bot API allows, while people chat; and one that is killed twice.

    python -m bench.broadcast [--people 2000] [--talkers 4] [--pause 12] [--folder DIR]

The assistant is a process of its own, `rdv-sejour run` on SQLite; the Bot API server, in this one, answers after 40 ms
and refuses what comes faster than 30 messages in any second, or 1 a second to a chat. 3 % of the people have blocked
the bot, some chats are flooded. The shortest possible time is that of all who are told at 30 a second; it is printed
also for all that left meanwhile, since what people are answered takes its places of the same thirty.
"""

import argparse
import asyncio
import os
import tempfile
from pathlib import Path
from statistics import quantiles

import uvloop

from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from tests.crash.audience import Talkers
from tests.crash.broadcast import Accounts, broadcasting

RATE = 30.0
OVER, TIMES_QUIET = 1.03, 1.5
"""The goals: times the shortest possible time; people's p95 in times of the quiet one."""
QUIET_PAUSE, QUIET_SECONDS = 3.0, 40.0


async def undisturbed(folder: Path, asked: argparse.Namespace) -> tuple[Accounts, list[float], list[float]]:
    """A broadcast that nobody kills: the accounts, and what people waited before it and meanwhile."""
    async with broadcasting(folder, _database(folder), people=asked.people, rate=RATE) as broadcast:
        talkers = Talkers(broadcast.server, asked.talkers)
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(QUIET_SECONDS, over.set)
        quiet = await talkers.talk(QUIET_PAUSE, over)
        over = asyncio.Event()
        talking = asyncio.create_task(talkers.talk(asked.pause, over))
        await broadcast.begin()
        await broadcast.over(_patience(asked.people))
        over.set()
        return broadcast.accounts(), quiet, await talking


async def killed(folder: Path, asked: argparse.Namespace) -> Accounts:
    """One in the middle of which the process is killed twice."""
    async with broadcasting(folder, _database(folder), people=asked.people, rate=RATE) as broadcast:
        await broadcast.begin()
        await broadcast.killed(2, _patience(asked.people))
        await broadcast.over(_patience(asked.people))
        return broadcast.accounts()


def report(accounts: Accounts, quiet: list[float], during: list[float]) -> bool:
    """Prints it; whether all goals are met."""
    print(accounts)
    print(f"  {accounts.seconds:.1f} s; {accounts.replies} replies and {accounts.repeated} repeats left meanwhile")
    before, meanwhile = _p95(quiet), _p95(during)
    print(f"  people's p95: {before:.0f} ms of {len(quiet)} before, {meanwhile:.0f} ms of {len(during)} meanwhile")
    once = accounts.told == {0: accounts.blocked, 1: accounts.people - accounts.blocked}
    return all(
        [
            _goal("times N/30", accounts.over_limit, OVER),
            _goal("times all that left/30", accounts.over_all, OVER),
            _goal("p95, times the quiet one", meanwhile / before, TIMES_QUIET),
            _goal("429 of our own doing", accounts.refused, 0),
            _goal("not told exactly once", 0 if once else 1, 0),
            _goal("blocked and not marked", accounts.blocked - accounts.marked, 0),
        ]
    )


def report_killed(accounts: Accounts) -> bool:
    """Prints it; whether everybody was told once or is shown as uncertain."""
    print(f"\nkilled twice: {accounts}")
    return all(
        [
            _goal("told twice", sum(people for times, people in accounts.told.items() if times > 1), 0),
            _goal("forgotten", accounts.forgotten, 0),
            _goal("429 of our own doing", accounts.refused, 0),
            _goal("uncertain, more than on their way", accounts.states.get("uncertain", 0) - accounts.struck, 0),
        ]
    )


def _database(folder: Path) -> str:
    url = sqlite_url(folder / "bench.db")
    migrate(url)
    return url


def _patience(people: int) -> float:
    return 60.0 + people / 10


def _p95(waits: list[float]) -> float:
    """In milliseconds."""
    return 1000 * quantiles(waits, n=20, method="inclusive")[-1]


def _goal(name: str, value: float, goal: float) -> bool:
    met = value <= goal
    print(f"  {name:36} {value:6.3f}  goal {goal:g}: {'met' if met else 'missed'}")
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--talkers", type=int, default=4)
    parser.add_argument("--pause", type=float, default=12.0, help="seconds between a reply and what people do next")
    parser.add_argument("--folder", metavar="DIR", help="on this disk")
    asked = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(dir=asked.folder) as one, tempfile.TemporaryDirectory(dir=asked.folder) as other:
        met = [
            report(*uvloop.run(undisturbed(Path(one), asked))),
            report_killed(uvloop.run(killed(Path(other), asked))),
        ]
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
    if not all(met):
        raise SystemExit("a goal was missed")


if __name__ == "__main__":
    main()
