"""Many people who are told something at once on Telegram: who they are, what they get, and who else is talking.

Some have blocked the bot, some chats are flooded when their message comes. Beside them others hold a conversation,
whose waits are taken.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from bot.channels.telegram.updates import CHANNEL
from bot.store import people, subscriptions
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault
from tests.bot_api import BotApiServer, Fault, Person
from tests.bot_api.server import Call

PREFECTURE, CALENDAR = "74", "3.2"
FIRST = 740_000_001
BLOCKED_EVERY, FLOODED_EVERY = 33, 331
"""3 % have blocked the bot; of 2,000, six are flooded."""
FLOOD = 2
"""Seconds that a flooded chat asks to be left alone."""
TALKER = 750_000_001
DEEDS = ("/recommencer", "prefecture=973", "procedure=renewal", "district=cayenne", "permit=cst", "expires_on=unsaid")
REPLIES = frozenset({"sendMessage", "editMessageText"})


@dataclass
class Audience:
    """Those who are told, watched through the calls of the server. `calls` and `told` are by chat: tried, and shown."""

    server: BotApiServer
    size: int
    calls: Counter[int] = field(default_factory=Counter)
    told: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    replies: int = 0
    """Calls to the others since the first of the broadcast, and until its last."""
    _replies: int = 0

    def __post_init__(self) -> None:
        for number in self.blocked:
            self.server.chats[number].blocked = True
        for number in self.flooded:
            self.server.faults.add(Fault("too_many", "sendMessage", chat=number, seconds=FLOOD))
        self.server.listeners.append(self._heard)

    @property
    def numbers(self) -> range:
        return range(FIRST, FIRST + self.size)

    @property
    def blocked(self) -> list[int]:
        return list(self.numbers[BLOCKED_EVERY // 2 :: BLOCKED_EVERY])

    @property
    def flooded(self) -> list[int]:
        return list(self.numbers[FLOODED_EVERY // 3 :: FLOODED_EVERY])

    @property
    def seconds(self) -> float:
        """From the first message to the last."""
        return self.times[-1] - self.times[0]

    async def wait(self, database_url: str, vault: Vault, now_ms: int) -> None:
        """They are known to the assistant, and wait for appointments of the calendar."""

        def script() -> Script[None]:
            for number in self.numbers:
                digest, sealed = vault.digest(CHANNEL, str(number)), vault.seal(str(number))
                yield from people.meet(CHANNEL, digest, sealed, _id(number), now_ms)
                yield from subscriptions.put(_id(number), _id(number), PREFECTURE, (CALENDAR,), True, now_ms)

        database = await open_database(database_url)
        await database.run(script)
        await database.close()

    async def reached(self, count: int, seconds: float) -> None:
        """Returns once so many messages have come. Raises TimeoutError."""
        await self.server.when(lambda: len(self.times) >= count, seconds)

    def _heard(self, call: Call) -> None:
        chat = call.parameters.get("chat_id")
        if chat not in self.numbers:
            self._replies += bool(self.times) and call.method in REPLIES
            return
        self.times.append(call.at)
        self.calls[chat] += 1
        self.told[chat] += call.done
        self.replies = self._replies


def number_of(person_id: str) -> int:
    """The chat of somebody of the audience."""
    return int(person_id.removeprefix("person "))


def _id(number: int) -> str:
    return f"person {number}"


class Talkers:
    """People in conversation, each with a pause between a reply and what they do next."""

    def __init__(self, server: BotApiServer, count: int) -> None:
        self._people = [Person(server, TALKER + each) for each in range(count)]
        self._replied = {person.number: asyncio.Event() for person in self._people}
        self._deeds: dict[int, Iterator[str]] = {person.number: _again_and_again() for person in self._people}
        self._random = Random(0)  # noqa: S311 - a course to repeat, not a secret
        self.waits: list[float] = []
        server.listeners.append(self._heard)

    async def talk(self, pause: float, over: asyncio.Event) -> list[float]:
        """Until it is over; the waits in seconds."""
        self.waits = []
        await asyncio.gather(*(self._talk(person, pause, over) for person in self._people))
        return self.waits

    async def _talk(self, person: Person, pause: float, over: asyncio.Event) -> None:
        while True:
            try:
                async with asyncio.timeout(self._random.uniform(0.7, 1.3) * pause):
                    await over.wait()
            except TimeoutError:
                await self._act(person)
            else:
                return

    async def _act(self, person: Person) -> None:
        replied, deed = self._replied[person.number], next(self._deeds[person.number])
        replied.clear()
        asked = monotonic()
        await (person.press(deed) if "=" in deed else person.say(deed))
        await replied.wait()
        self.waits.append(monotonic() - asked)

    def _heard(self, call: Call) -> None:
        replied = self._replied.get(call.parameters.get("chat_id", 0))
        if replied is not None and call.method in REPLIES and call.done:
            replied.set()


def _again_and_again() -> Iterator[str]:
    while True:
        yield from DEEDS
