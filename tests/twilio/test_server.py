"""The server itself: what Twilio would do, as far as the product leans on it; its own client is the second opinion."""

import asyncio
import sys
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
import requests
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from tests.twilio import Account, Fault, TwilioServer
from tests.twilio.account import NOTICES, NUMBER, SERVICE
from tests.twilio.faults import Kind
from tests.twilio.hook import Hook
from tests.twilio.official import ADA, BEA, Official, held

pytestmark = pytest.mark.anyio


async def test_a_message_is_created_and_found_again(twilio_server: TwilioServer, official: Official) -> None:
    created = await official.create(body="Votre titre est prêt.", validity_period=3600)
    assert (created.status, created.direction, created.num_segments) == ("queued", "outbound-api", "1")
    assert (created.to, created.from_, created.date_sent, created.price) == (ADA, NOTICES, None, None)
    assert created.date_created.tzinfo is not None
    await twilio_server.when(lambda: twilio_server.messages.all[0].status == "delivered")
    fetched = await official.fetch(created.sid)
    assert (fetched.status, fetched.body, fetched.price) == ("delivered", "Votre titre est prêt.", "-0.07980")
    assert fetched.date_sent >= created.date_created
    assert [each.sid for each in await official.list(to=ADA)] == [created.sid]
    assert twilio_server.counts == {"create": 1, "fetch": 1, "list": 1}


async def test_dates_are_written_as_in_mail(twilio_server: TwilioServer, official: Official) -> None:
    sid = (await official.create()).sid
    written = twilio_server.messages.find(sid).as_result(twilio_server.account.sid)["date_created"]  # type: ignore[union-attr]
    assert written.endswith(" +0000")
    assert parsedate_to_datetime(written).tzinfo is not None


async def test_a_service_picks_the_sender_later() -> None:
    async with held() as (server, official):
        created = await official.create(messaging_service_sid=SERVICE)
        assert (created.status, created.from_, created.messaging_service_sid) == ("accepted", None, SERVICE)
        assert await official.list(from_=NUMBER) == []
        await server.clock.advance(1)
        assert [each.from_ for each in await official.list(from_=NUMBER)] == [NUMBER]


