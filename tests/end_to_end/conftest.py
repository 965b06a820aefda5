"""One assistant for all tests of a module, in each mode and on each database: every test brings its own people."""

from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from itertools import product

import pytest

from tests.databases import anyio_backend, database_url, engine, fresh_url, migrated, postgres_server
from tests.end_to_end.running import Running, running

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
