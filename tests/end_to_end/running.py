"""An assistant at work: a Bot API server, a database, and the process between the two."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from tests.bot_api import BotApiServer
from tests.end_to_end.process import TOKEN, Process, until
from tests.end_to_end.talk import Talk
from tests.ledger import KEY, Ledger


class Running:
    """What a test sees of the assistant at work. Every person it asks for is a new one."""

    def __init__(self, server: BotApiServer, ledger: Ledger, process: Process, *, webhook: bool) -> None:
        self.server, self.ledger, self.process, self.webhook = server, ledger, process, webhook
        self._numbers: Iterator[int] = count(710_000_001)

    def person(self, language: str = "fr") -> Talk:
        return Talk(self.server, next(self._numbers), language)

    async def quiet(self) -> None:
        """Returns when every update has been taken and every reply has been sent."""
        await until(lambda: not self.server.queue.pending and not self.ledger.open_messages())


def process(command: str, folder: Path, server: BotApiServer, database_url: str, **environment: str) -> Process:
    """A process of the assistant on this server and this database, not yet started."""
    return Process(
        command, folder, TELEGRAM_API_URL=server.url, DATABASE_URL=database_url, RDV_KEY=KEY, **environment
    )  # fmt: skip


@asynccontextmanager
async def running(folder: Path, database_url: str, *, webhook: bool) -> AsyncIterator[Running]:
    """`rdv-sejour run`, by webhook or by polling, and told of its updates from then on."""
    async with BotApiServer(token=TOKEN) as server:
        assistant = process("run", folder, server, database_url)
        if webhook:
            assistant.configure(PUBLIC_URL=assistant.url)
        async with assistant:
            await until(lambda: len(server.commands) == 3)
            yield Running(server, Ledger(database_url), assistant, webhook=webhook)
