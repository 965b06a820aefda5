"""A Bot API server for each test that asks for one, and the words of Telegram."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.api import BotApi
from bot.words import Words
from dialogs.knowledge.library import Knowledge
from dialogs.machine import LANGUAGES
from tests.bot_api import BotApiServer

TOKEN = "42:TEST"  # noqa: S105 - of our own server


@pytest.fixture
async def server() -> AsyncIterator[BotApiServer]:
    async with BotApiServer(token=TOKEN) as server:
        yield server


@pytest.fixture
async def api(server: BotApiServer) -> AsyncIterator[BotApi]:
    api = BotApi(TOKEN, server.url, read=0.3)
    await api.open()
    yield api
    await api.close()


@pytest.fixture(scope="session")
def spoken(knowledge: Knowledge) -> dict[str, Words]:
    return {language: Words(knowledge, language, "telegram") for language in LANGUAGES}


@pytest.fixture
def words(spoken: dict[str, Words]) -> Words:
    return spoken["fr"]
