"""The import on both databases: everybody once, whatever stops it, whoever else imports."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.notices import pickups as importing
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import Imported, import_rows
from bot.notices.refusals import Refusal
from bot.notices.rehearsal import rehearse
from bot.notices.rows import Row, Rows
from bot.notices.sorting import parts
from bot.notices.wording import Ending
from bot.store import batches, claiming, opt_outs, outbox, people, settling, trail
from bot.store.database import Database
from bot.store.open import open_database
from bot.store.script import Script
from tests.bot.notices.conftest import ACTOR, Clock, number, some
from tests.bot.notices.mail import linked, sent

pytestmark = pytest.mark.anyio


async def run(desk: NoticeDesk, rows: Rows, code: str = "38", **how: object) -> Imported:
    return await import_rows(desk, rows, code, ACTOR, **how)  # type: ignore[arg-type]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three rows."""
    monkeypatch.setattr(importing, "parts", lambda rows: parts(rows, 3))


async def test_everybody_gets_one_notice_in_the_notice_lane(desk: NoticeDesk) -> None:
    done = await run(desk, some(4))
    assert (done.taken, done.sms, done.telegram, done.refused) == (4, 4, 0, ())
    rows = await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 9))
    assert {(row.lane, row.segments, row.prefecture, row.batch_id) for row in rows} == {(1, 2, "38", done.batch)}
    assert {row.expires_at for row in rows} == {desk.now_ms() + 7 * 24 * 3600 * 1000}
    assert sorted(desk.vault.open(row.sealed_address) for row in rows) == [number(place) for place in range(4)]


async def test_each_reads_their_language_and_public(desk: NoticeDesk) -> None:
    await run(desk, Rows([Row(2, number(1), language="Anglais"), Row(3, number(2), public="Étudiante")]))
    texts = dict(await sent(desk))
    assert "your residence permit" in texts[number(1)]
    assert "campus" in texts[number(2)]


async def test_the_same_file_again_tells_nobody(desk: NoticeDesk, clock: Clock) -> None:
    first = await run(desk, some(3))
    await sent(desk)
    clock.pass_by(days=2)
    again = await run(desk, some(3))
    assert (again.batch, again.taken) == (None, 0)
    assert again.refused[0] == Refusal(2, "telephone", "already_told", "2026-11-24")
    assert await sent(desk) == []
    assert len(await desk.database.run(lambda: batches.page("pickups"))) == 1
    clock.pass_by(days=59)
    assert (await run(desk, some(3))).batch not in (None, first.batch)


async def test_another_prefecture_may_tell_the_same_number(desk: NoticeDesk) -> None:
    await run(desk, some(1))
    assert (await run(desk, some(1), "74")).taken == 1


async def test_rows_that_are_not_taken_say_why(desk: NoticeDesk) -> None:
    gone = desk.vault.digest("sms", number(9))
    await desk.database.run(lambda: opt_outs.opt_out("sms", gone, 1))
    done = await run(
        desk,
        Rows(
            [
                Row(2, "06 39 98 00 01"),
                Row(3, "+33639980001"),
                Row(4, "06 39 98 00 09"),
                Row(5, "06"),
                Row(6, "0639980002", language="klingon"),
                Row(7, "0639980003", public="martiens"),
            ]
        ),
    )
    assert done.taken == 1
    assert [(each.row, each.column, each.reason) for each in done.refused] == [
        (3, "telephone", "twice"),
        (4, "telephone", "opted_out"),
        (5, "telephone", "too_short"),
        (6, "langue", "unknown_language"),
        (7, "public", "unknown_public"),
    ]
    assert done.refused[0].detail == "2"


async def test_who_shared_their_number_is_told_on_telegram(desk: NoticeDesk) -> None:
    await linked(desk, number(1))
    done = await run(desk, some(3))
    assert (done.telegram, done.sms) == (1, 2)
    (told,) = await sent(desk, "telegram")
    assert told[0] == "77"
    assert told[1].endswith("/stop")
    assert [address for address, _ in await sent(desk)] == [number(0), number(2)]


