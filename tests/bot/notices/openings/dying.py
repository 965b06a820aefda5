"""A process that dies at any query: the transactions before it are committed, that of the query is not."""

from collections.abc import Callable
from typing import TypeVar

from bot.store.database import Database
from bot.store.script import Script

Result = TypeVar("Result")


class Killed(Exception):
    """The transaction is undone, as it is when its process is gone."""


class Mortal:
    """A database whose process dies after so many queries."""

    def __init__(self, database: Database, life: int) -> None:
        self._database, self.life = database, life

    async def run(self, script: Callable[[], Script[Result]], *, ahead: bool = False) -> Result:
        return await self._database.run(lambda: self._living(script()), ahead=ahead)

    async def close(self) -> None:
        raise AssertionError("the test closes the database")

    def _living(self, script: Script[Result]) -> Script[Result]:
        answer = None
        while True:
            try:
                query = script.send(answer)
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            self.life -= 1
            if self.life < 0:
                raise Killed
            answer = yield query
