"""An opening announced to many on Telegram, with kill -9 in the middle if asked; and then the accounts."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from time import time_ns

from tests.bot_api import BotApiServer
from tests.bot_api.limits import Limits
from tests.crash.audience import CALENDAR, PREFECTURE, Audience, number_of
from tests.end_to_end.process import TOKEN, Process, until
from tests.ledger import KEY, Ledger

LAG = 0.04
"""Seconds the server takes to answer."""
UNDER_WAY = 20.0
"""Seconds until the first is told, at most."""
PER_SLOT = 100


@dataclass(frozen=True)
class Accounts:
    """What the server and the database say afterwards. `refused`: the 429 that we brought on ourselves; `repeated`:
    what was tried again because a chat was flooded; `replies`: what left for others meanwhile."""

    people: int
    blocked: int
    marked: int
    seconds: float
    rate: float
    replies: int
    repeated: int
    refused: int
    told: dict[int, int]
    """How many people saw it so many times."""
    states: dict[str, int]
    uncertain_told: int
    struck: int
    """On their way at the kills."""
    forgotten: int
    """People who neither saw it nor blocked us nor are shown as uncertain."""

    @property
    def over_limit(self) -> float:
        """Times the shortest possible time for these people."""
        return self.seconds * self.rate / self.people

    @property
    def over_all(self) -> float:
        """Times the shortest possible time for all that left meanwhile."""
        return self.seconds * self.rate / (self.people + self.repeated + self.replies)

    def __str__(self) -> str:
        told = ", ".join(f"{people} {times}" for times, people in sorted(self.told.items()))
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        return (
            f"{self.people} people, {self.blocked} of them have blocked the bot, marked {self.marked}; "
            f"429 of our own doing {self.refused}\n"
            f"  people by how often they saw it: {told}; rows: {states}\n"
            f"  on their way at a kill {self.struck}, of the uncertain have seen it {self.uncertain_told}, "
            f"forgotten {self.forgotten}"
        )


@dataclass
class Broadcast:
    """An assistant on Telegram, as it runs, and those it will tell something."""

    server: BotApiServer
    process: Process
    ledger: Ledger
    audience: Audience
    rate: float
    struck: set[str] = field(default_factory=set)

    async def begin(self) -> None:
        """An agent announces the opening, to all in one wave. Returns with the first message."""
        until = f"{datetime.now(UTC) + timedelta(hours=6):%Y-%m-%d %H:%M}Z"
        slots, per_slot = str(ceil(self.audience.size / PER_SLOT)), str(PER_SLOT)
        what = ("--prefecture", PREFECTURE, "--calendar", CALENDAR, "--slots", slots, "--per-slot", per_slot)
        done = await self.process.command_line("openings", "announce", *what, "--until", until, "--yes", "--now")
        if done.code != 0:
            raise RuntimeError(done.output + done.errors)
        await self.audience.reached(1, UNDER_WAY)

    async def over(self, patience: float) -> None:
        """Returns once everybody's turn has come and nothing is open any more. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while self.ledger.open_messages() or self.ledger.count("outbox", "lane = 2") < self.audience.size:
                await asyncio.sleep(0.2)

    async def killed(self, times: int, patience: float) -> None:
        """Kills the process and starts it again, that many times, evenly over the broadcast."""
        for kill in range(1, times + 1):
            await self.audience.reached(self.audience.size * kill // (times + 1), patience)
            await self.process.kill()
            on_their_way = self.ledger.rows("SELECT id FROM outbox WHERE state = 'dispatching'")
            self.struck |= {row["id"] for row in on_their_way}
            await self.process.start()

    def accounts(self) -> Accounts:
        audience, ledger = self.audience, self.ledger
        told = ledger.rows("SELECT person_id, state FROM outbox WHERE lane = 2")
        rows = {number_of(row["person_id"]): row["state"] for row in told}
        blocked = set(audience.blocked)
        uncertain = {number for number, state in rows.items() if state == "uncertain"}
        return Accounts(
            people=audience.size,
            blocked=len(blocked),
            marked=ledger.count("people", "blocked_at IS NOT NULL"),
            seconds=audience.seconds,
            rate=self.rate,
            replies=audience.replies,
            repeated=len(audience.flooded),
            refused=self.server.limits.refused,
            told=dict(Counter(audience.told[number] for number in audience.numbers)),
            states=dict(Counter(rows.values())),
            uncertain_told=sum(audience.told[number] > 0 for number in uncertain),
            struck=len(self.struck),
            forgotten=sum(
                audience.told[number] == 0 for number in audience.numbers if number not in blocked | uncertain
            ),
        )


@asynccontextmanager
async def broadcasting(
    folder: Path, database_url: str, *, people: int, rate: float, chat_rate: float = 1.0
) -> AsyncIterator[Broadcast]:
    """`rdv-sejour run` on an empty, migrated database, with people who know it and a server that keeps these limits."""
    async with AsyncExitStack() as stack:
        limits = Limits(overall=rate, chat=chat_rate)
        server = await stack.enter_async_context(BotApiServer(token=TOKEN, delay=LAG, limits=limits))
        ledger, audience = Ledger(database_url), Audience(server, people)
        await audience.wait(database_url, ledger.vault, _now())
        paces = {"TELEGRAM_RATE": str(rate), "TELEGRAM_CHAT_RATE": str(chat_rate)}
        process = Process("run", folder, TELEGRAM_API_URL=server.url, DATABASE_URL=database_url, RDV_KEY=KEY, **paces)
        await stack.enter_async_context(process)
        await until(lambda: len(server.commands) == 3)
        yield Broadcast(server, process, ledger, audience, rate)


def _now() -> int:
    return time_ns() // 1_000_000