@pytest.mark.parametrize(
    ("named", "code", "status"),
    [
        ({"to": "0639980001"}, 21211, 400),
        ({"to": "+330639980001"}, 21211, 400),
        ({"to": "+3363998"}, 21211, 400),
        ({"to": "+33476000001"}, 21614, 400),
        ({"from_": "+33639980999"}, 21606, 400),
        ({"from_": "NOBODY"}, 21606, 400),
        ({"from_": "TOO LONG A NAME"}, 21212, 400),
        ({"messaging_service_sid": "MG" + "c" * 32}, 21701, 400),
        ({"body": " "}, 21602, 400),
        ({"body": "x" * 1601}, 21617, 400),
        ({"status_callback": "ftp://rdv.example/status"}, 21609, 400),
        ({"status_callback": "https://rdv_sejour.example/status"}, 21609, 400),
        ({"validity_period": 36001}, 20001, 400),
        ({"media_url": ["https://rdv.example/a.png"]}, 20001, 400),
    ],
)
async def test_what_twilio_refuses(
    twilio_server: TwilioServer, official: Official, named: dict[str, Any], code: int, status: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await official.create(**named)
    assert (refused.value.code, refused.value.status) == (code, status)
    assert not twilio_server.messages.all


async def test_a_wrong_token_and_an_unknown_message(twilio_server: TwilioServer, official: Official) -> None:
    with pytest.raises(TwilioRestException) as unknown:
        await official.fetch("SM" + "0" * 32)
    assert (unknown.value.code, unknown.value.status) == (20404, 404)
    stranger = Official(twilio_server, token="guessed")  # noqa: S106
    for call in (stranger.create(), stranger.list()):
        with pytest.raises(Exception, match="401"):
            await call
    stranger.close()


async def test_an_error_says_where_to_read_on(twilio_server: TwilioServer) -> None:
    url = f"{twilio_server.url}/2010-04-01/Accounts/{twilio_server.account.sid}/Messages.json"
    credentials = {"Authorization": twilio_server.account.authorization}
    async with aiohttp.ClientSession(headers=credentials) as session, session.post(url, data={"To": "x"}) as answer:
        assert await answer.json() == {
            "code": 21211,
            "message": "Invalid 'To' Phone Number: x",
            "more_info": "https://www.twilio.com/docs/errors/21211",
            "status": 400,
        }


@pytest.mark.parametrize(
    ("kind", "raised", "created"),
    [
        ("too_many", TwilioRestException, 0),
        ("error_before", TwilioRestException, 0),
        ("error_after", TwilioRestException, 1),
        ("reset_before", requests.ConnectionError, 0),
        ("reset_after", requests.ConnectionError, 1),
        ("silence_before", requests.ReadTimeout, 0),
        ("silence_after", requests.ReadTimeout, 1),
        ("slow", requests.ReadTimeout, 1),
        ("refused", TwilioRestException, 0),
    ],
)
async def test_requests_go_wrong(
    twilio_server: TwilioServer, official: Official, kind: Kind, raised: type[Exception], created: int
) -> None:
    twilio_server.faults.add(Fault(kind, to=ADA, code=21610))
    await official.create(to=BEA)
    with pytest.raises(raised) as failed:
        await official.create()
    assert len(twilio_server.messages.to(ADA)) == created
    if isinstance(failed.value, TwilioRestException):
        expected = {"too_many": (429, 20429), "refused": (400, 21610)}.get(kind, (503, 503))
        assert (failed.value.status, failed.value.code) == expected
    await official.create()
    assert twilio_server.messages.ledger() == {ADA: created + 1, BEA: 1}
    assert twilio_server.faults.struck == {kind: 1}


async def test_the_list_can_fail_too(twilio_server: TwilioServer, official: Official) -> None:
    twilio_server.faults.add(Fault("error_before", call="list", status=500))
    await official.create()
    with pytest.raises(Exception, match="500"):
        await official.list(to=ADA)
    assert len(await official.list(to=ADA)) == 1


async def test_chance_is_the_same_however_requests_interleave() -> None:
    numbers = [f"+336399801{number:02}" for number in range(30)]

    async def struck(order: list[str]) -> set[str]:
        async with held(seed=7) as (server, official):
            server.faults.add(Fault("error_after", times=None, share=0.5))
            for to in order:
                try:
                    await official.create(to=to)
                except TwilioRestException:
                    continue
            return {request.parameters["To"] for request in server.requests if request.fault}

    first = await struck(numbers)
    assert first == await struck(numbers[::-1])
    assert 0 < len(first) < len(numbers)


async def test_pace() -> None:
    async with held(segments_per_second=3) as (server, official):

        async def taken(**named: Any) -> bool:
            try:
                await official.create(**named)
            except TwilioRestException as refused:
                if refused.code != 20429:
                    raise
                return False
            return True

        assert [await taken() for _ in range(4)] == [True, True, True, False]
        assert await taken(from_=NUMBER)
        await server.clock.advance(1 / 3)
        assert [await taken() for _ in range(2)] == [True, False]
        await server.clock.advance(1)
        assert [await taken(body="x" * 170), await taken(body="x" * 170), await taken()] == [True, False, True]
        assert server.pace.refused == 3
        assert len(server.messages.all) == 7


async def test_it_runs_as_a_process_of_its_own() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.twilio", "--port", "0", "--sender", "AUTRE", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    account = Account()
    hook = Hook(account.token)
    credentials = {"Authorization": account.authorization}
    async with hook as base, aiohttp.ClientSession(url) as session:

        async def control(path: str, body: object = None) -> Any:
            async with session.request("GET" if body is None else "POST", path, json=body) as answer:
                return await answer.json()

        await control("/control/settings", {"segments_per_second": 2, "life": {"sent": 60}, "lag": 0})
        await control("/control/faults", [{"kind": "error_after", "to": ADA}])
        for to in (ADA, BEA, BEA):
            form = {"To": to, "From": "AUTRE", "Body": "Bonjour"}
            path = f"/2010-04-01/Accounts/{account.sid}/Messages.json"
            async with session.post(path, data=form, headers=credentials):
                pass
        assert [each["status"] for each in await control("/control/requests")] == [503, 201, 429]
        assert await control("/control/ledger") == {ADA: 1, BEA: 1}
        (message,) = await control(f"/control/messages?to={BEA.replace('+', '%2B')}")
        assert message["history"][0]["status"] == "queued"
        assert await control("/control/counts") == {
            "requests": {"create": 3}, "messages": 2, "segments": 2, "faults": {"error_after": 1},
            "refused_for_pace": 1,
        }  # fmt: skip
        said = await control("/control/act", {"number": ADA, "url": f"{base}/sms", "say": "1"})
        assert said["replies"] == []
    assert [valid for _, valid in hook.got] == [True]
    process.terminate()
    assert await process.wait() == 0
