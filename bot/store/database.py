"""The port to the database: one transaction at a time, whatever the engine."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from bot.store.script import Script

Result = TypeVar("Result")


class Database(Protocol):
    """Runs scripts, each in one transaction that commits when it returns and leaves nothing when it raises."""

    async def run(self, script: Callable[[], Script[Result]], *, ahead: bool = False) -> Result:
        """The script's result, once committed. `script` is called anew if the transaction must be tried again.

        `ahead`: before the scripts that wait, where they stand in a line: what is written leaves before more comes in.
        """
        ...

    async def close(self) -> None: ...
