"""One assistant for all tests of a module, in each mode and on each database: every test brings its own people."""

from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from itertools import product

import pytest

from tests.databases import anyio_backend, database_url, engine, fresh_url, migrated, postgres_server
from tests.end_to_end.running import Running, running
from tests.end_to_end.texting import Texting, texting

__all__ = ["anyio_backend", "database_url", "engine", "migrated", "postgres_server"]


@pytest.fixture(scope="module", params=product(("sqlite", "postgres"), ("polling", "webhook")), ids="-".join)
async def assistant(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Callable[[str | None], str],
    anyio_backend: str,  # noqa: ARG001
) -> AsyncIterator[Running]:
    """`rdv-sejour run` on a fresh database, told of its updates as the parameter says."""
    engine, mode = request.param
    folder = tmp_path_factory.mktemp(engine)
    with contextmanager(fresh_url)(engine, folder, request, migrated) as url:
        async with running(folder, url, mode) as started:
            yield started


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
async def phones(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    migrated: Callable[[str | None], str],
    anyio_backend: str,  # noqa: ARG001
) -> AsyncIterator[Texting]:
    """SMS and Telegram to one assistant: `run` on SQLite, `web` and `worker` on PostgreSQL.

    A module that sends notices says `BY_DAY = True`: at night nobody gets one.
    """
    folder = tmp_path_factory.mktemp(request.param)
    by_day = getattr(request.module, "BY_DAY", False)
    with contextmanager(fresh_url)(request.param, folder, request, migrated) as url:
        async with texting(folder, url, split=request.param == "postgres", by_day=by_day) as started:
            yield started
