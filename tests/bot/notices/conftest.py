"""A desk that sends nothing, and rows to give it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.ids import TimeOrderedIds
from bot.notices.desk import NoticeDesk
from bot.notices.rows import Row, Rows
from bot.notices.wording import Ending
from bot.store.database import Database
from bot.store.sealed import Vault
from dialogs.knowledge.library import Knowledge

ACTOR = "agent Accueil Grenoble"


class Clock:
    """Stands still until it is told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    """A Tuesday, ten o'clock in Grenoble."""
    return Clock(datetime(2026, 11, 24, 9, tzinfo=UTC))


@pytest.fixture
def vault() -> Vault:
    return Vault("0123456789abcdef0123456789abcdef")


@pytest.fixture
def desk(database: Database, knowledge: Knowledge, clock: Clock, vault: Vault) -> NoticeDesk:
    ending = Ending("number", "36180")
    return NoticeDesk(knowledge, database, vault, Decimal("0.0798"), "USD", clock, TimeOrderedIds(), ending, 10.0)


def number(place: int) -> str:
    """One of the hundred numbers that are nobody's."""
    return f"+33639980{place:03d}"


def some(count: int, first: int = 0) -> Rows:
    """That many rows, each of another person."""
    return Rows(Row(place + 2, number(first + place), f"A-{place}") for place in range(count))
