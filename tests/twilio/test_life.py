"""What becomes of a message, and what its callbacks say."""

import pytest

from tests.twilio import Account, Fault, Person
from tests.twilio.account import NOTICES
from tests.twilio.hook import Hook
from tests.twilio.official import ADA, BEA, held

pytestmark = pytest.mark.anyio


async def test_a_life_and_its_callbacks() -> None:
    async with held() as (server, official):
        hook = Hook(server.account.token)
        async with hook as base:
            url = f"{base}/twilio/status?delivery=d%201&attempt=1"
            sid = (await official.create(status_callback=url)).sid
            await server.clock.advance(10)
        (message,) = server.messages.all
        assert [step.status for step in message.history] == ["queued", "sending", "sent", "delivered"]
        assert hook.said == ["queued", "sending", "sent", "delivered"]
        assert [(post.said, post.answered, post.kind) for post in message.posts][-1] == ("delivered", 200, "true")
        assert hook.got[-1][0] == {
            "MessageSid": sid, "SmsSid": sid, "MessageStatus": "delivered", "SmsStatus": "delivered",
            "To": ADA, "From": NOTICES, "AccountSid": server.account.sid, "ApiVersion": "2010-04-01",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "end"),
    [(30001, "failed"), (30003, "undelivered"), (30005, "undelivered"), (30006, "undelivered"), (30007, "undelivered"),
     (30008, "undelivered")],
)  # fmt: skip
async def test_a_bad_end_has_a_code(code: int, end: str) -> None:
    async with held() as (server, official):
        server.faults.add(Fault("outcome", to=ADA, code=code))
        hook = Hook(server.account.token)
        async with hook as base:
            sid = (await official.create(status_callback=f"{base}/status")).sid
            other = (await official.create(to=BEA)).sid
            await server.clock.advance(10)
        fetched = await official.fetch(sid)
        assert (fetched.status, fetched.error_code) == (end, code)
        assert (hook.got[-1][0]["MessageStatus"], hook.got[-1][0]["ErrorCode"]) == (end, str(code))
        assert (await official.fetch(other)).status == "delivered"
        assert Person(server, ADA, "").received == []
        assert Person(server, BEA, "").received == ["Bonjour"]


async def test_some_never_hear_of_their_end() -> None:
    async with held() as (server, official):
        server.faults.add(Fault("stays", to=ADA, at="sent"), Fault("stays", to=BEA, at="queued"))
        sids = [(await official.create(to=to)).sid for to in (ADA, BEA)]
        await server.clock.advance(72 * 3600)
        assert [(await official.fetch(sid)).status for sid in sids] == ["sent", "queued"]


async def test_what_waits_beyond_its_validity_is_not_sent() -> None:
    async with held() as (server, official):
        server.lives.life.queued = 600
        sid = (await official.create(validity_period=300)).sid
        await server.clock.advance(1000)
        fetched = await official.fetch(sid)
        assert (fetched.status, fetched.error_code, fetched.price) == ("failed", 30036, None)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault("callback_lost"), ["sending", "sent", "delivered"]),
        (Fault("callback_doubled"), ["queued", "queued", "sending", "sent", "delivered"]),
        (Fault("callback_late", seconds=60), ["sending", "sent", "delivered", "queued"]),
        (Fault("callback_reordered"), ["sending", "queued", "sent", "delivered"]),
        (Fault("callback_reordered", times=3), ["delivered", "sent", "sending", "queued"]),
        (Fault("callback_forged"), ["queued", "sending", "sent", "delivered"]),
    ],
)
async def test_callbacks_go_wrong(fault: Fault, said: list[str]) -> None:
    async with held() as (server, official):
        server.faults.add(fault)
        hook = Hook(server.account.token)
        async with hook as base:
            await official.create(status_callback=f"{base}/status")
            await server.clock.advance(100)
        assert hook.said == said
        forged = [form["MessageStatus"] for form, valid in hook.got if not valid]
        assert forged == (["delivered"] if fault.kind == "callback_forged" else [])
        assert server.faults.struck == {fault.kind: 3 if len(set(said)) == 4 and said[0] == "delivered" else 1}


async def test_a_proxy_stands_between_the_public_url_and_the_product() -> None:
    account = Account()
    hook = Hook(account.token, public="https://rdv.example")
    async with hook as base, held(account=account, routes={"https://rdv.example": base}) as (server, official):
        await official.create(status_callback="https://rdv.example/twilio/status?d=1#rc=2&rp=5xx")
        await server.clock.advance(0)
        hook.statuses = [500, 503]
        await server.clock.advance(0.03)
        assert hook.said == ["queued", "sending", "sending", "sending"]


async def test_a_callback_nobody_takes_is_given_up() -> None:
    async with held() as (server, official):
        await official.create(status_callback="http://127.0.0.1:1/status")
        await server.clock.advance(10)
        (message,) = server.messages.all
        assert {(post.answered, post.kind) for post in message.posts} == {(None, "true")}
        assert message.status == "delivered"
