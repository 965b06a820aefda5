"""Messages of the outbox as the receipts of SMS find them, for the tests of receipts and of reconciliation."""

import json
from dataclasses import dataclass

from bot.delivery.parcel import Lane
from bot.store import claiming, outbox, people, receipts, settling
from bot.store.claiming import OutboxRow
from bot.store.database import Database
from bot.store.receipts import Delivery
from bot.store.script import Script
from bot.store.sealed import Vault

NOW = 1_790_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
VAULT = Vault("a key for the tests, long enough.")


@dataclass
class Desk:
    """Queues, claims and looks. `now` is the wall clock of all of it."""

    database: Database
    now: int = NOW
    count: int = 0

    async def add(
        self,
        number: str = "+33639980001",
        lane: Lane = Lane.NOTICE,
        body: str = "Votre titre est prêt",
        expires: int | None = None,
    ) -> str:
        self.count += 1
        name = f"m{self.count:06}"
        sealed = VAULT.seal(json.dumps({"body": body}))

        def script() -> Script[None]:
            digest = VAULT.digest("sms", number)
            person = yield from people.meet("sms", digest, VAULT.seal(number), f"person of {number}", self.now)
            batch = "38-20261121" if lane is Lane.NOTICE else None
            yield from outbox.add(name, person.id, "sms", lane, sealed, self.now, self.now, expires, batch_id=batch)

        await self.database.run(script)
        return name

    async def claim(self) -> list[OutboxRow]:
        return await self.database.run(lambda: claiming.claim_due("sms", "here", self.now, 1000))

    async def dispatched(self, number: str = "+33639980001", **how: object) -> str:
        """A message that is on its way."""
        name = await self.add(number, **how)  # type: ignore[arg-type]
        claimed = await self.claim()
        assert [row.id for row in claimed] == [name]
        return name

    async def uncertain(self, number: str = "+33639980001", **how: object) -> str:
        """A message that may have left."""
        name = await self.dispatched(number, **how)
        await self.lose(name)
        return name

    async def lose(self, name: str, attempt: int = 1) -> None:
        """What the dispatcher writes when nothing certain came back."""
        check = self.now + MINUTE
        done = lambda: settling.finish(name, "uncertain", self.now, reason="x", attempt=attempt, check_ms=check)  # noqa: E731
        assert await self.database.run(done)

    async def look(self, name: str) -> Delivery:
        found = await self.database.run(lambda: receipts.find(name))
        assert found is not None
        return found

    async def state(self, name: str) -> str:
        return (await self.look(name)).state
