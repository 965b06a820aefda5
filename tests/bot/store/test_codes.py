"""Codes: ten minutes, one holder, and five tries."""

import asyncio

import pytest

from bot.store import codes, people
from bot.store.codes import LIFE
from bot.store.database import Database
from bot.store.people import PersonRow
from bot.store.script import Script

pytestmark = pytest.mark.anyio


async def meet(database: Database, *names: str) -> None:
    def script(name: str) -> Script[PersonRow]:
        return people.meet("sms", name, "sealed", name, 0)

    for name in names:
        await database.run(lambda name=name: script(name))  # type: ignore[misc]


async def test_a_code_leads_to_its_holder_while_it_is_good(database: Database) -> None:
    await meet(database, "ada")
    assert await database.run(lambda: codes.put("d", "ada", 10))
    assert await database.run(lambda: codes.holder("d", 10 + LIFE - 1)) == "ada"
    assert await database.run(lambda: codes.holder("d", 10 + LIFE)) is None
    assert await database.run(lambda: codes.holder("other", 10)) is None


async def test_two_people_never_hold_the_same_code(database: Database) -> None:
    await meet(database, "ada", "bea")
    assert await database.run(lambda: codes.put("d", "ada", 10))
    assert not await database.run(lambda: codes.put("d", "bea", 11))
    assert await database.run(lambda: codes.put("d", "bea", 10 + LIFE)), "once it has ended, it may be drawn again"
    assert await database.run(lambda: codes.holder("d", 10 + LIFE)) == "bea"


async def test_a_code_goes_with_its_person(database: Database) -> None:
    await meet(database, "ada")
    await database.run(lambda: codes.put("d", "ada", 10))
    await database.run(lambda: codes.note_tries("ada", 2, 10))
    await database.run(lambda: people.erase("ada"))
    assert await database.run(lambda: codes.holder("d", 10)) is None
    await meet(database, "ada")
    assert await database.run(lambda: codes.tries("ada", 10)) == 0


async def test_tries_count_for_ten_minutes_since_the_last(database: Database) -> None:
    await meet(database, "ada")
    assert not await database.run(lambda: codes.asked_recently("ada", 0))
    await database.run(lambda: codes.note_tries("ada", 1, 0))
    await database.run(lambda: codes.note_tries("ada", 2, 1000))
    assert await database.run(lambda: codes.tries("ada", 999 + LIFE)) == 2
    assert await database.run(lambda: codes.asked_recently("ada", 999 + LIFE))
    assert await database.run(lambda: codes.tries("ada", 1000 + LIFE)) == 0


async def test_what_has_ended_is_forgotten(database: Database) -> None:
    await meet(database, "ada", "bea")
    await database.run(lambda: codes.put("old", "ada", 0))
    await database.run(lambda: codes.put("new", "bea", LIFE))
    await database.run(lambda: codes.note_tries("ada", 5, 0))
    await database.run(lambda: codes.purge(LIFE + 1))
    assert not await database.run(lambda: codes.asked_recently("ada", 1))
    assert await database.run(lambda: codes.holder("new", LIFE + 1)) == "bea"


async def test_those_who_try_take_turns(database: Database) -> None:
    """Each reads what the one before has written."""
    await meet(database, "ada")

    def one() -> Script[None]:
        yield from codes.take_turns(0)
        tried = yield from codes.tries("ada", 0)
        yield from codes.note_tries("ada", tried + 1, 0)

    await asyncio.gather(*(database.run(one) for _ in range(20)))
    assert await database.run(lambda: codes.tries("ada", 0)) == 20
