"""People and messages to work with."""

from collections.abc import Awaitable, Callable

import pytest

from bot.store import outbox, people
from bot.store.database import Database

Queue = Callable[..., Awaitable[None]]


@pytest.fixture
def queue(database: Database) -> Queue:
    """`await queue("m1", "ana")` queues a message, due at 0 in the dialog lane unless told; its person is met first."""

    async def put(
        id: str, person: str, lane: int = 0, due: int = 0, expires: int | None = None, channel: str = "telegram"
    ) -> None:
        def script():  # type: ignore[no-untyped-def]
            row = yield from people.meet(channel, person, f"sealed {person}", person, 0)
            yield from outbox.add(id, row.id, channel, lane, f"text of {id}", 0, due, expires)

        await database.run(script)

    return put
