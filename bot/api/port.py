"""What the routes ask of the notices: the port between HTTP and who does the work."""

from collections.abc import Collection
from typing import Protocol

from bot.agents.actor import Actor
from bot.api.schemas import Announced, Batch, Pickups, Report


class Notices(Protocol):
    """The notices of pickups, as the API needs them. `language` is that of the reasons given."""

    async def rehearse(self, actor: Actor, asked: Pickups, language: str) -> Announced:
        """What announcing them would do; nothing is sent. Raises Problem."""
        ...

    async def announce(self, actor: Actor, asked: Pickups, digest: str, language: str) -> Announced:
        """Announces them. With the digest of an earlier call it goes on with that one's batch, wherever that stopped,
        and gives what it would have given. Raises Problem."""
        ...

    async def report(self, actor: Actor, batch: str) -> Report | None:
        """What became of a batch; None where there is none that is the actor's to see."""
        ...

    async def batches(self, prefectures: Collection[str], before: str | None, most: int) -> list[Batch]:
        """The batches of these préfectures, the latest first, from the one after `before`."""
        ...
