"""What an agent sees before anything is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.notices.desk import NoticeDesk
from bot.notices.rehearsal import rehearse
from bot.notices.rows import Row, Rows
from bot.notices.wording import Ending
from bot.store import batches, trail
from tests.bot.notices.conftest import ACTOR, Clock, number, some
from tests.bot.notices.mail import linked, sent

pytestmark = pytest.mark.anyio


async def test_how_many_by_which_channel_with_which_words_at_what_price(desk: NoticeDesk) -> None:
    await linked(desk, number(1))
    rows = Rows([*some(40), Row(50, number(50), language="en"), Row(51, "04 76 00 00 01")])
    seen: list[int] = []
    rehearsal = await rehearse(desk, rows, "38", ACTOR, progress=seen.append)
    assert (rehearsal.given, rehearsal.taken, rehearsal.sms, rehearsal.telegram) == (42, 41, 40, 1)
    assert [(each.row, each.reason) for each in rehearsal.refused] == [(51, "fixed_line")]
    assert [(text.language, text.sms, text.telegram) for text in rehearsal.texts] == [("en", 1, 0), ("fr", 39, 1)]
    assert {(text.encoding, text.segments, text.price) for text in rehearsal.texts} == {("GSM-7", 2, Decimal("0.1596"))}
    assert (rehearsal.segments, rehearsal.price) == (80, 41 * Decimal("0.1596"))
    assert rehearsal.lasts == timedelta(seconds=8)
    assert sum(seen) == 42


async def test_the_words_shown_are_those_that_are_sent(desk: NoticeDesk) -> None:
    from bot.notices.pickups import import_rows

    rehearsal = await rehearse(desk, some(1), "38", ACTOR)
    await import_rows(desk, some(1), "38", ACTOR)
    assert [text for _, text in await sent(desk)] == [text.text for text in rehearsal.texts]


async def test_a_link_is_shown_as_long_as_it_will_be(desk: NoticeDesk) -> None:
    from bot.notices.pickups import import_rows

    by_link = replace(desk, ending=Ending("link", "https://rdv.example.org"))
    rehearsal = await rehearse(by_link, some(1), "38", ACTOR)
    await import_rows(by_link, some(1), "38", ACTOR)
    ((_, text),) = await sent(desk)
    assert len(text) == rehearsal.texts[0].units


async def test_nothing_is_written_but_that_it_was_looked_up(desk: NoticeDesk) -> None:
    await rehearse(desk, some(3), "38", ACTOR)
    assert await sent(desk) == []
    assert await desk.database.run(lambda: batches.page("pickups")) == []
    (entry,) = await desk.database.run(lambda: trail.entries())
    assert (entry.action, entry.people) == ("pickups.rehearse", 3)


async def test_quiet_hours_say_when_it_leaves(desk: NoticeDesk, clock: Clock) -> None:
    assert not (await rehearse(desk, some(1), "38", ACTOR)).is_quiet
    clock.now = datetime(2026, 11, 24, 20, tzinfo=UTC)
    late = await rehearse(desk, some(1), "38", ACTOR)
    assert late.is_quiet
    assert late.leaves_at == datetime(2026, 11, 25, 7, tzinfo=UTC)
    assert not (await rehearse(desk, some(1), "973", ACTOR)).is_quiet


async def test_its_json_says_the_same(desk: NoticeDesk) -> None:
    said = (await rehearse(desk, Rows([Row(2, number(1)), Row(3, "")]), "38", ACTOR)).to_json()
    assert (said["taken"], said["channels"]) == (1, {"sms": 1, "telegram": 0})
    (refused,) = said["refused"]
    assert (refused["row"], refused["column"], refused["reason"]) == (3, "telephone", "empty")
    assert (said["price"], said["currency"]) == ("0.1596", "USD")
