"""Schemathesis makes requests of all kinds from the published description, right and wrong ones, on both databases.

Against a running assistant: `schemathesis run --workers 1 -H "Authorization: Bearer rdv_…"
http://127.0.0.1:8000/api/v1/openapi.json`.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from bot.agents import keys, register
from bot.agents.actor import operator
from bot.api.app import create_api
from bot.api.pickups import StoredNotices
from bot.ids import TimeOrderedIds
from bot.store.database import Database
from bot.store.open import open_database
from bot.store.sealed import Vault
from bot.webhook import Application
from dialogs.knowledge.library import load_knowledge
from tests.bot.api.conftest import desk_on
from tests.bot.api.in_loop import InLoop
from tests.ledger import KEY

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def interface(database: Database) -> Application:
    return create_api(database, Vault(KEY), lambda: MOMENT, StoredNotices(desk_on(database, load_knowledge())))


described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", interface(cast(Database, None)))
"""The description is the same on any database."""


@pytest.fixture
def key() -> str:
    return keys.new_key()


@pytest.fixture
def app(database_url: str, key: str) -> Iterator[Application]:
    """The interface with one agent, who may do everything for two préfectures."""
    loop, ids, digest = InLoop(), TimeOrderedIds(), keys.digest(Vault(KEY), key)
    database = loop.run(open_database(database_url))
    loop.run(
        database.run(
            lambda: register.add(operator("Marie"), "Ana", "admin", ["38", "973"], digest, 1, lambda: ids(MOMENT))
        )
    )
    yield loop.wrapped(interface(database))
    loop.run(database.close())
    loop.close()


@described.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_it_does_as_it_says(case: schemathesis.Case, app: Application, key: str) -> None:
    right = case.meta is None or case.meta.generation.mode.is_positive
    if right and case.headers.get("Idempotency-Key"):
        # Another request by the key of an earlier one is refused, and generators like to say the same thing again.
        case.headers["Idempotency-Key"] = str(uuid4())
    case.call_and_validate(app=app, headers={"Authorization": f"Bearer {key}"})
