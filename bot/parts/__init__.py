"""What a process of the assistant is made of: channels with their delivery, notices. The settings say which run."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from starlette.routing import BaseRoute


class Part(Protocol):
    """A part of the assistant, from its opening to its end."""

    routes: Sequence[BaseRoute]
    """What it answers over HTTP."""

    async def open(self) -> None: ...

    def runs(self, *, web: bool, work: bool) -> Sequence[Awaitable[None]]:
        """What it does in a process that serves HTTP (`web`), does the rest (`work`), or both; until cancelled."""
        ...

    def wake(self) -> None:
        """There is something new in the outbox."""
        ...

    async def stop(self) -> None:
        """Lets what is on its way arrive. Nothing new is begun."""
        ...

    async def close(self) -> None: ...
