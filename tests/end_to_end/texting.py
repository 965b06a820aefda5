"""An assistant at work by SMS, and on Telegram beside: both providers, a database, and the processes between them."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count
from pathlib import Path

from tests.bot_api import BotApiServer
from tests.clocked import SharedClock, office_hours
from tests.end_to_end.process import PATIENCE, TOKEN, Done, Process, until
from tests.end_to_end.talk import Talk
from tests.ledger import KEY, Ledger, Row
from tests.twilio import Account, Person, TwilioServer
from tests.twilio.account import NOTICES, NUMBER


class Phone(Person):
    """Somebody who waits for the reply before they write again."""

    async def told(self, text: str) -> str:
        """Writes, and reads the reply."""
        before = len(self.received)
        await self.say(text)
        return (await self.has(before + 1, PATIENCE))[before]

    async def chose(self, label: str) -> str:
        """Answers with the number of an option of the last SMS."""
        shown = self.received[-1]
        found = re.search(rf"^(\d+) {re.escape(label)}", shown, re.MULTILINE)
        assert found is not None, f"« {label} » is not among the options of: {shown}"
        return await self.told(found[1])


class Texting:
    """What a test sees of the assistant at work. Every person it asks for is a new one."""

    def __init__(self, twilio: TwilioServer, telegram: BotApiServer, ledger: Ledger, processes: list[Process]) -> None:
        self.twilio, self.telegram, self.ledger, self.processes = twilio, telegram, ledger, processes
        self._mobiles: Iterator[int] = count(33_639_981_001)
        self._chats: Iterator[int] = count(740_000_001)

    @property
    def web(self) -> Process:
        """The one that answers HTTP."""
        return self.processes[0]

    @property
    def worker(self) -> Process:
        return self.processes[-1]

    def mobile(self) -> str:
        return f"+{next(self._mobiles)}"

    def phone(self, mobile: str | None = None) -> Phone:
        return Phone(self.twilio, mobile or self.mobile(), f"{self.web.url}/twilio/sms")

    def chat(self) -> Talk:
        return Talk(self.telegram, next(self._chats))

    def person(self, mobile: str) -> Row | None:
        """The row of a number."""
        digest = self.ledger.vault.digest("sms", mobile)
        return next(iter(self.ledger.rows(f"SELECT * FROM people WHERE digest = '{digest}'")), None)  # noqa: S608

    def facts(self, mobile: str) -> Row:
        """What the conversation shown on this phone knows."""
        row = self.person(mobile)
        while row is not None and row["home_id"] is not None:
            row = self.ledger.rows(f"SELECT * FROM people WHERE id = '{row['home_id']}'")[0]  # noqa: S608
        return self.ledger.facts(row)

    async def command(self, *arguments: str) -> Done:
        """`rdv-sejour ARGUMENTS` while the assistant runs."""
        return await self.worker.command_line(*arguments)

    async def quiet(self) -> None:
        """Returns when nothing is on its way any more."""
        await until(lambda: not self.telegram.queue.pending and not self.ledger.open_messages())


@asynccontextmanager
async def texting(
    folder: Path, database_url: str, *, split: bool, by_day: bool = False, **environment: str
) -> AsyncIterator[Texting]:
    """The assistant as one process, or `split` into `web` and `worker`; `by_day` at an hour when notices may ring."""
    clock = None
    if by_day:
        clock = SharedClock(folder / "clock")
        clock.set(office_hours())
    async with AsyncExitStack() as stack:
        twilio = await stack.enter_async_context(TwilioServer(account=Account()))
        telegram = await stack.enter_async_context(BotApiServer(token=TOKEN))
        given = {
            "DATABASE_URL": database_url,
            "RDV_KEY": KEY,
            "TELEGRAM_API_URL": telegram.url,
            "TWILIO_ACCOUNT_SID": twilio.account.sid,
            "TWILIO_AUTH_TOKEN": twilio.account.token,
            "TWILIO_SENDER": NOTICES,
            "TWILIO_REPLY_SENDER": NUMBER,
            "TWILIO_API_URL": twilio.url,
            "TWILIO_SEGMENTS_PER_SECOND": "1000",
        }
        processes = [
            Process(command, folder, clock=clock and clock.path, **{**given, **environment})
            for command in (("web", "worker") if split else ("run",))
        ]
        for each in processes:
            if "PUBLIC_URL" not in environment:
                each.configure(PUBLIC_URL=processes[0].url)
            await stack.enter_async_context(each)
        if "TELEGRAM_TOKEN" not in environment:
            await until(lambda: len(telegram.commands) == 3)
        yield Texting(twilio, telegram, Ledger(database_url), processes)
