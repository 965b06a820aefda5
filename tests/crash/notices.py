"""kill -9 in the middle of hundreds of notices, with all that a provider does wrong; and then the accounts.

First the storm, in real time: the process that drives the sender is killed every few seconds, and whoever stands by, or
the same one started again, takes over. Then time passes: the processes and the provider share a clock (`tests.clocked`)
that runs fast while nothing is on its way, since a message that may have left is looked for after 1, 5 and 15 minutes.
"""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

from bot.channels.sms.reconcile import RESENT
from bot.ids import TimeOrderedIds
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import import_rows
from bot.notices.rows import Row, Rows
from bot.settings import Settings
from bot.store.open import open_database
from dialogs.knowledge.library import load_knowledge
from tests.clocked import SharedClock
from tests.end_to_end.process import Process, until
from tests.ledger import KEY, Ledger
from tests.twilio import Account, Fault, TwilioServer
from tests.twilio.account import NOTICES, NUMBER

MORNING = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Europe/Paris"))
"""A Tuesday: nobody is asleep."""
ADDRESS = "https://rdv.example"
LAG = 0.1
"""Seconds the provider takes to answer: what is on its way at a kill."""
LIST_LAG = 75.0
"""Seconds before the provider's list shows a message: longer than until the first look."""
SEGMENTS = 120
"""A second."""
FAST = 120
"""How many times as fast the clock runs when nothing is on its way."""
PREFECTURE = "38"
FIRST = 33_639_980_000


def faults() -> list[Fault]:
    """All at once, each by chance: what a share decides hangs on the number written to."""
    return [
        Fault("too_many", share=0.02, times=4),
        Fault("error_before", share=0.01, times=None, status=500),
        Fault("error_after", share=0.01, times=None, status=502),
        Fault("reset_before", share=0.008, times=None),
        Fault("reset_after", share=0.01, times=None),
        Fault("silence_before", share=0.02, times=2),
        Fault("silence_after", share=0.02, times=3),
        Fault("slow", share=0.05, times=None, seconds=1.0),
        Fault("callback_lost", share=0.01, times=None),
        Fault("callback_doubled", share=0.1, times=None),
        Fault("callback_late", share=0.05, times=None, seconds=1.0),
        Fault("callback_reordered", share=0.1, times=None),
        Fault("callback_forged", share=0.1, times=None),
    ]


@dataclass(frozen=True)
class Accounts:
    """What the provider and the database say afterwards.

    `created`: how many rows have so many SMS at the provider. `marked`: the rows that an agent sees as uncertain or as
    sent again; `unmarked`: those that are neither, and have no SMS or several. `struck`: on their way at the kills.
    """

    rows: int
    kills: int
    seconds: float
    created: dict[int, int]
    states: dict[str, int]
    resent: int
    marked: int
    unmarked: list[str]
    struck: int
    takeovers: list[float]
    faults: dict[str, int] = field(repr=False)
    forgeries_taken: int = 0

    def __str__(self) -> str:
        created = ", ".join(f"{count}: {rows}" for count, rows in sorted(self.created.items()))
        states = ", ".join(f"{state} {count}" for state, count in sorted(self.states.items()))
        struck = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        takeovers = ", ".join(f"{each:.1f}" for each in self.takeovers)
        return (
            f"{self.rows} notices, {self.kills} kills, {self.seconds:.0f} s\n"
            f"  SMS at the provider per row: {created}\n"
            f"  rows by state: {states}; flagged as sent again {self.resent}\n"
            f"  not exactly one and not marked: {len(self.unmarked)}; "
            f"forged receipts believed: {self.forgeries_taken}\n"
            f"  on their way at a kill {self.struck}; seconds until somebody sent again: {takeovers}\n"
            f"  faults: {struck}"
        )


