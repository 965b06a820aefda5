"""A desk for openings at a clock that stands still, and a crowd that waits."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.agents.actor import Actor, operator
from bot.ids import TimeOrderedIds
from bot.notices.openings.announcement import Announcement, read_announcement
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.deciding import announce
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.rehearsal import rehearse
from bot.store.database import Database
from bot.store.openings import OpeningRow
from bot.store.script import Script
from bot.store.sealed import Vault
from dialogs.knowledge.library import Knowledge
from tests.bot.notices.conftest import Clock
from tests.bot.notices.openings.crowd import Crowd
from tests.ledger import Ledger

Announce = Callable[..., Awaitable[OpeningRow]]

MARIE = operator("Marie")
ANNECY = Actor("Accueil Annecy", "openings", frozenset({"74"}), "annecy")
GRENOBLE = Actor("Accueil Grenoble", "openings", frozenset({"38"}), "grenoble")


@pytest.fixture
def ledger(database_url: str) -> Ledger:
    return Ledger(database_url)


@pytest.fixture
def vault(ledger: Ledger) -> Vault:
    return ledger.vault


@pytest.fixture
def crowd(ledger: Ledger) -> Crowd:
    return Crowd(ledger)


@pytest.fixture
def desk(database: Database, knowledge: Knowledge, clock: Clock, vault: Vault) -> OpeningDesk:
    return OpeningDesk(knowledge, database, vault, Decimal("0.0798"), "USD", clock, TimeOrderedIds(), None, 30.0, 10.0)


@pytest.fixture
def announcer(desk: OpeningDesk) -> Announcer:
    return Announcer(desk, "this process")


def opening_for(desk: OpeningDesk, slots: int = 2, hours: float = 6, **more: object) -> Announcement:
    until = (desk.clock() + timedelta(hours=hours)).isoformat()
    given = {"prefecture": "74", "calendar": "3.2", "slots": slots, "until": until, **more}
    return read_announcement(desk.knowledge, now=desk.clock(), **given)  # type: ignore[arg-type]


@pytest.fixture
def announced(desk: OpeningDesk) -> Announce:
    """`await announced(slots=2)` announces calendar 3.2 of Annecy, at once unless told, until six hours later."""

    async def run(slots: int = 2, *, by: Actor = ANNECY, at_once: bool = True, **more: object) -> OpeningRow:
        announcement = opening_for(desk, slots, **more)  # type: ignore[arg-type]

        def script() -> Script[OpeningRow]:
            rehearsal = yield from rehearse(desk, by, announcement, desk.clock(), at_once=at_once)
            return (yield from announce(desk, by, rehearsal, desk.clock(), at_once=at_once))

        return await desk.database.run(script)

    return run
