"""The interface in this process, on a database of the test's own, and agents with their keys."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol

import httpx
import pytest

from bot.agents import keys, register
from bot.agents.actor import Role, operator
from bot.api.app import create_api
from bot.api.pickups import StoredNotices
from bot.ids import TimeOrderedIds
from bot.notices.desk import NoticeDesk
from bot.notices.wording import Ending
from bot.store.database import Database
from bot.store.sealed import Vault
from dialogs.knowledge.library import Knowledge
from tests.bot.api.faulty import Faulty
from tests.ledger import KEY

CLOCK = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Agent(Protocol):
    """`await agent("notices", "38")` gives the headers of a new agent's requests."""

    async def __call__(self, role: Role, *prefectures: str, name: str | None = None) -> dict[str, str]: ...


def desk_on(database: Database, knowledge: Knowledge, clock: Callable[[], datetime] = lambda: CLOCK) -> NoticeDesk:
    return NoticeDesk(
        knowledge, database, Vault(KEY), Decimal("0.0798"), "USD", clock, TimeOrderedIds(),
        Ending("number", "+33639980099"), 10.0,
    )  # fmt: skip


@pytest.fixture
def moment() -> list[datetime]:
    """The clock of the interface: its last element is now."""
    return [CLOCK]


@pytest.fixture
def faulty(database: Database) -> Faulty:
    """The database as those who announce see it."""
    return Faulty(database)


@pytest.fixture
async def client(
    database: Database, faulty: Faulty, knowledge: Knowledge, moment: list[datetime]
) -> AsyncIterator[httpx.AsyncClient]:
    def clock() -> datetime:
        return moment[-1]

    app = create_api(database, Vault(KEY), clock, StoredNotices(desk_on(faulty, knowledge, clock)))
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


@pytest.fixture
def agent(database: Database) -> Agent:
    vault, ids = Vault(KEY), TimeOrderedIds()

    async def make(role: Role, *prefectures: str, name: str | None = None) -> dict[str, str]:
        key, known_as = keys.new_key(), name or f"{role} {' '.join(prefectures)}"
        digest = keys.digest(vault, key)
        added = await database.run(
            lambda: register.add(operator("Marie"), known_as, role, prefectures, digest, 1, lambda: ids(CLOCK))
        )
        assert added is not None
        return {"Authorization": f"Bearer {key}"}

    return make
