"""Where the time of one turn goes, in one process: milliseconds of a processor for each of its parts.

    python -m bench.turn_cost

The mean over the six turns of bench/conversation.py, whose last is half typed, half tapped.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bench.assistants import KEY, Load
from bench.conversation import turns
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL, read
from bot.incoming import Incoming
from bot.store import claiming, inbox, outbox, people, settling
from bot.store.location import sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault
from bot.words import words_for
from dialogs.conversation import Conversation
from dialogs.knowledge.library import load_knowledge
from dialogs.machine import Step, step
from dialogs.understanding.reader import load_reader

CHAT = {"id": 7, "type": "private", "first_name": "Ada"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "fr"}
ROUNDS = 200


def updates() -> Iterator[bytes]:
    """The updates of two conversations, as they come over the network."""
    for number, does in enumerate([*turns(0), *turns(1)]):
        message = {"message_id": 5, "date": 1_790_000_000, "chat": CHAT, "from": PERSON, "text": does}
        pressed = {"id": "1", "from": PERSON, "chat_instance": "1", "data": does, "message": message}
        content = {"callback_query": pressed} if "=" in does else {"message": message}
        yield json.dumps({"update_id": number, **content}).encode()


def in_memory() -> tuple[dict[str, float], list[str], list[dict[str, Any]]]:
    """Parse, machine, render, seal; and the sealed conversations and the messages that come of it."""
    knowledge, reader, vault = load_knowledge(), load_reader(), Vault(KEY)
    words, now = words_for(knowledge, "fr", CHANNEL), datetime.now(UTC)
    came = list(updates())
    incomings = [_incoming(each) for each in came]
    results: list[Step] = []
    before: list[Conversation] = []
    conversation = Conversation()
    for incoming in incomings:
        before.append(conversation)
        results.append(step(knowledge, reader, conversation, incoming.event, now))
        conversation = results[-1].conversation
    pairs = list(zip(incomings, results, strict=True))
    said = [message for incoming, result in pairs for message in messages(incoming, result, words)]
    sealed = [vault.seal_data(each.to_json()) for each in before]

    def seal() -> None:
        for conversation, text, message in zip(before, sealed, said, strict=True):
            vault.digest(CHANNEL, "7")
            vault.open(vault.seal("7"))
            Conversation.from_json(vault.open_data(text), knowledge.day_facts)
            vault.seal_data(conversation.to_json())
            vault.seal_data(message)  # opened again only where it is not handed over

    costs = {
        "parse": _cost(lambda: [_incoming(each) for each in came]),
        "machine": _cost(
            lambda: [step(knowledge, reader, c, i.event, now) for c, i in zip(before, incomings, strict=True)]
        ),
        "render": _cost(lambda: [messages(incoming, result, words) for incoming, result in pairs]),
        "seal": _cost(seal),
    }
    return costs, sealed, said


def _incoming(body: bytes) -> Incoming:
    incoming = read(orjson.loads(body), load_knowledge())
    assert incoming is not None  # noqa: S101 - they are all meant for us
    return incoming


async def store(sealed: list[str], said: list[dict[str, Any]]) -> float:
    """What the turn and its delivery write: 32 turns a commit, claimed and settled 32 at a time."""
    text = Vault(KEY).seal_data(said[0])

    def turn(number: int) -> Script[None]:
        yield from inbox.claim(CHANNEL, f"{number}", number)
        person = yield from people.meet(CHANNEL, f"{number % 100}", "sealed", f"p{number}", number)
        yield from people.save_conversation(person.id, sealed[number % len(sealed)], "fr", number)
        yield from outbox.add(f"{number:09}", person.id, CHANNEL, 0, text, number, number, None)

    def delivery(number: int, settled: list[str]) -> Script[list[str]]:
        for each in settled:
            yield from settling.finish(each, "accepted", number)
        return [row.id for row in (yield from claiming.claim_due(CHANNEL, "bench", number, 32))]

    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder) / "bench.db")
        migrate(url)
        database = await open_database(url)
        began, claimed = time.process_time(), list[str]()
        for wave in range(0, 32 * 50, 32):
            await asyncio.gather(*(database.run(lambda n=wave + n: turn(n)) for n in range(32)))
            claimed = await database.run(lambda n=wave + 32, settled=claimed: delivery(n, settled))
        cost = (time.process_time() - began) * 1000 / (32 * 50)
        await database.close()
    return cost


async def send(said: list[dict[str, Any]]) -> float:
    """A request to the Bot API of another process, 32 at a time."""
    with Load() as load:
        api = BotApi("42:BENCH", load.url)
        await api.open()
        bodies = [{**{k: v for k, v in each.items() if k != "method"}, "chat_id": 7} for each in said]
        await asyncio.gather(*(api.post("sendMessage", bodies[0]) for _ in range(32)))
        began = time.process_time()
        for _ in range(50):
            await asyncio.gather(*(api.post("sendMessage", bodies[n % len(bodies)]) for n in range(32)))
        cost = (time.process_time() - began) * 1000 / (32 * 50)
        await api.close()
    return cost


def _cost(work: Callable[[], object]) -> float:
    """Milliseconds a turn; `work` does the twelve turns of two conversations."""
    work()
    began = time.process_time()
    for _ in range(ROUNDS):
        work()
    return (time.process_time() - began) * 1000 / ROUNDS / 12


def costs() -> dict[str, float]:
    """Every part; what is left of a turn is the event loop and HTTP in."""
    memory, sealed, said = in_memory()
    return {**memory, "store": asyncio.run(store(sealed, said)), "send": asyncio.run(send(said))}


if __name__ == "__main__":
    print("ms of a processor a turn: " + ", ".join(f"{part} {cost:.3f}" for part, cost in costs().items()))