async def test_who_stopped_on_telegram_is_not_told_by_sms_instead(desk: NoticeDesk) -> None:
    await linked(desk, number(1))
    await desk.database.run(lambda: opt_outs.opt_out("telegram", desk.vault.digest("telegram", "77"), 1))
    assert [each.reason for each in (await run(desk, some(3))).refused] == ["opted_out"]


async def test_who_blocked_the_bot_is_told_by_sms(desk: NoticeDesk) -> None:
    person = await linked(desk, number(1))
    await desk.database.run(lambda: people.mark_blocked(person, 1))
    assert (await run(desk, some(3))).sms == 3


async def test_each_has_a_link_of_their_own_to_stop_with(desk: NoticeDesk) -> None:
    await run(replace(desk, ending=Ending("link", "https://rdv.example.org")), some(3))
    links = {text.rpartition("/s/")[2] for _, text in await sent(desk)}
    assert len(links) == 3
    for token in links:
        assert await desk.database.run(partial(people.of_stop_token, token)) is not None


async def test_what_failed_is_told_again_only_if_one_asks_for_it(desk: NoticeDesk) -> None:
    await run(desk, some(2))
    rows = await desk.database.run(lambda: claiming.claim_due("sms", "us", desk.now_ms(), 9))
    await desk.database.run(lambda: settling.finish(rows[0].id, "failed", desk.now_ms(), reason="30005"))
    await desk.database.run(lambda: settling.finish(rows[1].id, "uncertain", desk.now_ms()))
    assert [each.reason for each in (await run(desk, some(2))).refused] == ["failed_before", "already_told"]
    again = await run(desk, some(2), retry_failed=True)
    assert (again.taken, [each.reason for each in again.refused]) == (1, ["already_told"])


async def test_what_never_left_may_be_told_again(desk: NoticeDesk) -> None:
    await run(desk, some(1))
    person = await desk.database.run(lambda: people.find("sms", desk.vault.digest("sms", number(0))))
    assert person is not None
    await desk.database.run(lambda: outbox.cancel_for(person.id, desk.now_ms()))
    assert (await run(desk, some(1))).taken == 1


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", [1, 2, 3])
async def test_an_interrupted_run_goes_on_where_it_stood(desk: NoticeDesk, clock: Clock, after: int) -> None:
    stopped = Stopping(desk.database, after)
    with pytest.raises(Killed):
        await run(replace(desk, database=stopped), some(11))
    clock.pass_by(hours=1)
    rehearsal = await rehearse(desk, some(11), "38", ACTOR)
    assert (rehearsal.earlier, rehearsal.taken) == (3 * after, 11 - 3 * after)
    done = await run(desk, some(11))
    assert (done.batch, done.earlier, done.taken) == (rehearsal.batch, 3 * after, 11)
    assert sorted(address for address, _ in await sent(desk)) == [number(place) for place in range(11)]
    (batch,) = await desk.database.run(lambda: batches.page("pickups"))
    assert (batch.state, batch.rows_read, batch.rows_taken) == ("done", 11, 11)


@pytest.mark.usefixtures("small")
async def test_who_had_everything_erased_meanwhile_is_not_told_anew(desk: NoticeDesk) -> None:
    with pytest.raises(Killed):
        await run(replace(desk, database=Stopping(desk.database, 1)), some(5))
    person = await desk.database.run(lambda: people.find("sms", desk.vault.digest("sms", number(0))))
    assert person is not None
    await desk.database.run(lambda: people.erase(person.id))
    await run(desk, some(5))
    assert number(0) not in [address for address, _ in await sent(desk)]


@pytest.mark.usefixtures("small")
async def test_two_at_once_tell_nobody_twice(desk: NoticeDesk, database_url: str) -> None:
    other = await open_database(database_url)
    overlapping = some(20, first=10)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for each, rows in (
            (desk.database, some(20)),
            (other, some(20)),
            (other, overlapping),
            (desk.database, overlapping),
        ):
            group.create_task(run(replace(desk, database=each), rows))
    await other.close()
    assert Counter(address for address, _ in await sent(desk)) == Counter(number(place) for place in range(30))


