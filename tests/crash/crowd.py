"""People in the middle of a conversation, who read what they see, go on, and tire of nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from tests.bot_api import BotApiServer, Person
from tests.bot_api.server import Call

TAPS = {"prefecture": "973", "procedure": "renewal", "district": "cayenne", "permit": "cst"}
LAST_QUESTION = "expires_on=unsaid"
ANSWER = "guyane.gouv.fr/booking/create/4150"

THOUGHT = 0.8
"""Seconds that people think before they act, at most."""

REPLIES = ("sendMessage", "editMessageText")
"""The calls that a reply is made of."""


@dataclass
class Somebody:
    """Where a person is on their way: `said` counts what they wrote and pressed."""

    person: Person
    ends: date
    said: int = 0
    seen: int = 0
    calls: int = 0
    done: int = 0

    @property
    def facts(self) -> dict[str, str]:
        """What they have told at the end of the way."""
        return TAPS | {"expires_on": self.ends.isoformat()}

    @property
    def finished(self) -> bool:
        return self.seen == len(self.way)

    @property
    def way(self) -> list[tuple[str, str]]:
        """What they do, and what they then wait to see: a button or, at the end, a part of the answer."""
        buttons = [f"{fact}={value}" for fact, value in TAPS.items()]
        deeds = ["/start", *buttons, self.ends.strftime("%d/%m/%Y")]
        return list(zip(deeds, [*buttons, LAST_QUESTION, ANSWER], strict=True))

    async def act(self) -> None:
        deed, _ = self.way[self.said]
        self.said += 1
        await (self.person.press(deed) if "=" in deed else self.person.say(deed))

    def look(self) -> bool:
        """Whether what they waited for is there now."""
        if self.said == self.seen or not self._is_there(self.way[self.seen][1]):
            return False
        self.seen += 1
        return True

    def _is_there(self, sight: str) -> bool:
        messages = self.person.chat.messages.values()
        if "=" in sight:
            return any(sight == button["callback_data"] for message in messages for button in message.buttons)
        return any(sight in message.text for message in messages)


@dataclass
class Crowd:
    """All of them, watched through the calls of the server."""

    server: BotApiServer
    ends: date
    size: int = 200
    people: dict[int, Somebody] = field(default_factory=dict)
    seen: int = 0

    def __post_init__(self) -> None:
        for number in range(720_000_001, 720_000_001 + self.size):
            self.people[number] = Somebody(Person(self.server, number), self.ends)
        self._random = Random(0)  # noqa: S311 - a course to repeat, not a secret
        self._deeds: set[asyncio.Task[None]] = set()
        self._waiting: list[tuple[Callable[[], bool], asyncio.Event]] = []
        self.server.listeners.append(self._heard)

    @property
    def replies(self) -> int:
        """How many replies they wait for in all."""
        return sum(len(each.way) for each in self.people.values())

    async def walk(self) -> None:
        """Everybody's way, to its end."""
        for each in self.people.values():
            self._go_on(each)
        await self.have_seen(self.replies)

    async def have_seen(self, replies: int) -> None:
        """Returns once so many replies are on their screens."""
        reached = asyncio.Event()
        self._waiting.append((lambda: self.seen >= replies, reached))
        self._tell()
        await reached.wait()

    def _heard(self, call: Call) -> None:
        somebody = self.people.get(call.parameters.get("chat_id", 0))
        if somebody is None or call.method not in REPLIES:
            return
        somebody.calls += 1
        somebody.done += call.done
        if somebody.look():
            self.seen += 1
            self._tell()
            if not somebody.finished:
                self._go_on(somebody)

    def _go_on(self, somebody: Somebody) -> None:
        asyncio.get_running_loop().call_later(self._random.uniform(0, THOUGHT), self._act, somebody)

    def _act(self, somebody: Somebody) -> None:
        deed = asyncio.get_running_loop().create_task(somebody.act())
        self._deeds.add(deed)
        deed.add_done_callback(self._deeds.discard)

    def _tell(self) -> None:
        for condition, reached in self._waiting:
            if condition():
                reached.set()