async def crash(
    folder: Path, database_url: str, *, rows: int = 500, kills: int = 4, processes: int = 1, patience: float = 240.0
) -> Accounts:
    """Runs it on an empty, migrated database. One of `processes` sends, the others stand by."""
    clock = SharedClock(folder / "clock")
    clock.set(MORNING)
    ledger, started = Ledger(database_url), monotonic()
    await _announce(database_url, clock, rows)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(asyncio.timeout(patience))
        server = TwilioServer(account=Account(), now=clock.now, delay=LAG, lag=LIST_LAG)
        await stack.enter_async_context(server)
        server.faults.add(*faults())
        crew = [_process(folder, clock, database_url, server) for _ in range(processes)]
        for each in crew:
            await stack.enter_async_context(each)
        server.webhook.routes[ADDRESS] = crew[0].url
        storm = _Storm(server, ledger, crew)
        for kill in range(1, kills + 1):
            await server.when(lambda kill=kill: len(server.messages.all) >= rows * kill // (kills + 2), patience)  # type: ignore[misc]
            await storm.strike()
        await storm.over()
        await storm.pass_time(clock, patience)
        for process in storm.alive():
            assert await process.stop() == 0
        return _accounts(server, ledger, rows, storm, monotonic() - started)


class _Storm:
    """The crew, and who of it is struck."""

    def __init__(self, server: TwilioServer, ledger: Ledger, crew: list[Process]) -> None:
        self._server, self._ledger, self._crew = server, ledger, crew
        self.struck: set[str] = set()
        self.kills = 0
        self.takeovers: list[float] = []
        self._starting: list[asyncio.Task[None]] = []

    def alive(self) -> list[Process]:
        return [each for each in self._crew if not each.ended]

    async def strike(self) -> None:
        """Kills who drives the sender, and waits until somebody sends what nobody had taken up yet."""
        victim = await self._kill()
        before, known = monotonic(), len(self._server.messages.all)
        struck = set(_numbers(self._ledger, f"outbox.state = 'dispatching' AND outbox.owner LIKE '%/{victim.pid}/%'"))
        self.struck |= struck
        others = self.alive()
        if others:
            self._server.webhook.routes[ADDRESS] = others[0].url
        else:
            await victim.start()
        await self._server.when(lambda: any(each.to not in struck for each in self._server.messages.all[known:]), 30)
        self.takeovers.append(monotonic() - before)
        if others:
            self._starting.append(asyncio.create_task(victim.start()))  # while the others go on

    async def over(self) -> None:
        """Returns when everything was sent once, and who was struck stands by again."""
        await until(lambda: not self._ledger.open_messages(), 60)
        await asyncio.gather(*self._starting)

    async def pass_time(self, clock: SharedClock, patience: float) -> None:
        """One process alone, killed once more while it asks the provider, until nothing is left to be asked."""
        driver = await self._driver()
        for each in self.alive():
            if each is not driver:
                assert await each.stop() == 0
        self._server.webhook.routes[ADDRESS] = driver.url
        asked, struck = len(self._server.of("list")), False
        deadline = monotonic() + patience
        while self._ledger.count("outbox", _MOVING):
            assert monotonic() < deadline, self._ledger.rows(f"SELECT state, check_at FROM outbox WHERE {_MOVING}")  # noqa: S608
            clock.run(1 if self._ledger.open_messages() else FAST)
            if not struck and len(self._server.of("list")) >= asked + 5:
                await self._kill()
                await driver.start()
                struck = True
                self._server.delay = 0.0  # nothing more is killed on its way, and hundreds of answers are waited for
            await asyncio.sleep(0.1)

    async def _kill(self) -> Process:
        driver = await self._driver()
        await driver.kill()
        self.kills += 1
        return driver

    async def _driver(self) -> Process:
        """Who holds the sender's lease, as soon as somebody alive does."""

        def found() -> Process | None:
            rows = self._ledger.rows("SELECT holder FROM leases WHERE name = 'sender:sms'")
            return next((each for row in rows for each in self.alive() if f"/{each.pid}/" in row["holder"]), None)

        await until(found)
        driver = found()
        assert driver is not None
        return driver


_MOVING = "state IN ('queued', 'dispatching', 'accepted') OR (state = 'uncertain' AND (checks IS NULL OR check_at > 0))"
"""What is not at its end: something will still be sent, heard or asked."""


def _process(folder: Path, clock: SharedClock, database_url: str, server: TwilioServer) -> Process:
    return Process(
        "run",
        folder,
        clock=clock.path,
        TELEGRAM_TOKEN="",
        DATABASE_URL=database_url,
        RDV_KEY=KEY,
        PUBLIC_URL=ADDRESS,
        TWILIO_ACCOUNT_SID=server.account.sid,
        TWILIO_AUTH_TOKEN=server.account.token,
        TWILIO_SENDER=NOTICES,
        TWILIO_REPLY_SENDER=NUMBER,
        TWILIO_API_URL=server.url,
        TWILIO_SEGMENTS_PER_SECOND=str(SEGMENTS),
    )


async def _announce(database_url: str, clock: SharedClock, rows: int) -> None:
    """The import, before anybody sends."""
    account = {"twilio_account_sid": "AC", "twilio_auth_token": "-"}
    settings = Settings.model_validate({**account, "twilio_sender": NOTICES, "twilio_reply_sender": NUMBER})
    database = await open_database(database_url)
    try:
        desk = NoticeDesk.of(
            settings, load_knowledge(), database, Ledger(database_url).vault, clock.moment, TimeOrderedIds()
        )
        given = Rows(Row(number, f"+{FIRST + number}", f"R-{number}", "", "") for number in range(1, rows + 1))
        done = await import_rows(desk, given, PREFECTURE, "operator Marie")
    finally:
        await database.close()
    assert done.taken == rows


def _numbers(ledger: Ledger, where: str) -> list[str]:
    rows = ledger.rows(
        f"SELECT people.sealed_address FROM outbox JOIN people ON people.id = outbox.person_id WHERE {where}"  # noqa: S608
    )
    return [ledger.vault.open(row["sealed_address"]) for row in rows]


def _accounts(server: TwilioServer, ledger: Ledger, rows: int, storm: _Storm, seconds: float) -> Accounts:
    created = server.messages.ledger()
    messages = ledger.rows(
        "SELECT outbox.state, outbox.flag, people.sealed_address "
        "FROM outbox JOIN people ON people.id = outbox.person_id"
    )
    count = {ledger.vault.open(row["sealed_address"]): row for row in messages}
    marked = {number for number, row in count.items() if row["state"] == "uncertain" or row["flag"] == RESENT}
    posts = [post for message in server.messages.all for post in message.posts]
    return Accounts(
        rows=rows,
        kills=storm.kills,
        seconds=seconds,
        created=dict(Counter(created[number] for number in count)),
        states=dict(Counter(row["state"] for row in messages)),
        resent=sum(row["flag"] == RESENT for row in messages),
        marked=len(marked),
        unmarked=[number for number in count if created[number] != 1 and number not in marked],
        struck=len(storm.struck),
        takeovers=storm.takeovers,
        faults=dict(server.faults.struck),
        forgeries_taken=sum(post.kind == "forged" and post.answered not in (403, None) for post in posts),
    )
