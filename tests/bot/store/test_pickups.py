"""Batches and their rows in the store: found again, told once, purged together."""

import pytest

from bot.store import batches, outbox, people, pickups, retention, settling
from bot.store.database import Database
from bot.store.script import Script

pytestmark = pytest.mark.anyio

DAY = 24 * 3600 * 1000


def batch(id: str, digest: str, at: int = 0, prefecture: str = "38") -> Script[None]:
    yield from batches.start(id, "pickups", prefecture, "operator marie", digest, at)


def told(batch_id: str, row: int, person: str, at: int) -> Script[str]:
    """A person told by a message of the batch; gives their id."""
    message = f"{batch_id}-{row}"
    (met,) = yield from pickups.add(batch_id, "38", [telling(row, person, message)], at)
    yield from outbox.add(message, met.id, "sms", 1, "sealed", at, at, None, batch_id=batch_id, prefecture="38")
    return met.id


def telling(row: int, person: str, message: str = "m", token: str | None = None) -> pickups.Telling:
    return pickups.Telling(row, person.ljust(64, "0"), message, "fr", "general", "sealed", "sealed", person, token)


async def test_the_interrupted_batch_is_found_before_the_one_that_is_done(database: Database) -> None:
    await database.run(lambda: batch("b1", "d", 1))
    await database.run(lambda: batch("b2", "d", 2))
    await database.run(lambda: batch("b3", "other", 3))
    await database.run(lambda: batches.finish("b2", 9))
    assert (found := await database.run(lambda: batches.of_digest("pickups", "d"))) is not None
    assert (found.id, found.state) == ("b1", "importing")
    await database.run(lambda: batches.finish("b1", 10))
    assert (found := await database.run(lambda: batches.of_digest("pickups", "d"))) is not None
    assert found.id == "b2"
    assert await database.run(lambda: batches.of_digest("pickups", "none")) is None


