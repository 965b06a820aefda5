"""« Typing… » for whoever waits: shown only when an answer takes long enough to be waited for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.at_once import typing
from bot.incoming import Incoming
from dialogs.events import Say

PATIENCE = 0.5
"""Seconds of work before it is shown. Most turns are done in a few thousandths; a call more for each would be noise."""


@asynccontextmanager
async def activity(api: BotApi, incoming: Incoming, patience: float = PATIENCE) -> AsyncIterator[None]:
    """Around a turn on a person's words. The call is made beside the turn, and forgotten."""
    if not isinstance(incoming.event, Say):
        yield
        return
    timer = asyncio.get_running_loop().call_later(patience, api.beside, typing(incoming.address))
    try:
        yield
    finally:
        timer.cancel()
