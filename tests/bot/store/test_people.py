"""People on both databases: met once, their turns in order, and gone without a trace when they want to be."""

import asyncio
from itertools import count

import pytest

from bot.store import leases, outbox, people, retention, settling
from bot.store.database import Database
from bot.store.inbox import claim
from bot.store.people import PersonRow
from bot.store.script import Script
from tests.bot.store.conftest import Queue

pytestmark = pytest.mark.anyio


def meet(now: int = 1, new_id: str = "ana") -> Script[PersonRow]:
    return people.meet("telegram", "digest", "sealed address", new_id, now)


async def test_a_person_is_the_same_the_next_time(database: Database) -> None:
    first = await database.run(lambda: meet(1))
    assert (first.id, first.sealed_conversation, first.language, first.created_at) == ("ana", None, None, 1)
    await database.run(lambda: people.save_conversation("ana", "sealed", "en", 2))
    again = await database.run(lambda: meet(3, "another id"))
    assert (again.id, again.sealed_conversation, again.language) == ("ana", "sealed", "en")
    assert (again.created_at, again.seen_at) == (1, 3)
    assert await database.run(lambda: people.address("ana")) == "sealed address"
    assert await database.run(lambda: people.find("telegram", "digest")) == again
    assert await database.run(lambda: people.find("sms", "digest")) is None


async def test_meeting_again_does_not_unblock(database: Database) -> None:
    await database.run(meet)
    await database.run(lambda: people.mark_blocked("ana", 5))
    await database.run(lambda: people.mark_blocked("ana", 6))
    person = await database.run(meet)
    assert (person.blocked, person.blocked_at) == (True, 5)
    await database.run(lambda: people.mark_unblocked("ana"))
    assert not (await database.run(meet)).blocked


async def test_turns_of_one_person_follow_each_other(database: Database) -> None:
    """Each reads what the one before has saved, however many run at once."""
    ids = (f"ana {number}" for number in count())

    def turn() -> Script[None]:
        person = yield from meet(new_id=next(ids))
        count = int(person.sealed_conversation or 0)
        yield from people.save_conversation(person.id, str(count + 1), None, 1)

    await asyncio.gather(*(database.run(turn) for _ in range(25)))
    assert (await database.run(meet)).sealed_conversation == "25"


async def test_erased_is_erased(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "bea")
    kept = await database.run(lambda: people.export("ana"))
    assert kept is not None
    assert [message["id"] for message in kept.messages] == ["m1"]
    await database.run(lambda: people.erase("ana"))
    assert await database.run(lambda: people.export("ana")) is None
    assert await database.run(lambda: people.address("ana")) is None
    assert await database.run(lambda: outbox.status("m1")) is None
    assert await database.run(lambda: outbox.status("m2")) is not None
    assert await database.run(people.any_address) == "sealed bea"


async def test_a_message_needs_its_person(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        await database.run(lambda: outbox.add("m1", "nobody", "telegram", 0, "text", 0, 0, None))


async def test_what_is_too_old_goes(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "bea")
    await database.run(lambda: settling.finish("m1", "failed", 0))
    await database.run(lambda: people.save_conversation("ana", "sealed answers", "fr", 0))
    await database.run(lambda: claim("telegram", "1", 0))
    await database.run(lambda: leases.renew("polling", "us", 0))

    assert await database.run(lambda: retention.purge(retention.UPDATES_KEPT)) == retention.Purged(0, 0, 0)
    assert await database.run(lambda: retention.purge(retention.UPDATES_KEPT + 1)) == retention.Purged(0, 0, 1)
    assert await database.run(lambda: retention.purge(retention.MESSAGES_KEPT + 1)) == retention.Purged(0, 1, 0)
    purged = await database.run(lambda: retention.purge(retention.PEOPLE_KEPT + 1))
    assert purged == retention.Purged(1, 0, 0), "not somebody to whom a message is still to go"
    assert not purged.more
    assert await database.run(lambda: people.address("bea")) == "sealed bea"


async def test_who_told_nothing_goes_after_a_day(database: Database, queue: Queue) -> None:
    await queue("m1", "ana")
    await queue("m2", "bea")
    await database.run(lambda: people.erase("ana"))
    await database.run(lambda: people.meet("telegram", "ana", "sealed ana", "ana again", 0))
    assert await database.run(lambda: retention.purge(retention.EMPTY_KEPT)) == retention.Purged(0, 0, 0)
    assert await database.run(lambda: retention.purge(retention.EMPTY_KEPT + 1)) == retention.Purged(1, 0, 0)
    assert await database.run(lambda: people.address("bea")) == "sealed bea"


async def test_a_lease_is_one_holder_s_until_it_falls_silent(database: Database) -> None:
    assert await database.run(lambda: leases.take("polling", "us", 100, 50))
    assert not await database.run(lambda: leases.take("polling", "them", 120, 70))
    assert await database.run(lambda: leases.take("polling", "us", 130, 80))
    assert await database.run(lambda: leases.take("polling", "them", 200, 150))
    await database.run(lambda: leases.release("them"))
    assert await database.run(lambda: leases.take("polling", "us", 201, 150))
