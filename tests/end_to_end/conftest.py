"""One assistant for all tests of a module, in each mode and on each database: every test brings its own people."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import anyio_backend, engine, fresh_url, migrated, postgres_server
from tests.end_to_end.running import Running, running

__all__ = ["anyio_backend", "engine", "migrated", "postgres_server"]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shared_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, migrated: Callable[[str | None], str]
) -> Iterator[str]:
    """A migrated database for a module."""
    yield from fresh_url(request.param, tmp_path_factory.mktemp("rdv"), request, migrated)


@pytest.fixture(scope="module", params=["polling", "webhook"])
async def assistant(
    request: pytest.FixtureRequest,
    shared_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    anyio_backend: str,  # noqa: ARG001
) -> AsyncIterator[Running]:
    """`rdv-sejour run`, told of its updates as the parameter says."""
    async with running(tmp_path_factory.mktemp("home"), shared_url, webhook=request.param == "webhook") as started:
        yield started
