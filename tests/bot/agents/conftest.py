"""An assistant with a Bot API server, on each database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.telegram.api import BotApi
from bot.store.database import Database
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader
from tests.bot.agents.office import Office
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.crowd import Crowd
from tests.bot_api import BotApiServer
from tests.ledger import Ledger

TOKEN = "42:TEST"  # noqa: S105 - of our own server


@pytest.fixture
def crowd(database_url: str) -> Crowd:
    return Crowd(Ledger(database_url))


@pytest.fixture
async def office(database: Database, database_url: str, knowledge: Knowledge, reader: Reader) -> AsyncIterator[Office]:
    """On a Tuesday, at ten o'clock in Annecy."""
    async with BotApiServer(token=TOKEN) as server:
        api = BotApi(TOKEN, server.url, read=1.0)
        await api.open()
        clock = Clock(datetime(2026, 11, 24, 9, tzinfo=UTC))
        yield Office(server, api, database, Ledger(database_url), knowledge, reader, clock)
        await api.close()
