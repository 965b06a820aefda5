"""Starting a process of the assistant: its settings, its knowledge, its logs, its event loop."""

import gc
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime

import uvloop

from bot.loading import loading
from bot.logs import quiet_logs
from bot.service import now, opened, run
from bot.settings import Settings
from bot.store.version import bring_up_to_date
from dialogs.knowledge.library import load_knowledge
from dialogs.understanding.reader import load_reader

GARBAGE = (10_000, 10, 10)
"""https://docs.python.org/3/library/gc.html#gc.set_threshold. A turn makes some thousand objects and hardly any that
refer to each other in a circle: with Python's 700, every other turn is held up to look for them."""


def launch(settings: Settings, *, web: bool, work: bool, clock: Callable[[], datetime] = now) -> None:
    """Runs the parts asked for until the process is told to stop. An embedded database is brought up to date first."""
    quiet_logs()
    gc.set_threshold(*GARBAGE)
    with loading():
        bring_up_to_date(settings.database_url)
    uvloop.run(_launch(settings, clock, web=web, work=work))


async def _launch(settings: Settings, clock: Callable[[], datetime], *, web: bool, work: bool) -> None:
    async with AsyncExitStack() as stack:
        with loading():
            service = await stack.enter_async_context(opened(settings, load_knowledge(), load_reader(), clock))
        await run(service, web=web, work=work)
