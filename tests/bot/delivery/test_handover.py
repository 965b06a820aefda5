"""A reply that leaves with its own turn: claimed before it leaves, one at a time a person, and never past the pace."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import count

import pytest

from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL
from bot.clock import milliseconds
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.handover import Handover
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.parcel import Parcel
from bot.delivery.sender import Accepted, Outcome
from bot.delivery.stored import StoredOutbox
from bot.ids import TimeOrderedIds
from bot.incoming import Incoming
from bot.replies import Turned
from bot.store import outbox
from bot.store.database import Database
from bot.store.sealed import Vault
from bot.turn import Desk
from bot.words import speaks
from dialogs.events import Choose, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader

pytestmark = pytest.mark.anyio

ADA = "730000001"
_updates = count(1)


class Gate:
    """A sender that takes what it is given once the gate is open."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.open = asyncio.Event()

    async def send(self, parcel: Parcel) -> Outcome:
        self.sent.append(parcel.address)
        await self.open.wait()
        return Accepted(str(len(self.sent)))


class Bench:
    """A desk, a database, and a delivery that runs."""

    def __init__(self, desk: Desk, database: Database, now: datetime, pace: float) -> None:
        self.desk, self.database, self.now, self.gate = desk, database, now, Gate()
        stored = StoredOutbox(database, desk.vault, CHANNEL, "here")
        pacing = Pacing(Pace.per_second(1000), Pace.per_second(pace))
        self.dispatcher = Dispatcher(stored, self.gate, pacing, lambda: milliseconds(now))
        self.handover = Handover(self.dispatcher, stored)

    async def handle(self, event: Tell | Choose) -> Turned:
        incoming = Incoming(CHANNEL, str(next(_updates)), ADA, event)
        return await self.database.run(lambda: self.desk.turn(incoming, self.now, self.handover))

    async def states(self) -> list[str]:
        return sorted(row.state for row in await self.database.run(outbox.backlog) for _ in range(row.messages))


@asynccontextmanager
async def running(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime, pace: float = 1000
) -> AsyncIterator[Bench]:
    vault = Vault("0123456789abcdef0123456789abcdef")
    desk = Desk(knowledge, reader, vault, speaks(knowledge), {CHANNEL: messages}, TimeOrderedIds())
    bench = Bench(desk, database, now, pace)
    task = asyncio.create_task(bench.dispatcher.run())
    await asyncio.sleep(0)
    try:
        yield bench
    finally:
        bench.gate.open.set()
        await bench.dispatcher.stop()
        await task


async def test_it_is_claimed_before_it_leaves(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now) as bench:
        turned = await bench.handle(Tell({}))
        assert turned.handed is not None
        assert (await bench.states(), bench.gate.sent) == (["dispatching"], [])


async def test_the_next_one_waits_its_turn(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now) as bench:
        first = await bench.handle(Tell({}))
        assert first.handed is not None
        bench.handover.take(first.handed)
        second = await bench.handle(Choose("prefecture", "74"))
        assert (second.queued, second.handed) == (1, None)
        assert await bench.states() == ["dispatching", "queued"]
        bench.gate.open.set()
        async with asyncio.timeout(10):
            while len(bench.gate.sent) < 2:
                await asyncio.sleep(0.005)


async def test_what_was_taken_is_settled_by_the_next_turn(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now) as bench:
        bench.gate.open.set()
        for event in (Tell({}), Choose("prefecture", "74"), Choose("procedure", "renewal")):
            turned = await bench.handle(event)
            assert turned.queued == 1
            if turned.handed is not None:
                bench.handover.take(turned.handed)
            async with asyncio.timeout(10):
                while await bench.states():
                    await asyncio.sleep(0.005)
        assert len(bench.gate.sent) == 3


async def test_what_the_next_turn_settled_is_done_with(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now) as bench:
        bench.gate.open.set()
        first = await bench.handle(Tell({}))
        assert first.handed is not None
        bench.handover.take(first.handed)
        person_id = first.handed.person_id
        async with asyncio.timeout(10):
            while not bench.dispatcher.accepted(person_id):
                await asyncio.sleep(0)
        second = await bench.handle(Choose("prefecture", "74"))
        assert second.handed is not None, "the first is settled, or the second could not leave"
        bench.handover.take(second.handed)
        assert first.handed.id not in [each.parcel.id for each in bench.dispatcher.accepted(person_id)]


async def test_a_chat_over_its_pace_is_queued(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now, pace=0.001) as bench:
        bench.gate.open.set()
        assert bench.dispatcher.takes("somebody") is True
        assert bench.dispatcher.takes("somebody") is False


async def test_nothing_is_taken_once_it_stops(
    knowledge: Knowledge, reader: Reader, database: Database, now: datetime
) -> None:
    async with running(knowledge, reader, database, now) as bench:
        await bench.dispatcher.stop()
        turned = await bench.handle(Tell({}))
        assert (turned.queued, turned.handed) == (1, None)
