"""An announcement followed in the terminal: the seconds to take it back, then what becomes of it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.agents.actor import Actor
from bot.notices.openings.deciding import end
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.report import OPEN, Report, look
from bot.notices.openings.said import progress
from bot.store.openings import OpeningRow

LOOK_EVERY = 1.0
"""Seconds between two looks; longer where a look takes long, so that it costs at most a twentieth of the time."""


async def take_back(desk: OpeningDesk, actor: Actor, opening: OpeningRow, console: Console) -> bool:
    """Waits until the first wave; True if the agent has taken it back meanwhile, by Ctrl-C or by « a »."""
    pressed = asyncio.Event()
    with _listening(pressed), console.status("") as status:
        try:
            while (left := (opening.next_wave_at or 0) - desk.now_ms()) > 0 and not pressed.is_set():
                status.update(f"Premiers messages dans {left // 1000 + 1} s. Ctrl-C, ou « a » puis Entrée : annuler.")
                await asyncio.sleep(min(0.2, left / 1000))
        except asyncio.CancelledError:
            _heard()
            pressed.set()
    if not pressed.is_set():
        return False
    ended = await desk.database.run(lambda: end(desk, actor, opening.id, "cancelled", desk.clock()))
    return ended is not None and ended.state == "cancelled"


async def watch(desk: OpeningDesk, id: str, console: Console) -> Report | None:
    """Shows the progress until all is done, or Ctrl-C, which stops nothing but the watching; the last report."""
    found: Report | None = None
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Tirage au sort", total=None)
        try:
            async for found in reports(desk, id):
                done, total = _settled(found)
                bar.update(task, description=progress(found), completed=done, total=total or None)
        except asyncio.CancelledError:
            _heard()
    return found


async def reports(desk: OpeningDesk, id: str) -> AsyncIterator[Report]:
    """The report again and again, until nothing more will happen."""
    while True:
        began = perf_counter()
        found = await desk.database.run(lambda: look(desk, id))
        if found is None:
            return
        yield found
        if found.is_over:
            return
        await asyncio.sleep(max(LOOK_EVERY, 20 * (perf_counter() - began)))


def _settled(report: Report) -> tuple[int, int]:
    """How many messages are done, and how many there are."""
    return report.told - sum(report.states[state] for state in OPEN), report.told


def _heard() -> None:
    """Ctrl-C has done its work: the command goes on."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


@contextmanager
def _listening(pressed: asyncio.Event) -> Iterator[None]:
    """While it lasts, a line « a » on the terminal sets the event."""

    def read() -> None:
        if sys.stdin.readline().strip().casefold() in ("a", "annuler"):
            pressed.set()

    loop = asyncio.get_running_loop()
    listens = sys.stdin.isatty()
    if listens:
        try:
            loop.add_reader(sys.stdin.fileno(), read)
        except NotImplementedError:  # Windows: Ctrl-C remains
            listens = False
    try:
        yield
    finally:
        if listens:
            loop.remove_reader(sys.stdin.fileno())
