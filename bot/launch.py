"""Starting a process of the assistant: its settings, its knowledge, its logs, its event loop."""

import logging

import structlog
import uvloop

from bot.service import opened, run
from bot.settings import Settings
from bot.store.location import sqlite_path
from bot.store.migrate import migrate
from dialogs.knowledge.library import load_knowledge
from dialogs.understanding.reader import load_reader


def launch(settings: Settings, *, web: bool, work: bool) -> None:
    """Runs the parts asked for until the process is told to stop. An embedded database is brought up to date first."""
    quiet_logs()
    if sqlite_path(settings.database_url) is not None:
        migrate(settings.database_url)
    uvloop.run(_launch(settings, web=web, work=work))


async def _launch(settings: Settings, *, web: bool, work: bool) -> None:
    async with opened(settings, load_knowledge(), load_reader()) as service:
        await run(service, web=web, work=work)


def quiet_logs() -> None:
    """One JSON line an event. Libraries only warn: some of them log addresses with every request."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
