"""Starting a process of the assistant: its settings, its knowledge, its logs, its event loop."""

import gc
from collections.abc import Callable
from datetime import datetime

import uvloop

from bot.logs import quiet_logs
from bot.service import now, opened, run
from bot.settings import Settings
from bot.store.version import bring_up_to_date
from dialogs.knowledge.library import load_knowledge
from dialogs.understanding.reader import load_reader


def launch(settings: Settings, *, web: bool, work: bool, clock: Callable[[], datetime] = now) -> None:
    """Runs the parts asked for until the process is told to stop. An embedded database is brought up to date first."""
    quiet_logs()
    gc.disable()  # what is loaded now stays; looking through it as it grows would take a tenth of the start
    bring_up_to_date(settings.database_url)
    uvloop.run(_launch(settings, clock, web=web, work=work))


async def _launch(settings: Settings, clock: Callable[[], datetime], *, web: bool, work: bool) -> None:
    async with opened(settings, load_knowledge(), load_reader(), clock) as service:
        # The knowledge stays: looking through it for garbage again and again would stop every turn for a while.
        gc.collect()
        gc.freeze()
        gc.enable()
        await run(service, web=web, work=work)
