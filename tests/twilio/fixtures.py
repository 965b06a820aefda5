"""The server for a test: import the fixture in a `conftest.py`."""

from collections.abc import AsyncIterator

import pytest

from tests.twilio.server import TwilioServer


@pytest.fixture
async def twilio_server(anyio_backend: str) -> AsyncIterator[TwilioServer]:  # noqa: ARG001
    """In real time, with short lives; a test that moves the clock opens its own with `at=`."""
    async with TwilioServer() as server:
        yield server
