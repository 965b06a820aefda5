"""An assistant in one process, an update at a time: turns, workers and what leaves, at a clock that is told."""

import json
from datetime import timedelta
from decimal import Decimal

from bot.agents import register
from bot.agents.actor import Role, operator
from bot.agents.chat import AgentChat
from bot.agents.linking import give
from bot.agents.progress import Progress
from bot.channels.telegram.api import BotApi
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.sender import TelegramSender
from bot.channels.telegram.updates import CHANNEL, read
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Refused
from bot.ids import TimeOrderedIds
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.store import claiming, settling
from bot.store.database import Database
from bot.turn import Desk
from bot.words import speaks
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader
from tests.bot.notices.conftest import Clock
from tests.bot_api import BotApiServer
from tests.bot_api.chats import Message
from tests.end_to_end.talk import Talk
from tests.ledger import Ledger

MARIE = operator("Marie")


class Office:
    """What a test sees: `settle` takes all updates and sends all that is due; `later` lets the workers look."""

    def __init__(
        self,
        server: BotApiServer,
        api: BotApi,
        database: Database,
        ledger: Ledger,
        knowledge: Knowledge,
        reader: Reader,
        clock: Clock,
    ) -> None:
        ids = TimeOrderedIds()
        self.server, self.database, self.ledger, self.clock = server, database, ledger, clock
        self.openings = OpeningDesk(
            knowledge, database, ledger.vault, Decimal("0.0798"), "USD", clock, ids, None, 30.0, 10.0
        )
        self._knowledge, self._reader, self._sender = knowledge, reader, TelegramSender(api)
        self.restart()

    def restart(self) -> None:
        """Nothing that a process remembers is left."""
        vault, knowledge = self.ledger.vault, self._knowledge
        agents = AgentChat(self.openings)
        ids = TimeOrderedIds()
        self._desk = Desk(knowledge, self._reader, vault, speaks(knowledge), {CHANNEL: messages}, ids, agents=agents)
        self._announcer = Announcer(self.openings, "the announcer")
        self._progress = Progress(self.openings, "the progress")

    async def agent(self, name: str, role: Role, *prefectures: str) -> str:
        """A new agent, and a code that links them."""
        new_id, now_ms = self.openings.new_id, self.openings.now_ms()
        digest = self.ledger.vault.digest("agent key", name)
        await self.database.run(lambda: register.add(MARIE, name, role, prefectures, digest, now_ms, new_id))
        code = await self.code(name)
        assert code is not None
        return code

    async def code(self, name: str) -> str | None:
        new_id, now_ms = self.openings.new_id, self.openings.now_ms()
        return await self.database.run(lambda: give(self.ledger.vault, MARIE, name, now_ms, new_id))

    async def revoke(self, name: str) -> None:
        new_id, now_ms = self.openings.new_id, self.openings.now_ms()
        await self.database.run(lambda: register.revoke(MARIE, name, now_ms, new_id))

    async def said(self, person: Talk, text: str) -> Message:
        """What stands last on their screen after they wrote."""
        await person.say(text)
        await self.settle()
        return person.last

    async def pressed(self, person: Talk, button: str, message: Message | None = None) -> Message:
        await person.press(button, message)
        await self.settle()
        return person.last

    async def settle(self) -> None:
        pending = self.server.queue.pending
        for number in sorted(pending):
            incoming = read(pending.pop(number), self._knowledge)
            if incoming is not None:
                await self.database.run(lambda incoming=incoming: self._desk.turn(incoming, self.clock()))  # type: ignore[misc]
        await self._deliver()

    async def later(self, **time: float) -> None:
        """Time passes, then each worker looks once, and what is due leaves."""
        self.clock.now += timedelta(**time)
        await self._announcer.work()
        await self._progress.work()
        await self._deliver()

    async def _deliver(self) -> None:
        now_ms = self.openings.now_ms() + 100  # each step of the announcer has a millisecond of its own
        while rows := await self.database.run(lambda: claiming.claim_due(CHANNEL, "the sender", now_ms, 100)):
            for row in rows:
                address = self.ledger.vault.open(row.sealed_address)
                message = json.loads(self.ledger.vault.open(row.sealed_message))
                parcel = Parcel(
                    row.id, row.person_id, Lane(row.lane), row.attempt, row.created_at, None, None, address, message
                )
                outcome = await self._sender.send(parcel)
                assert isinstance(outcome, Accepted | Refused), outcome
                state = "accepted" if isinstance(outcome, Accepted) else "failed"
                await self.database.run(
                    lambda row=row, state=state: settling.finish(row.id, state, now_ms)  # type: ignore[misc]
                )
