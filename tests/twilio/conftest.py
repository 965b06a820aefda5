"""The event loop of these tests, the server, and Twilio's own client."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import anyio_backend
from tests.twilio.fixtures import twilio_server
from tests.twilio.official import Official
from tests.twilio.server import TwilioServer

__all__ = ["anyio_backend", "twilio_server"]


@pytest.fixture
async def official(twilio_server: TwilioServer) -> AsyncIterator[Official]:
    client = Official(twilio_server)
    yield client
    client.close()
