"""kill -9 in the middle of many conversations, several times; and then the accounts.

Every kill strikes while replies are on their way: the server takes some milliseconds to answer. What was on its way is
judged some seconds after the restart, when the dead process counts as dead; nobody else waits for that.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from time import monotonic

from bot.delivery.outcomes import RETRIED
from tests.crash.crowd import Crowd
from tests.end_to_end.process import Process, until
from tests.end_to_end.running import Mode, running
from tests.ledger import Ledger

LAG = 0.02
"""Seconds the server takes to answer: what is on its way at a kill."""


@dataclass(frozen=True)
class Accounts:
    """What the crowd, the server and the database say afterwards. `struck`: on their way at the kills."""

    people: int
    kills: int
    seconds: float
    updates: int
    claimed: int
    pending: int
    replies: int
    states: dict[str, int]
    struck: int
    flagged: int
    repeated: int
    doubled: int
    unflagged_repeats: int
    """Calls more than a person's replies and flags account for."""
    missing: int
    """Replies expected that are not in the outbox as accepted."""
    wrong_facts: int
    """People whose stored answers are not what they said."""

    def __str__(self) -> str:
        return (
            f"{self.people} conversations, {self.kills} kills, {self.seconds:.1f} s; "
            f"updates {self.updates}, handled {self.claimed}, lost {self.pending}; "
            f"replies {self.replies}, missing {self.missing}; on their way at a kill {self.struck}, "
            f"flagged {self.flagged}, sent again {self.repeated}, seen twice {self.doubled}, "
            f"sent again without a flag {self.unflagged_repeats}; wrong answers {self.wrong_facts}"
        )


async def crash(
    folder: Path, database_url: str, mode: Mode, *, people: int = 200, kills: int = 3, patience: float = 60.0
) -> Accounts:
    """Runs it: `people` conversations of five questions; `kills` over their first half, of each process in turn."""
    started = monotonic()
    async with asyncio.timeout(patience), running(folder, database_url, mode, delay=LAG) as assistant:
        crowd = Crowd(assistant.server, date.today() + timedelta(days=130), people)
        walking = asyncio.create_task(crowd.walk())
        struck: set[str] = set()
        for kill, victim in zip(range(1, kills + 1), cycle(assistant.processes), strict=False):
            await crowd.have_seen(crowd.replies * kill // (2 * kills))
            struck |= await _strike(victim, assistant.ledger)
        await walking
        await assistant.quiet()
        for process in assistant.processes:
            assert await process.stop() == 0
        return _accounts(crowd, assistant.ledger, kills, len(struck), monotonic() - started)


async def _strike(victim: Process, ledger: Ledger) -> set[str]:
    """Kills and starts again; the replies that it was sending.

    A reply is retried once: what is being retried is left alone, as a second kill could strike the second try.
    """
    await until(lambda: not ledger.count("outbox", f"flag = '{RETRIED}' AND state IN ('queued', 'dispatching')"))
    pid = victim.pid
    await victim.kill()
    struck = ledger.rows(f"SELECT id FROM outbox WHERE state = 'dispatching' AND owner LIKE '%/{pid}/%'")  # noqa: S608
    await victim.start()
    return {row["id"] for row in struck}


def _accounts(crowd: Crowd, ledger: Ledger, kills: int, struck: int, seconds: float) -> Accounts:
    rows = {row["id"]: row for row in ledger.rows("SELECT id, sealed_address, sealed_conversation FROM people")}
    numbers = {name: int(ledger.vault.open(row["sealed_address"])) for name, row in rows.items()}
    messages = ledger.rows("SELECT person_id, state, flag FROM outbox")
    replies = Counter(numbers[row["person_id"]] for row in messages)
    accepted = Counter(numbers[row["person_id"]] for row in messages if row["state"] == "accepted")
    flags = Counter(numbers[row["person_id"]] for row in messages if row["flag"] == RETRIED)
    told = {numbers[name]: ledger.facts(row) for name, row in rows.items()}
    everybody = crowd.people.items()
    return Accounts(
        people=len(crowd.people),
        kills=kills,
        seconds=seconds,
        updates=sum(each.said for _, each in everybody),
        claimed=ledger.count("inbox"),
        pending=len(crowd.server.queue.pending),
        replies=len(messages),
        states=dict(Counter(row["state"] for row in messages)),
        struck=struck,
        flagged=flags.total(),
        repeated=sum(each.calls - replies[number] for number, each in everybody),
        doubled=sum(max(0, each.done - replies[number]) for number, each in everybody),
        unflagged_repeats=sum(max(0, each.calls - replies[number] - flags[number]) for number, each in everybody),
        missing=sum(max(0, len(each.way) - accepted[number]) for number, each in everybody),
        wrong_facts=sum(told.get(number) != each.facts for number, each in everybody),
    )
