"""The outbox on both databases: what delivery relies on, and delivery itself with two processes at work."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from time import time_ns

import pytest

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.drive import DEAD
from bot.delivery.outcomes import RETRIED, Final, State, Verdict, judge
from bot.delivery.pacing import Pace, Pacing
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.process import this_process
from bot.delivery.sender import Accepted, NotSent, Outcome, Refused, RetryAfter, Uncertain
from bot.delivery.shared import SharedWindow
from bot.delivery.stored import StoredOutbox
from bot.store import outbox, people
from bot.store.database import Database
from bot.store.script import Script
from bot.store.sealed import Vault
from tests.bot.delivery.memory import MemoryOutbox

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
VAULT = Vault("a key for the tests, long enough.")


@dataclass
class Desk:
    """Puts messages in the outbox, as turns do, and looks what became of them."""

    database: Database
    channel: str = "telegram"
    count: int = 0

    async def add(
        self,
        person: str,
        lane: Lane = Lane.DIALOG,
        *,
        now: int = NOW,
        expires: int | None = None,
        text: str = "Bonjour",
        segments: int | None = None,
        prefecture: str | None = None,
    ) -> str:
        self.count += 1
        name = f"{self.channel} {self.count:06}"
        sealed = VAULT.seal(json.dumps({"id": name, "text": text}))

        def script() -> Script[None]:
            digest, address = VAULT.digest(self.channel, person), VAULT.seal(f"address of {person}")
            met = yield from people.meet(self.channel, digest, address, f"{self.channel} {person}", now)
            yield from outbox.add(
                name, met.id, self.channel, lane, sealed, now, now, expires, segments=segments, prefecture=prefecture
            )

        await self.database.run(script)
        return name

    async def status(self, name: str) -> outbox.Status:
        status = await self.database.run(lambda: outbox.status(name))
        assert status is not None
        return status

    async def states(self, names: Sequence[str]) -> list[str]:
        return [(await self.status(name)).state for name in names]

    def outbox(self, owner: str = "here") -> StoredOutbox:
        return StoredOutbox(self.database, VAULT, self.channel, owner)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def claim(
    of: StoredOutbox, verdicts: Sequence[Verdict] = (), *, limit: int = 100, bulk: int = 100, now: int = NOW
) -> list[Parcel]:
    return list((await of.round(verdicts, limit, bulk, now, lambda _: now)).parcels)


async def test_one_at_a_time_in_order(desk: Desk) -> None:
    box = desk.outbox()
    first, second = await desk.add("ada"), await desk.add("ada")
    news = await desk.add("grace", Lane.BROADCAST)
    parcels = await claim(box)
    assert [(parcel.id, parcel.lane, parcel.attempt) for parcel in parcels] == [
        (first, Lane.DIALOG, 1),
        (news, Lane.BROADCAST, 1),
    ]
    assert parcels[0].address == "address of ada"
    assert parcels[0].message == {"id": first, "text": "Bonjour"}
    assert await claim(box) == []
    [next_one] = await claim(box, [Final(parcels[0], State.ACCEPTED, provider_id="77")])
    assert next_one.id == second
    assert (await desk.status(first)).provider_id == "77"


async def test_what_was_put_back_keeps_its_place_and_its_mark(desk: Desk) -> None:
    box = desk.outbox()
    first, second = await desk.add("ada"), await desk.add("ada")
    [parcel] = await claim(box)
    assert await claim(box, [judge(parcel, Uncertain("reset"), NOW)]) == []
    [again] = await claim(box, now=NOW + 1000)
    assert (again.id, again.attempt, again.flag) == (first, 2, RETRIED)
    [after] = await claim(box, [judge(again, Uncertain("reset"), NOW + 1000)], now=NOW + 1000)
    assert after.id == second
    assert (await desk.status(first)).state == "uncertain"


async def test_a_chat_that_is_not_ready_is_passed_over_and_not_counted(desk: Desk) -> None:
    box = desk.outbox()
    await desk.add("ada")
    await desk.add("grace")
    ready = {"telegram ada": NOW + 700}
    round_ = await box.round([], 100, 100, NOW, lambda person: ready.get(person, NOW))
    assert [parcel.person_id for parcel in round_.parcels] == ["telegram grace"]
    assert round_.passed_over == [NOW + 700]
    assert await claim(box, now=NOW + 699) == []
    [parcel] = await claim(box, now=NOW + 700)
    assert (parcel.person_id, parcel.attempt) == ("telegram ada", 1)


async def test_dialog_has_room_of_its_own(desk: Desk) -> None:
    box = desk.outbox()
    for number in range(5):
        await desk.add(f"reader {number}", Lane.BROADCAST)
    replies = [await desk.add(f"asker {number}") for number in range(2)]
    parcels = await claim(box, limit=6, bulk=3)
    assert [parcel.id for parcel in parcels[:2]] == replies
    assert len(parcels) == 5
    assert await claim(box, limit=6, bulk=0) == []


async def test_a_claim_stops_where_the_pace_does(desk: Desk) -> None:
    """In segments; and what it leaves has not been tried and keeps its place."""
    box = desk.outbox()
    names = [await desk.add(f"reader {number}", segments=2) for number in range(4)]
    found = await box.round([], 3, 3, NOW, lambda _: NOW)
    assert ([parcel.id for parcel in found.parcels], found.more) == (names[:2], True)
    assert [(parcel.id, parcel.attempt) for parcel in await claim(box)] == [(name, 1) for name in names[2:]]


async def test_what_has_expired_is_not_sent(desk: Desk) -> None:
    late, fresh = await desk.add("ada", expires=NOW + 10), await desk.add("ada")
    [parcel] = await claim(desk.outbox(), now=NOW + 10)
    assert parcel.id == fresh
    assert (await desk.status(late)).state == "expired"


async def test_who_blocked_us_gets_nothing_more(desk: Desk) -> None:
    box = desk.outbox()
    names = [await desk.add("ada"), await desk.add("ada"), await desk.add("ada", Lane.NOTICE)]
    [parcel] = await claim(box)
    assert await claim(box, [judge(parcel, Refused("bot was blocked", blocked=True), NOW)]) == []
    assert await desk.states(names) == ["failed", "cancelled", "cancelled"]
    person = await desk.database.run(lambda: people.get(parcel.person_id))
    assert person is not None
    assert person.blocked


async def test_what_cannot_be_read_stops_nobody(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    lost = await desk.add("ada")
    await desk.database.run(lambda: outbox.add("z", "telegram ada", "telegram", 0, "no such seal", NOW, NOW, None))
    box = desk.outbox()
    [parcel] = await claim(box)
    assert parcel.id == lost
    assert await claim(box, [Final(parcel, State.ACCEPTED)]) == []
    await claim(box)
    assert (await desk.status("z")).state == "failed"
    assert "address" not in caplog.text


async def test_the_dead_are_inherited_once_and_the_living_are_not(desk: Desk) -> None:
    reply = await desk.add("ada")
    gone, living, heir, other = (desk.outbox(name) for name in ("gone", "living", "heir", "other"))
    assert len(await claim(gone)) == 1
    news = await desk.add("grace", Lane.BROADCAST)
    assert len(await claim(living)) == 1
    later = NOW + DEAD + 1
    await living.alive(later)
    [parcel] = await heir.abandoned(later)
    assert (parcel.id, parcel.attempt) == (reply, 1)
    assert await other.abandoned(later) == []
    await claim(heir, [judge(parcel, Uncertain("died"), later)], limit=0, now=later)
    assert (await desk.status(reply)).flag == RETRIED
    assert await desk.states([reply, news]) == ["queued", "dispatching"]


async def test_who_has_just_claimed_is_alive(desk: Desk) -> None:
    """Though somebody else claims right after, and looks for the dead."""
    await desk.add("ada")
    first, second = desk.outbox("first"), desk.outbox("second")
    assert len(await claim(first)) == 1
    await desk.add("grace")
    assert len(await claim(second, now=NOW + 1)) == 1
    assert await second.abandoned(NOW + 2) == []
    assert await first.abandoned(NOW + DEAD) == []


async def test_who_leaves_leaves_nothing_waiting(desk: Desk) -> None:
    await desk.add("ada")
    before = desk.outbox("before")
    await claim(before)
    await before.leave()
    assert len(await desk.outbox("after").abandoned(NOW + 1)) == 1


async def test_who_goes_on_under_another_name_finds_what_it_left(desk: Desk) -> None:
    name = await desk.add("ada")
    box = desk.outbox()
    await claim(box)
    assert await box.abandoned(NOW + DEAD) == []
    await box.leave()
    [parcel] = await box.abandoned(NOW + DEAD)
    assert parcel.id == name


async def test_an_answer_after_the_burial_still_counts(desk: Desk) -> None:
    """A process that slept for long, and not for ever: what it knows for sure replaces the doubt."""
    name = await desk.add("ada")
    slow, heir = desk.outbox("slow"), desk.outbox("heir")
    [parcel] = await claim(slow)
    [inherited] = await heir.abandoned(NOW + DEAD + 1)
    await claim(heir, [judge(inherited, Uncertain("died"), NOW)], limit=0)
    await claim(slow, [Final(parcel, State.ACCEPTED, provider_id="77")], limit=0)
    assert await claim(heir, now=NOW + 60_000) == []
    assert (await desk.status(name)).state == "accepted"


async def test_processes_keep_the_pace_together(desk: Desk) -> None:
    boxes = [
        StoredOutbox(desk.database, VAULT, "telegram", name, SharedWindow("telegram", 30)) for name in ("one", "other")
    ]
    for number in range(200):
        await desk.add(f"reader {number}", Lane.BROADCAST)
    sent = [
        now
        for now in range(NOW, NOW + 2000, 25)
        for box in boxes
        for _ in await claim(box, limit=3, now=now)
    ]  # fmt: skip
    assert all(sum(begin <= time < begin + 1000 for time in sent) <= 30 for begin in sent)
    assert len(sent) >= 28 * 1.9, "and the pace is used"


async def test_processes_keep_the_pace_of_segments_together(desk: Desk) -> None:
    boxes = [
        StoredOutbox(desk.database, VAULT, "telegram", name, SharedWindow("telegram", 20)) for name in ("one", "other")
    ]
    for number in range(60):
        await desk.add(f"reader {number}", Lane.NOTICE, segments=2)
    sent = [
        (now, parcel.segments)
        for now in range(NOW, NOW + 3000, 10)
        for box in boxes
        for parcel in await claim(box, limit=3, now=now)
    ]  # fmt: skip
    assert all(sum(weight for time, weight in sent if begin <= time < begin + 1000) <= 20 for begin, _ in sent)
    assert sum(weight for _, weight in sent) >= 20 * 2.8


@pytest.mark.parametrize("seed", range(6))
async def test_memory_and_store_agree(database: Database, seed: int) -> None:
    """The double of the properties does what the databases do."""
    chance = Random(seed)  # noqa: S311
    desk, memory = Desk(database, f"channel {seed}"), MemoryOutbox()
    stored, twins, now = desk.outbox(), dict[str, str](), NOW
    flying: list[tuple[Parcel, Parcel]] = []
    for _ in range(40):
        now += chance.choice([0, 1, 300, 1500, 20_000])
        for _ in range(chance.randrange(4)):
            person, lane = chance.choice(["ada", "grace", "emmy"]), chance.choice(list(Lane))
            expires, segments = chance.choice([None, None, now + 5000]), chance.choice([1, 1, 2])
            name = await desk.add(person, lane, now=now, expires=expires, segments=segments)
            twin = memory.add(f"{desk.channel} {person}", lane, now=now, expires_at=expires, segments=segments)
            twins[twin] = name
        chance.shuffle(flying)
        done = [flying.pop() for _ in range(chance.randrange(len(flying) + 1))]
        outcomes = [chance.choice(_OUTCOMES) for _ in done]
        limit, bulk = chance.choice([(0, 0), (1, 1), (2, 1), (5, 5)])
        ready = {f"{desk.channel} {person}": now + chance.choice([0, 0, 900]) for person in ("ada", "grace", "emmy")}
        theirs = await stored.round(
            [judge(parcel, outcome, now) for (_, parcel), outcome in zip(done, outcomes, strict=True)],
            limit, bulk, now, ready.__getitem__,
        )  # fmt: skip
        ours = await memory.round(
            [judge(parcel, outcome, now) for (parcel, _), outcome in zip(done, outcomes, strict=True)],
            limit, bulk, now, ready.__getitem__,
        )  # fmt: skip
        assert [twins[parcel.id] for parcel in ours.parcels] == [parcel.id for parcel in theirs.parcels]
        assert (ours.passed_over, ours.more) == (theirs.passed_over, theirs.more)
        for mine, other in zip(ours.parcels, theirs.parcels, strict=True):
            assert replace(mine, id=other.id, address=other.address, message=other.message) == other
        flying += zip(ours.parcels, theirs.parcels, strict=True)


_OUTCOMES: list[Outcome] = [
    Accepted("77"),
    Accepted("78"),
    Uncertain("reset"),
    NotSent("no route"),
    RetryAfter(3),
    Refused("chat not found"),
]


@dataclass
class Post:
    """A provider that answers on the next turn of the loop, with trouble for some; `done` when all are in."""

    expected: int
    trouble: Mapping[str, Outcome] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    flying: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, parcel: Parcel) -> Outcome:
        address, message = parcel.address, parcel.message
        self.flying[address] += 1
        assert self.flying[address] == 1
        await asyncio.sleep(0)
        self.flying[address] -= 1
        name = message["id"]
        first = (address, name) not in self.sent
        self.sent.append((address, name))
        if first and name in self.trouble:
            return self.trouble[name]
        self.accepted.add(name)
        if len(self.accepted) == self.expected:
            self.done.set()
        return Accepted(None)


async def test_two_processes_share_the_work(desk: Desk) -> None:
    now = time_ns() // 1_000_000
    names = [await desk.add(f"person {number % 40}", now=now) for number in range(120)]
    post = Post(len(names), {names[3]: RetryAfter(0.05), names[7]: NotSent("no route")})
    dispatchers = [
        Dispatcher(
            desk.outbox(this_process(number)),
            post,
            Pacing(Pace(1e5, 1000), Pace(1e5, 1000)),
            lambda: time_ns() // 1_000_000,
        )
        for number in range(2)
    ]
    running = [asyncio.create_task(dispatcher.run()) for dispatcher in dispatchers]
    async with asyncio.timeout(20):
        await post.done.wait()
        for dispatcher in dispatchers:
            await dispatcher.stop()
        await asyncio.gather(*running)
    assert set(await desk.states(names)) == {"accepted"}
    assert Counter(name for _, name in post.sent) == Counter(names) + Counter([names[3], names[7]])
    for person in {address for address, _ in post.sent}:
        order = list(dict.fromkeys(name for address, name in post.sent if address == person))
        assert order == sorted(order)
