"""What becomes of an SMS, whatever the provider answers."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.sms.sender import LONGEST, REPLY, Senders, TwilioSender
from bot.channels.sms.twilio import Twilio
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, Refused, RetryAfter, Uncertain
from tests.twilio import Account, Fault, TwilioServer
from tests.twilio.account import NOTICES, NUMBER, SERVICE

pytestmark = pytest.mark.anyio

ADA = "+33639980001"
NOW = 1_790_000_000_000
NOTICE = Parcel(
    "m 1/é", "ada", Lane.NOTICE, 3, NOW, None, None, ADA, {"body": "Votre titre est prêt"}, batch_id="38-20261121"
)
REPLY_PARCEL = replace(NOTICE, lane=Lane.DIALOG)


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[TwilioServer]:  # noqa: ARG001
    async with TwilioServer() as server:
        yield server


class Noted(list[str]):
    """The people who opted out."""

    async def note(self, person_id: str) -> None:
        self.append(person_id)


def sender(server: TwilioServer | str, noted: Noted | None = None, **how: object) -> TwilioSender:
    account = Account()
    url = server if isinstance(server, str) else server.url
    senders = how.pop("senders", Senders(NOTICES, NUMBER))
    assert isinstance(senders, Senders)
    twilio = Twilio(account.sid, str(how.pop("token", account.token)), url, timeout=0.4, threads=4)
    return TwilioSender(twilio, senders, lambda: NOW, (Noted() if noted is None else noted).note, **how)  # type: ignore[arg-type]


def asked(server: TwilioServer) -> dict[str, str]:
    return server.of("create")[-1].parameters


async def test_a_notice_is_taken(server: TwilioServer) -> None:
    outcome = await sender(server).send(NOTICE)
    assert outcome == Accepted(server.messages.to(ADA)[0].sid)
    assert asked(server) == {"To": ADA, "From": NOTICES, "Body": "Votre titre est prêt"}


async def test_a_reply_comes_from_the_number_that_was_asked(server: TwilioServer) -> None:
    await sender(server).send(REPLY_PARCEL)
    assert asked(server)["From"] == NUMBER
    await sender(server, senders=Senders(NUMBER)).send(REPLY_PARCEL)
    assert asked(server)["From"] == NUMBER


async def test_a_service_may_send(server: TwilioServer) -> None:
    await sender(server, senders=Senders(SERVICE)).send(NOTICE)
    assert asked(server)["MessagingServiceSid"] == SERVICE
    assert "From" not in asked(server)


async def test_the_delivery_and_its_attempt_ride_in_the_callback(server: TwilioServer) -> None:
    await sender(server, public_url="https://rdv.example").send(NOTICE)
    assert asked(server)["StatusCallback"] == "https://rdv.example/twilio/status?d=m%201%2F%C3%A9&a=3"


@pytest.mark.parametrize(
    ("lane", "left", "validity"),
    [
        (Lane.NOTICE, 600_000, 600),
        (Lane.NOTICE, 30 * 24 * 3600_000, LONGEST),
        (Lane.NOTICE, None, None),
        (Lane.DIALOG, None, REPLY),
        (Lane.DIALOG, 60_000, 60),
        (Lane.DIALOG, 24 * 3600_000, REPLY),
    ],
)
async def test_what_perishes_says_so(server: TwilioServer, lane: Lane, left: int | None, validity: int | None) -> None:
    expires = None if left is None else NOW + left
    await sender(server).send(replace(NOTICE, lane=lane, expires_at=expires))
    assert asked(server).get("ValidityPeriod") == (None if validity is None else str(validity))


@pytest.mark.parametrize("left", [-1000, 0, 900, 4000])
async def test_what_has_perished_is_not_sent(server: TwilioServer, left: int) -> None:
    outcome = await sender(server).send(replace(NOTICE, expires_at=NOW + left))
    assert isinstance(outcome, NotSent)
    assert not server.requests


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("too_many"), RetryAfter(4.0, everybody=True)),
        (Fault("refused", code=21611), RetryAfter(60.0, everybody=True)),
        (Fault("refused", code=21610), Refused("21610")),
        (Fault("refused", code=21211), Refused("21211")),
        (Fault("refused", code=21614), Refused("21614")),
        (Fault("refused", code=21635), Refused("21635")),
        (Fault("refused", code=21606), Halted("21606")),
        (Fault("refused", code=30002), Halted("30002")),
        (Fault("refused", code=30008), NotSent("30008")),
        (Fault("refused", code=21999), Refused("21999")),
        (Fault("error_before", status=404), Refused("HTTP 404")),
        (Fault("error_before", status=401), Halted("20003")),
        (Fault("error_before", status=502), Uncertain("HTTP 502")),
        (Fault("error_after", status=503), Uncertain("HTTP 503")),
        (Fault("reset_before"), Uncertain("ConnectionError")),
        (Fault("reset_after"), Uncertain("ConnectionError")),
        (Fault("silence_after"), Uncertain("ReadTimeout")),
    ],
)
async def test_faults(server: TwilioServer, fault: Fault, outcome: Outcome) -> None:
    server.faults.add(fault)
    assert await sender(server).send(NOTICE) == outcome


async def test_wrong_credentials_stop_the_sender(server: TwilioServer) -> None:
    assert await sender(server, token="another").send(NOTICE) == Halted("20003")  # noqa: S106


async def test_a_server_that_is_not_there() -> None:
    async with TwilioServer() as gone:
        url = gone.url
    assert isinstance(await sender(url).send(NOTICE), NotSent)


async def test_who_said_stop_to_the_provider_is_noted(server: TwilioServer) -> None:
    noted = Noted()
    server.account.opted_out.add((NOTICES, ADA))
    assert await sender(server, noted).send(NOTICE) == Refused("21610")
    assert noted == ["ada"]


async def test_a_refusal_is_one_even_if_it_could_not_be_noted(server: TwilioServer) -> None:
    server.account.opted_out.add((NOTICES, ADA))

    async def fail(_: str) -> None:
        raise OSError("the database is gone")

    broken = sender(server)
    broken._opted_out = fail
    assert await broken.send(NOTICE) == Refused("21610")
