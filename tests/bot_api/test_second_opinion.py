"""Another maker's Bot API server, so that ours does not merely agree with itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator  # type: ignore[import-untyped]

from bot.channels.telegram import updates
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.at_once import at_once, typing
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.sender import TelegramSender
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Outcome
from bot.words import Words
from dialogs.conversation import Conversation
from dialogs.knowledge.library import Knowledge
from dialogs.machine import step
from dialogs.understanding.reader import Reader

pytestmark = pytest.mark.anyio

TOKEN = "42:TEST"  # noqa: S105 - of a server on the loopback
UNKNOWN = {"link_preview_options"}
"""What the Bot API takes and this server's contract does not list."""

ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "fr"}
CHAT = {"id": 7, "type": "private", "first_name": "Ada"}


@pytest.fixture
async def emulator() -> AsyncIterator[tuple[LoBotApiEmulator, BotApi]]:
    emulator = LoBotApiEmulator()
    runner = web.AppRunner(emulator.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    api = BotApi(TOKEN, f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}")  # type: ignore[union-attr]
    await api.open()
    yield emulator, api
    await api.close()
    await runner.cleanup()


def written(text: str) -> dict[str, Any]:
    return {"message": {"message_id": 1, "date": 1, "chat": CHAT, "from": ADA, "text": text}}


def pressed(data: str) -> dict[str, Any]:
    shown = {
        "message_id": 1,
        "date": 1,
        "chat": CHAT,
        "from": {"id": 42, "is_bot": True, "first_name": "b"},
        "text": "?",
    }
    return {"callback_query": {"id": "5", "from": ADA, "chat_instance": "1", "data": data, "message": shown}}


async def test_a_conversation_is_accepted_there_too(
    emulator: tuple[LoBotApiEmulator, BotApi], knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    server, api = emulator
    words, sender = Words(knowledge, "fr", "telegram"), TelegramSender(api)
    conversation, outcomes, done = Conversation(), list[Outcome](), asyncio.Event()

    async def handle(update: updates.Update) -> None:
        nonlocal conversation
        incoming = updates.read(update, knowledge)
        assert incoming is not None
        result = step(knowledge, reader, conversation, incoming.event, now)
        conversation = result.conversation
        if (call := at_once(update, words)) is not None:
            await api.at_once(call)
        for message in messages(incoming, result, words):
            known = {name: value for name, value in message.items() if name not in UNKNOWN}
            parcel = Parcel("m1", "ada", Lane.DIALOG, 1, 0, None, None, incoming.address, known)
            outcomes.append(await sender.send(parcel))
        if "/aide" in str(update):
            done.set()

    said = [written("/start 74"), pressed("#procedure:1"), pressed("procedure=renewal"), pressed("permit=cst")]
    for update in (*said, pressed("?documents"), written("<b>pourquoi & comment</b>"), written("/aide")):
        await server.enqueue_update(update, token=TOKEN)
    await api.at_once(typing("7"))
    polling = asyncio.create_task(Polling(api, handle, wait=1).run())
    await asyncio.wait_for(done.wait(), 10)
    polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    assert len(outcomes) >= len(said) + 3
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert {call["status"] for call in server.requests} == {200}, list(server.requests)