async def test_a_part_takes_as_many_queries_whatever_it_tells(desk: NoticeDesk) -> None:
    """A server is a network away."""
    desk = replace(desk, ending=Ending("link", "https://rdv.example.org"))
    await linked(desk, number(1))
    asked = []
    for rows in (some(3), some(60, first=3)):
        counting = Counting(desk.database)
        await run(replace(desk, database=counting), rows)
        asked.append(counting.queries)
    assert asked[0] == asked[1] < 15


async def test_imports_for_two_prefectures_with_people_in_common(desk: NoticeDesk, database_url: str) -> None:
    """The same people in opposite order, and each has one link to stop by, which all their notices name."""
    other = await open_database(database_url)
    desk = replace(desk, ending=Ending("link", "https://rdv.example.org"))
    opposite = Rows(Row(place + 2, number(59 - place)) for place in range(60))
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(run(desk, some(60), "38"))
        group.create_task(run(replace(desk, database=other), opposite, "74"))
    await other.close()
    told = await sent(desk)
    assert Counter(address for address, _ in told) == Counter({number(place): 2 for place in range(60)})
    assert len({(address, text.rpartition("/s/")[2]) for address, text in told}) == 60


async def test_a_request_that_comes_again_is_answered_as_the_first_time(desk: NoticeDesk) -> None:
    rows = Rows([Row(0, number(1)), Row(1, number(1)), Row(2, number(2))])
    first = await run(desk, rows, key="agent/1")
    await sent(desk)
    again = await run(desk, rows, key="agent/1")
    assert (again.batch, again.taken, again.refused) == (first.batch, first.taken, first.refused)
    assert await sent(desk) == []
    assert (await run(desk, rows, key="agent/2")).taken == 0


async def test_what_was_done_is_in_the_trail(desk: NoticeDesk) -> None:
    done = await run(desk, some(3))
    (entry,) = await desk.database.run(lambda: trail.entries())
    assert (entry.actor, entry.action, entry.prefecture) == (ACTOR, "pickups.import", "38")
    assert (entry.subject, entry.people) == (done.batch, 3)


@pytest.mark.usefixtures("small")
@given(
    phones=st.lists(
        st.integers(0, 6).map(lambda place: f"06399800{place:02d}") | st.sampled_from(["06", "x"]), max_size=9
    ),
    stops=st.lists(st.integers(1, 4), max_size=3),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_given_and_wherever_it_stops_everybody_is_told_once(
    desk: NoticeDesk, phones: list[str], stops: list[int]
) -> None:
    for place in range(7):
        person = await desk.database.run(
            lambda place=place: people.find("sms", desk.vault.digest("sms", number(place)))
        )
        if person is not None:
            await desk.database.run(lambda person=person: people.erase(person.id))
    rows = Rows(Row(place, phone) for place, phone in enumerate(phones, 2))
    for stop in stops:
        with suppress(Killed):
            await run(replace(desk, database=Stopping(desk.database, stop)), rows)
    await run(desk, rows)
    told = Counter(address for address, _ in await sent(desk))
    assert told == Counter({f"+33{phone[1:]}" for phone in phones if len(phone) == 10})


class Killed(Exception):
    """The process ends here."""


class Stopping:
    """A database whose process is killed after so many transactions."""

    def __init__(self, database: Database, after: int) -> None:
        self._database, self._left = database, after

    async def run(self, script: Callable[[], Script[object]], *, ahead: bool = False) -> object:
        if self._left == 0:
            raise Killed
        self._left -= 1
        return await self._database.run(script, ahead=ahead)

    async def close(self) -> None:
        await self._database.close()


class Counting:
    """A database that counts what it is asked."""

    def __init__(self, database: Database) -> None:
        self._database, self.queries = database, 0

    async def run(self, script: Callable[[], Script[object]], *, ahead: bool = False) -> object:
        return await self._database.run(lambda: self._counted(script()), ahead=ahead)

    def _counted(self, script: Script[object]) -> Script[object]:
        answer = None
        while True:
            try:
                step = script.send(answer)
            except StopIteration as end:
                return end.value
            self.queries += 1
            answer = yield step

    async def close(self) -> None:
        await self._database.close()
