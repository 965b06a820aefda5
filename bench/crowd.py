"""A database with many people in it, each in the middle of the conversation."""

import asyncio
import time
from pathlib import Path

from bench.assistants import KEY
from bench.conversation import TAPS
from bot.channels.telegram.updates import CHANNEL
from bot.store import people
from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault
from dialogs.conversation import Conversation

FIRST = 1_000_000
"""The number of the first chat, out of the way of those that talk."""
AT_ONCE = 1000


def fill(path: Path, count: int) -> None:
    """Makes the database, with `count` conversations."""
    migrate(sqlite_url(path))
    asyncio.run(_fill(path, count))


async def _fill(path: Path, count: int) -> None:
    vault, now = Vault(KEY), time.time_ns() // 1_000_000
    told = Conversation().tell(dict(TAPS), "pressed").to_json()
    database = await open_database(sqlite_url(path))

    def some(first: int) -> Script[None]:
        for number in range(first, min(first + AT_ONCE, FIRST + count)):
            address = str(number)
            digest = vault.digest(CHANNEL, address)
            person = yield from people.meet(CHANNEL, digest, vault.seal(address), f"crowd{number}", now)
            yield from people.save_conversation(person.id, vault.seal_data(told), "fr", now)

    for first in range(FIRST, FIRST + count, AT_ONCE):
        await database.run(lambda first=first: some(first))
    await database.close()
