"""The assistant under load, beside aiogram in memory: turns a second, waits, processor, memory, start.

    python -m bench.telegram [--runs 2] [--seconds 3] [--chats 1 32 256] [--modes webhook polling] [--profile]

Everybody holds the conversation of bench/conversation.py, and answers as soon as the reply is there. Each assistant is
a process of its own, so is the load (bench/load.py). The Bot API answers at once, then after 40 ms. With several runs,
medians. On SQLite in a temporary folder; TMPDIR chooses another disk.
"""

import argparse
import itertools
import os
import pstats
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.assistants import Load, aiogram, ours, rivals_python
from bench.conversation import write_screens
from bench.crowd import fill
from bench.turn_cost import costs

DELAYS = (0.0, 0.04)
OURS, RIVAL = "rdv-sejour", "aiogram"
TIMES_RIVAL, CPU_MS, START_SECONDS = 1.5, 1.2, 1.0
"""The goals, at 32 chats in flight over the webhook."""
GOAL_CHATS = 32
CROWDS = (1_000, 100_000)

Case = tuple[str, str, float, int]
"""Whose, mode, delay, chats in flight."""


@contextmanager
def running(name: str, load: Load, folder: Path, webhook: bool, profile: Path | None = None) -> Iterator[int]:
    """An assistant ready for the load."""
    if name == OURS:
        with ours(load.url, folder, webhook, profile) as (pid, _):
            load.until_called("setWebhook" if webhook else "deleteWebhook")
            yield pid
    else:
        screens = folder / "screens.json"
        write_screens(screens)
        with aiogram(load.url, screens, webhook) as pid:
            load.until_called("setWebhook" if webhook else "deleteWebhook")
            yield pid


def measure(options: argparse.Namespace) -> dict[Case, list[dict[str, Any]]]:
    """All cases, the two assistants in turn, as often as asked."""
    found: dict[Case, list[dict[str, Any]]] = defaultdict(list)
    for _ in range(options.runs):
        for mode in options.modes:
            for name in (OURS, RIVAL):
                with (
                    tempfile.TemporaryDirectory() as folder,
                    Load() as load,
                    running(name, load, Path(folder), mode == "webhook") as pid,
                ):
                    load.run(chats=GOAL_CHATS, seconds=1, warm=0.5, delay=0, pid=pid)
                    for delay, chats in itertools.product(DELAYS, options.chats):
                        asked = {"chats": chats, "seconds": options.seconds, "warm": 0.5, "delay": delay}
                        found[name, mode, delay, chats].append(load.run(**asked, pid=pid))
    return found


def report(found: dict[Case, list[dict[str, Any]]]) -> None:
    """A line a case; ours with the ratio to the rival's."""
    print(f"\n{'':10} {'mode':8} {'API':>5} {'chats':>5} {'turns/s':>8} {'ms CPU':>7} {'p50':>7} {'p95':>7} {'p99':>7}")
    median = {
        case: {field: statistics.median(run[field] for run in runs) for field in runs[0]}
        for case, runs in found.items()
    }
    for case in sorted(median, key=lambda case: (case[1:], case[0])):
        (name, mode, delay, chats), one = case, median[case]
        line = f"{name:10} {mode:8} {delay * 1000:3.0f}ms {chats:5} {one['rate']:8.0f} {one['cpu']:7.2f}"
        line += f" {one['p50']:7.1f} {one['p95']:7.1f} {one['p99']:7.1f}"
        rival = median.get((RIVAL, mode, delay, chats))
        if name == OURS and rival is not None:
            line += f"  {one['rate'] / rival['rate']:.2f} x {RIVAL}, {rival['cpu'] / one['cpu']:.2f} x per CPU"
        print(line)
    for delay in DELAYS:
        us, them = (median.get((name, "webhook", delay, GOAL_CHATS)) for name in (OURS, RIVAL))
        if us is not None and them is not None:
            _goal(f"times aiogram, API after {delay * 1000:.0f} ms", us["rate"] / them["rate"], TIMES_RIVAL, more=True)
            _goal(f"ms CPU a turn, API after {delay * 1000:.0f} ms", us["cpu"], CPU_MS)


def crowds() -> None:
    """Start and memory by the number of conversations in the database."""
    for people in CROWDS:
        with tempfile.TemporaryDirectory() as folder, Load() as load:
            fill(Path(folder) / "bench.db", people)
            with ours(load.url, Path(folder), webhook=True) as (pid, start):
                load.until_called("setWebhook")
                memory = load.run(chats=GOAL_CHATS, seconds=3, warm=1, delay=0, pid=pid)["memory"]
        print(f"\n{people} conversations in the database: {memory:.0f} MB once {GOAL_CHATS} chats have talked")
        _goal("seconds from the start to /readyz", start, START_SECONDS)


def profiled(seconds: float) -> None:
    """What the bot's process does, by cProfile: its event loop, not the thread that commits."""
    with tempfile.TemporaryDirectory() as folder, Load() as load:
        profile = Path(folder) / "profile"
        with running(OURS, load, Path(folder), webhook=True, profile=profile) as pid:
            load.run(chats=GOAL_CHATS, seconds=seconds, warm=1, delay=0, pid=pid)
        stats = pstats.Stats(str(profile)).strip_dirs()
        stats.sort_stats("tottime").print_stats(40)
        stats.sort_stats("cumtime").print_stats(60)


def _goal(name: str, value: float, goal: float, *, more: bool = False) -> None:
    met = value >= goal if more else value <= goal
    print(f"  {name:36} {value:6.2f}  goal {goal:g}: {'met' if met else 'missed'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--chats", type=int, nargs="+", default=[1, 32, 256])
    parser.add_argument("--modes", nargs="+", default=["webhook", "polling"], choices=["webhook", "polling"])
    parser.add_argument("--profile", action="store_true", help="only the profile of the bot's process")
    options = parser.parse_args()
    if options.profile:
        profiled(options.seconds)
        return
    rivals_python()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    report(measure(options))
    crowds()
    parts = ", ".join(f"{part} {cost:.3f}" for part, cost in costs().items())
    print(f"\nms of a processor for the parts of a turn: {parts}")
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
