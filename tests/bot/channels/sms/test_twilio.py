"""The client: what was surely not sent, what may have been, and that nothing of it is told to anybody."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.channels.sms.twilio import Declined, NotConnected, Throttled, Twilio, Unclear
from tests.twilio import Account, Fault, TwilioServer
from tests.twilio.account import NOTICES, SERVICE

pytestmark = pytest.mark.anyio

ADA = "+33639980001"
BODY = "Votre titre est prêt"


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[TwilioServer]:  # noqa: ARG001
    async with TwilioServer() as server:
        yield server


@pytest.fixture
def twilio(server: TwilioServer) -> Twilio:
    return client(server.url)


def client(url: str, token: str | None = None, threads: int = 8) -> Twilio:
    account = Account()
    return Twilio(account.sid, token or account.token, url, timeout=0.4, threads=threads)


async def test_a_message_is_sent_as_asked(twilio: Twilio, server: TwilioServer) -> None:
    message = await twilio.create(ADA, BODY, NOTICES, 300, "http://127.0.0.1/twilio/status?d=1&a=2")
    [request] = server.of("create")
    assert request.parameters == {
        "To": ADA,
        "From": NOTICES,
        "Body": BODY,
        "ValidityPeriod": "300",
        "StatusCallback": "http://127.0.0.1/twilio/status?d=1&a=2",
    }
    assert message.sid == request.sid
    assert (message.status, message.body, message.sender) == ("queued", BODY, NOTICES)


async def test_a_service_is_not_a_number(twilio: Twilio, server: TwilioServer) -> None:
    message = await twilio.create(ADA, BODY, SERVICE)
    assert server.of("create")[0].parameters == {"To": ADA, "MessagingServiceSid": SERVICE, "Body": BODY}
    assert message.service == SERVICE


@pytest.mark.parametrize(
    ("fault", "raises", "created"),
    [
        (Fault("too_many"), Throttled, 0),
        (Fault("error_before", status=500), Unclear, 0),
        (Fault("error_after", status=503), Unclear, 1),
        (Fault("error_after", status=500), Unclear, 1),
        (Fault("reset_before"), Unclear, 0),
        (Fault("reset_after"), Unclear, 1),
        (Fault("silence_before"), Unclear, 0),
        (Fault("silence_after"), Unclear, 1),
        (Fault("slow", seconds=0.6), Unclear, 1),
        (Fault("refused", code=21614), Declined, 0),
    ],
)
async def test_faults(
    twilio: Twilio, server: TwilioServer, fault: Fault, raises: type[Exception], created: int
) -> None:
    server.faults.add(fault)
    with pytest.raises(raises) as raised:
        await twilio.create(ADA, BODY, NOTICES)
    assert len(server.messages.to(ADA)) <= created
    assert len(server.of("create")) <= 1, "it tries nothing again by itself"
    assert ADA not in repr(raised.value)
    assert BODY not in repr(raised.value)


async def test_codes_are_told(twilio: Twilio, server: TwilioServer) -> None:
    server.faults.add(Fault("refused", code=21610), Fault("refused", code=21611))
    with pytest.raises(Declined) as declined:
        await twilio.create(ADA, BODY, NOTICES)
    assert (declined.value.status, declined.value.code) == (400, 21610)
    with pytest.raises(Throttled) as throttled:
        await twilio.create(ADA, BODY, NOTICES)
    assert throttled.value.code == 21611


async def test_wrong_credentials_are_declined(server: TwilioServer) -> None:
    with pytest.raises(Declined) as declined:
        await client(server.url, token="another").create(ADA, BODY, NOTICES)  # noqa: S106
    assert (declined.value.status, declined.value.code) == (401, 20003)


async def test_a_server_that_is_not_there() -> None:
    async with TwilioServer() as gone:
        url = gone.url
    with pytest.raises(NotConnected):
        await client(url).create(ADA, BODY, NOTICES)


async def test_a_name_that_is_not_known() -> None:
    with pytest.raises(NotConnected):
        await client("http://twilio.invalid").create(ADA, BODY, NOTICES)


async def test_the_list_is_asked_by_number_alone_and_comes_in_order(twilio: Twilio, server: TwilioServer) -> None:
    bodies = [f"message {number}" for number in range(120)]
    for body in bodies:
        server.reply(NOTICES, ADA, body)
    assert [each.body for each in await twilio.sent_to(ADA)] == bodies
    first, second = server.of("list")
    assert first.parameters == {"To": ADA, "PageSize": "100"}
    assert second.parameters["PageToken"]
    assert await twilio.sent_to("+33639980002") == []


async def test_when_a_message_was_made_is_told(twilio: Twilio) -> None:
    made = await twilio.create(ADA, BODY, NOTICES)
    assert made.created_at is not None
    moment = datetime.fromtimestamp(made.created_at / 1000, UTC)
    assert abs((moment - datetime.now(UTC)).total_seconds()) < 60


async def test_a_message_is_fetched_by_its_sid(twilio: Twilio) -> None:
    made = await twilio.create(ADA, BODY, NOTICES)
    fetched = await twilio.fetch(made.sid)
    assert fetched is not None
    assert fetched.sid == made.sid
    assert await twilio.fetch("SM" + "0" * 32) is None


@pytest.mark.parametrize("call", ["fetch", "list"])
async def test_a_question_may_fail_as_well(twilio: Twilio, server: TwilioServer, call: str) -> None:
    server.faults.add(
        *(Fault(kind, call=call) for kind in ("error_before", "too_many", "reset_before"))  # type: ignore[arg-type]
    )
    for problem in (Unclear, Throttled, Unclear):
        with pytest.raises(problem):
            await (twilio.fetch("SM" + "0" * 32) if call == "fetch" else twilio.sent_to(ADA))


async def test_each_gets_the_answer_to_its_own_question(twilio: Twilio, server: TwilioServer) -> None:
    numbers = [f"+336399800{number:02}" for number in range(100)]
    made = await asyncio.gather(*(twilio.create(number, BODY, NOTICES) for number in numbers))
    for number, message in zip(numbers, made, strict=True):
        [sent] = server.messages.to(number)
        assert sent.sid == message.sid


async def test_a_request_that_waited_too_long_for_a_thread_does_not_leave(
    server: TwilioServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.sms.twilio.QUEUE", 0.1)
    server.faults.add(Fault("slow", seconds=0.3))
    twilio = client(server.url, threads=1)
    await asyncio.gather(twilio.create(ADA, BODY, NOTICES), return_exceptions=True)  # the library is loaded
    server.faults.add(Fault("slow", seconds=0.3))
    first, second = await asyncio.gather(
        twilio.create(ADA, "un", NOTICES), twilio.create(ADA, "deux", NOTICES), return_exceptions=True
    )
    assert not isinstance(first, BaseException)
    assert isinstance(second, NotConnected)
    assert "deux" not in [each.body for each in server.messages.to(ADA)]


async def test_connections_are_kept(server: TwilioServer) -> None:
    twilio = client(server.url, threads=1)
    for _ in range(5):
        await twilio.create(ADA, BODY, NOTICES)
    assert server._runner.server is not None
    assert len(server._runner.server.connections) == 1


async def test_nothing_is_logged(twilio: Twilio, server: TwilioServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults.add(Fault("reset_after"))
    for _ in range(2):
        await asyncio.gather(twilio.create(ADA, BODY, NOTICES), twilio.sent_to(ADA), return_exceptions=True)
    told = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp"))
    assert "3363998" not in told
    assert "prêt" not in told


@pytest.mark.parametrize(
    ("answer", "raises"),
    [
        (web.Response(status=201, text="{"), Unclear),
        (web.Response(status=201, text="[]"), Unclear),
        (web.Response(status=201, text="{}"), Unclear),
        (web.Response(status=200, text="<html>signed in</html>"), Unclear),
        (web.Response(status=302, headers={"Location": "/elsewhere"}), Unclear),
        (web.Response(status=408), Unclear),
        (web.Response(status=413, text="too much"), Declined),
        (web.Response(status=429, headers={"Retry-After": "7"}), Throttled),
        (web.Response(status=429, headers={"Retry-After": "Thu, 01 Jan 2026 00:00:00 GMT"}), Throttled),
        (web.Response(status=429, headers={"Retry-After": "soon"}), Throttled),
    ],
)
async def test_answers_of_whatever_stands_between(answer: web.Response, raises: type[Exception]) -> None:
    async def handle(_: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    try:
        with pytest.raises(raises) as raised:
            await client(f"http://127.0.0.1:{port}").create(ADA, BODY, NOTICES)
    finally:
        await runner.cleanup()
    if isinstance(raised.value, Throttled):
        expected = {"7": 7.0, "soon": None}.get(answer.headers["Retry-After"], 0.0)
        assert raised.value.seconds == expected
    if isinstance(raised.value, Declined):
        assert (raised.value.status, raised.value.code) == (413, None)


def test_the_library_is_loaded_when_it_is_needed() -> None:
    code = "import sys, bot.channels.sms.reconcile; print([m for m in ('twilio', 'requests') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