async def test_a_batch_only_goes_forward(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    await database.run(lambda: batches.advance("b1", 300, 280))
    await database.run(lambda: batches.advance("b1", 300, 280))
    await database.run(lambda: batches.advance("b1", 200, 1))
    found = await database.run(lambda: batches.get("b1"))
    assert found is not None
    assert (found.rows_read, found.rows_taken) == (300, 280)


async def test_batches_by_page_and_prefecture(database: Database) -> None:
    for number, code in enumerate(["38", "74", "38", "973", "38"]):
        await database.run(lambda number=number, code=code: batch(f"b{number}", f"d{number}", number // 2, code))

    async def ids(**how: object) -> list[str]:
        return [each.id for each in await database.run(lambda: batches.page("pickups", **how))]  # type: ignore[arg-type]

    assert await ids() == ["b4", "b3", "b2", "b1", "b0"]
    assert await ids(prefectures=["38", "74"], most=2) == ["b4", "b2"]
    assert await ids(prefectures=["38", "74"], before="b2") == ["b1", "b0"]
    assert await ids(prefectures=["7"]) == []


async def test_standing_is_told_in_the_order_it_was_asked(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    await database.run(lambda: told("b1", 2, "ana", 5))
    digests = [name.ljust(64, "0") for name in ("bea", "ana", "cleo")]
    known = await database.run(lambda: pickups.standing(digests, "38", 0))
    assert [each.told is not None for each in known] == [False, True, False]
    assert known[1].told == pickups.Told(5, "b1")
    assert not any(each.told for each in await database.run(lambda: pickups.standing(digests, "74", 0)))
    assert not any(each.told for each in await database.run(lambda: pickups.standing(digests, "38", 5)))
    assert await database.run(lambda: pickups.standing([], "38", 0)) == []


@pytest.mark.parametrize("many", [1, 15, 16, 17, 40])
async def test_standing_of_more_than_are_cut_out_at_a_time(database: Database, many: int) -> None:
    """Every third was told; whoever is asked about twice is answered twice."""
    names = [f"person {place}" for place in range(many)]
    await database.run(lambda: batch("b1", "d"))
    known = [telling(place, name, f"m{place}") for place, name in enumerate(names) if place % 3 == 0]
    await database.run(lambda: pickups.add("b1", "38", known, 5))
    asked = [name.ljust(64, "0") for name in (*names, names[0])]
    found = await database.run(lambda: pickups.standing(asked, "38", 0))
    assert [each.told is not None for each in found] == [place % 3 == 0 for place in (*range(many), 0)]


async def test_who_blocked_us_is_out(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    ana = await database.run(lambda: told("b1", 2, "ana", 5))
    await database.run(lambda: people.mark_blocked(ana, 6))
    digests = [name.ljust(64, "0") for name in ("ana", "bea")]
    assert [each.is_out for each in await database.run(lambda: pickups.standing(digests, "38", 0))] == [True, False]


async def test_who_is_told_in_the_order_of_the_rows(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    rows = [telling(9, "zoe"), telling(2, "ana"), telling(4, "max")]
    assert [each.id for each in await database.run(lambda: pickups.add("b1", "38", rows, 5))] == ["zoe", "ana", "max"]
    assert await database.run(lambda: pickups.add("b1", "38", [], 5)) == []


async def test_who_was_met_before_keeps_their_id_and_their_link(database: Database) -> None:
    digest = "ana".ljust(64, "0")
    await database.run(lambda: people.meet("sms", digest, "sealed", "first", 0))
    await database.run(lambda: batch("b1", "d"))
    for row, new, kept in ((2, None, None), (3, "one", "one"), (4, "two", "one"), (5, None, "one")):
        (met,) = await database.run(
            lambda row=row, new=new: pickups.add("b1", "38", [telling(row, "ana", token=new)], 5)
        )
        assert met == pickups.Listener("first", kept)
    person = await database.run(lambda: people.find("sms", digest))
    assert person is not None
    assert (person.created_at, person.seen_at) == (0, 5)


async def test_a_row_falls_back_once(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    await database.run(lambda: told("b1", 2, "ana", 5))
    assert await database.run(lambda: pickups.fall_back_to("b1", 2, "m1"))
    assert not await database.run(lambda: pickups.fall_back_to("b1", 2, "m2"))


async def test_a_batch_goes_after_ninety_days_with_all_that_is_of_it(database: Database) -> None:
    for name, at in (("old", 0), ("new", 60 * DAY)):
        await database.run(lambda name=name, at=at: batch(name, name, at))
        await database.run(lambda name=name, at=at: told(name, 2, name, at))
        await database.run(lambda name=name, at=at: settling.finish(f"{name}-2", "delivered", at))
    await database.run(lambda: retention.purge(80 * DAY))
    assert await database.run(lambda: outbox.status("old-2")) is not None, "it is what the report is made of"
    while (await database.run(lambda: retention.purge(91 * DAY))).more:
        pass
    assert await database.run(lambda: batches.get("old")) is None
    assert await database.run(lambda: outbox.status("old-2")) is None
    assert await database.run(lambda: pickups.rows("old", 0, 9)) == []
    assert await database.run(lambda: outbox.status("new-2")) is not None


async def test_what_is_still_to_be_sent_keeps_its_batch(database: Database) -> None:
    await database.run(lambda: batch("old", "d"))
    await database.run(lambda: told("old", 2, "ana", 0))
    await database.run(lambda: retention.purge(100 * DAY))
    assert await database.run(lambda: batches.get("old")) is not None


async def test_who_was_told_something_is_not_somebody_without_a_past(database: Database) -> None:
    await database.run(lambda: batch("b1", "d"))
    person = await database.run(lambda: told("b1", 2, "ana", 0))
    await database.run(lambda: settling.finish("b1-2", "delivered", 0))
    await database.run(lambda: people.meet("sms", "stranger", "sealed", "p2", 0))
    await database.run(lambda: retention.purge(2 * DAY))
    assert await database.run(lambda: people.get(person)) is not None
    assert await database.run(lambda: people.get("p2")) is None
