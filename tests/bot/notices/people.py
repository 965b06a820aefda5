"""People who write on Telegram and by SMS, a clock that is told, and all that is said to them."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from bot.agents.actor import Actor
from bot.channels.sms.inbound import read
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL as TELEGRAM
from bot.channels.terminal import CHANNEL as TERMINAL
from bot.channels.terminal import messages as on_screen
from bot.clock import milliseconds, moment_of
from bot.ids import TimeOrderedIds
from bot.incoming import Incoming
from bot.notices.openings.announcement import read_announcement
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.deciding import announce
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.rehearsal import rehearse
from bot.notices.reminders import Reminders
from bot.replies import Turned
from bot.store import people
from bot.store.database import Database
from bot.store.script import Script
from bot.turn import Desk
from bot.windows import WINDOWS
from bot.words import speaks
from dialogs.events import Event
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader
from tests.bot.notices.conftest import Clock
from tests.ledger import Ledger, Row

SMS = "sms"


def a_desk(knowledge: Knowledge, reader: Reader, ledger: Ledger) -> Desk:
    renderers = {TELEGRAM: messages, TERMINAL: on_screen}
    return Desk(knowledge, reader, ledger.vault, speaks(knowledge), renderers, TimeOrderedIds(), WINDOWS)


ANNECY = Actor("Accueil Annecy", "openings", frozenset({"74"}), "annecy")


class People:
    """`work` says what is due and delivers it: the texts, in the order in which they were queued."""

    def __init__(self, desk: Desk, database: Database, ledger: Ledger, clock: Clock) -> None:
        self.desk, self.database, self.ledger, self.clock = desk, database, ledger, clock
        self.reminders = Reminders(desk, database, "this process", clock)
        self._numbers = count(1)
        self._office = OpeningDesk(
            *(desk.knowledge, database, desk.vault, Decimal("0.1"), "USD", clock, TimeOrderedIds()), None, 30.0, 10.0
        )
        self.announcer = Announcer(self._office, "this process")

    async def chat(self, event: Event | None, chat: int = 730_000_001, **more: Any) -> str:
        """What is answered on Telegram."""
        return await self.hand(Incoming(TELEGRAM, str(next(self._numbers)), str(chat), event, **more))

    async def text(self, text: str, number: str = "+33639980001") -> str:
        """What is answered to an SMS."""
        form = {"From": number, "To": "+33639980099", "Body": text, "MessageSid": f"SM{next(self._numbers):032x}"}
        incoming = read(form)
        assert incoming is not None
        return await self.hand(incoming)

    async def type(self, event: Event) -> str:
        """What is answered in the terminal."""
        return await self.hand(Incoming(TERMINAL, str(next(self._numbers)), "local", event))

    async def hand(self, incoming: Incoming) -> str:
        turned: Turned = await self.database.run(lambda: self.desk.turn(incoming, self.clock()))
        if turned.erased:
            await self.database.run(people.erase_orphans)
        return "\n".join(self.deliver())

    async def work(self) -> list[str]:
        await self.reminders.work()
        return self.deliver()

    async def works_until(self, end: datetime, **step: float) -> list[tuple[datetime, str]]:
        """What is said, and when, while the clock goes on by such steps."""
        said = []
        while self.clock() < end:
            said += [(self.clock(), text) for text in await self.work()]
            self.clock.pass_by(**step)
        return said

    async def announce(self, calendar: str = "3.2", hours: int = 6) -> None:
        """An agent announces places in Annecy, for so many hours; nobody has been told yet."""
        until = (self.clock() + timedelta(hours=hours)).isoformat()
        given = {"prefecture": "74", "calendar": calendar, "slots": 5, "until": until}
        announcement = read_announcement(self.desk.knowledge, now=self.clock(), **given)  # type: ignore[arg-type]

        def script() -> Script[None]:
            rehearsal = yield from rehearse(self._office, ANNECY, announcement, self.clock())
            yield from announce(self._office, ANNECY, rehearsal, self.clock(), at_once=True)

        await self.database.run(script)

    async def restart(self) -> None:
        """Another process takes over."""
        self.reminders.stop()
        await self.reminders.run()
        self.reminders = Reminders(self.desk, self.database, "another process", self.clock)

    def deliver(self) -> list[str]:
        rows = self.queued()
        self.ledger.run(f"UPDATE outbox SET state = 'accepted', finished_at = {milliseconds(self.clock())} "  # noqa: S608
                        "WHERE state = 'queued'")  # fmt: skip
        return [self.said(row) for row in rows]

    def said(self, row: Row) -> str:
        message = self.message(row)
        if "said" in message:
            return "\n".join(text for text, _ in message["said"])
        return str(message.get("body") or message.get("text"))

    def message(self, row: Row) -> dict[str, Any]:
        opened: dict[str, Any] = json.loads(self.ledger.vault.open(row["sealed_message"]))
        return opened

    def queued(self) -> list[Row]:
        return self.ledger.rows("SELECT * FROM outbox WHERE state = 'queued' ORDER BY id")

    def planned(self) -> list[tuple[str, str]]:
        """What is to be said later: when, in UTC, and what it is about."""
        rows = self.ledger.rows("SELECT plan, due_at FROM outbox WHERE state = 'planned' ORDER BY due_at, plan")
        return [(_shown(row["due_at"]), json.loads(row["plan"])["key"]) for row in rows]

    def subscriptions(self, *fields: str) -> list[tuple[Any, ...]]:
        rows = self.ledger.rows(f"SELECT {', '.join(fields)} FROM subscriptions ORDER BY created_at, id")  # noqa: S608
        return [tuple(row.values()) for row in rows]

    def windows(self) -> dict[str, str]:
        """Channels by the ids of the people who have them."""
        return {row["id"]: row["channel"] for row in self.ledger.rows("SELECT id, channel FROM people")}


def _shown(ms: int) -> str:
    return moment_of(ms).strftime("%Y-%m-%d %H:%M")
