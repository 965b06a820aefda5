"""The message list, read by Twilio's own client."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from tests.twilio.account import NOTICES, NUMBER
from tests.twilio.official import ADA, BEA, NOON, held

pytestmark = pytest.mark.anyio


async def test_a_queued_message_has_no_date_sent() -> None:
    async with held() as (server, official):
        sid = (await official.create()).sid
        after = {"date_sent_after": NOON - timedelta(days=1)}
        assert await official.list(to=ADA, **after) == []
        assert [each.sid for each in await official.list(to=ADA)] == [sid]
        await server.clock.advance(1)
        assert [each.sid for each in await official.list(to=ADA, **after)] == [sid]


async def test_the_list_is_filtered_newest_first() -> None:
    async with held() as (server, official):
        for day, (to, sender) in enumerate([(ADA, NOTICES), (BEA, NOTICES), (ADA, NUMBER)], 1):
            await official.create(to=to, from_=sender, body=str(day))
            await server.clock.advance(24 * 3600)

        async def bodies(**named: Any) -> str:
            return "".join(each.body for each in await official.list(**named))

        assert await bodies() == "321"
        assert await bodies(to=ADA) == "31"
        assert await bodies(from_=NOTICES) == "21"
        assert await bodies(to=ADA, from_=NUMBER) == "3"
        assert await bodies(date_sent=date(2026, 11, 22)) == "2"
        assert await bodies(date_sent_after="2026-11-22") == "32"
        assert await bodies(date_sent_before="2026-11-22") == "21"
        assert await bodies(date_sent_before=NOON - timedelta(seconds=1)) == ""
        assert await bodies(date_sent_after=NOON + timedelta(seconds=1)) == "32"


async def test_pages_follow_each_other_while_messages_come() -> None:
    async with held() as (_, official):
        for number in range(7):
            await official.create(body=str(number))
        assert "".join(each.body for each in await official.list(page_size=3)) == "6543210"
        first = await asyncio.to_thread(lambda: official._client.messages.page(page_size=3))
        await official.create(body="new")
        second = await asyncio.to_thread(first.next_page)
        back = await asyncio.to_thread(second.previous_page)
        assert [[each.body for each in page] for page in (first, second, back)] == [
            ["6", "5", "4"],
            ["3", "2", "1"],
            ["6", "5", "4"],
        ]


async def test_a_new_message_may_show_late_in_the_list() -> None:
    async with held(lag=5) as (server, official):
        sid = (await official.create()).sid
        assert await official.list(to=ADA) == []
        assert (await official.fetch(sid)).sid == sid
        await server.clock.advance(5)
        assert len(await official.list(to=ADA)) == 1
