"""What Twilio posts: believed when signed over our public address, answered when it is kept, and once."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import quote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.channels.sms.inbound import LARGEST, TwilioDoor, read
from bot.channels.sms.signature import Signature
from bot.incoming import Incoming, Keyword
from dialogs.events import Attach, Say
from tests.twilio.signature import HEADER, sign

pytestmark = pytest.mark.anyio

TOKEN = "the account's token"  # noqa: S105 - of nobody
PUBLIC = "https://rdv.example"
ADA, OURS = "+33639980001", "+33639980099"
FORM = {"From": ADA, "To": OURS, "Body": "Bonjour, c'est Adà + 1 €", "MessageSid": "SM1", "NumMedia": "0", "ToCity": ""}


@dataclass
class Desk:
    """Takes what comes through the door; `broken` as the store may be."""

    received: list[Incoming] = field(default_factory=list)
    noted: list[tuple[str, int, str, str, int | None]] = field(default_factory=list)
    broken: bool = False

    async def receive(self, incoming: Incoming) -> None:
        if self.broken:
            raise RuntimeError(incoming.address)
        self.received.append(incoming)

    async def note(self, delivery: str, attempt: int, sid: str, status: str, code: int | None) -> None:
        if self.broken:
            raise RuntimeError(sid)
        self.noted.append((delivery, attempt, sid, status, code))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def app(desk: Desk, public_url: str = PUBLIC) -> Starlette:
    door = TwilioDoor(Signature(TOKEN, public_url), desk.receive, desk.note, own={OURS})
    return Starlette(routes=door.routes)


@pytest.fixture
async def client(desk: Desk, anyio_backend: str) -> AsyncIterator[httpx.AsyncClient]:  # noqa: ARG001
    """As behind a proxy: the address of the request is not the one Twilio was given."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app(desk)), base_url="http://10.0.0.7:8000") as client:
        yield client


Post = Callable[..., dict[str, str]]


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {HEADER: sign(token, url, form)}


async def test_a_signed_message_is_received(client: httpx.AsyncClient, desk: Desk) -> None:
    answer = await client.post("/twilio/sms", data=FORM, headers=signed(f"{PUBLIC}/twilio/sms", FORM))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    assert desk.received == [Incoming("sms", "SM1", ADA, Say(FORM["Body"]))]


@pytest.mark.parametrize(
    ("public", "signed_for"),
    [
        ("https://rdv.example", "https://rdv.example/twilio/sms"),
        ("https://rdv.example", "https://rdv.example:443/twilio/sms"),
        ("https://rdv.example:443", "https://rdv.example/twilio/sms"),
        ("https://rdv.example:8443", "https://rdv.example:8443/twilio/sms"),
        ("http://rdv.example", "http://rdv.example:80/twilio/sms"),
        ("https://example.org/rdv", "https://example.org/rdv/twilio/sms"),
        ("https://rdv.example/", "https://rdv.example/twilio/sms"),
    ],
)
@pytest.mark.parametrize("host", ["rdv.example", "10.0.0.7:8000", "evil.example"])
async def test_the_public_address_counts_and_not_the_host(desk: Desk, public: str, signed_for: str, host: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app(desk, public)), base_url="http://inside") as client:
        headers = {**signed(signed_for, FORM), "Host": host, "X-Forwarded-Proto": "http", "X-Forwarded-Host": host}
        assert (await client.post("/twilio/sms", data=FORM, headers=headers)).status_code == 200
        elsewhere = {**signed(f"https://{host}.net/twilio/sms", FORM), "Host": f"{host}.net"}
        assert (await client.post("/twilio/sms", data=FORM, headers=elsewhere)).status_code == 403
    assert len(desk.received) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "guessed"},
        {HEADER: "é".encode("latin-1")},
        signed(f"{PUBLIC}/twilio/sms", FORM, token="guessed"),  # noqa: S106
        signed(f"{PUBLIC}/twilio/status", FORM),
        signed(f"{PUBLIC}/twilio/sms", {**FORM, "Body": "STOP"}),
        signed(f"{PUBLIC}/twilio/sms?d=1", FORM),
    ],
)
async def test_what_is_not_signed_leaves_no_trace(
    client: httpx.AsyncClient, desk: Desk, headers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.post("/twilio/sms", data=FORM, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert desk.received == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&a=2", b"&".join([b"a=1"] * 500), b"x" * (LARGEST + 1), b"{}"])
async def test_what_is_no_form_of_theirs(client: httpx.AsyncClient, desk: Desk, body: bytes) -> None:
    headers = {**signed(f"{PUBLIC}/twilio/sms", {"a": "1"}), "Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/twilio/sms", content=body, headers=headers)).status_code == 403
    assert desk.received == []


async def test_a_turn_that_fails_comes_again(
    client: httpx.AsyncClient, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.broken = True
    headers = signed(f"{PUBLIC}/twilio/sms", FORM)
    assert (await client.post("/twilio/sms", data=FORM, headers=headers)).status_code == 500
    assert ADA not in str(capsys.readouterr())
    desk.broken = False
    assert (await client.post("/twilio/sms", data=FORM, headers=headers)).status_code == 200
    assert len(desk.received) == 1


async def test_a_signed_form_that_is_no_message(client: httpx.AsyncClient, desk: Desk) -> None:
    form = {"Digits": "1"}
    answer = await client.post("/twilio/sms", data=form, headers=signed(f"{PUBLIC}/twilio/sms", form))
    assert answer.status_code == 400
    assert (await client.get("/twilio/sms")).status_code == 405
    assert desk.received == []


async def test_a_status_is_handed_on(client: httpx.AsyncClient, desk: Desk) -> None:
    path = "/twilio/status?d=0192&a=2"
    for status, code in (("sent", ""), ("undelivered", "30005")):
        form = {"MessageSid": "SM9", "MessageStatus": status, "ErrorCode": code}
        answer = await client.post(path, data=form, headers=signed(PUBLIC + path, form))
        assert answer.status_code == 204
    assert desk.noted == [("0192", 2, "SM9", "sent", None), ("0192", 2, "SM9", "undelivered", 30005)]


@pytest.mark.parametrize("query", ["", "?d=0192", "?a=2", "?d=0192&a=two"])
async def test_a_status_of_no_delivery(client: httpx.AsyncClient, desk: Desk, query: str) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "sent"}
    url = f"/twilio/status{query}"
    assert (await client.post(url, data=form, headers=signed(PUBLIC + url, form))).status_code == 400
    assert desk.noted == []


async def test_a_status_with_another_delivery_than_signed(client: httpx.AsyncClient, desk: Desk) -> None:
    form = {"MessageSid": "SM9", "MessageStatus": "delivered"}
    headers = signed(f"{PUBLIC}/twilio/status?d=0192&a=1", form)
    assert (await client.post("/twilio/status?d=0193&a=1", data=form, headers=headers)).status_code == 403
    desk.broken = True
    assert (await client.post("/twilio/status?d=0192&a=1", data=form, headers=headers)).status_code == 500


@pytest.mark.parametrize("sender", ["Ameli", "36123", "+36123", "whatsapp:+33639980001", "", "+0639980001", OURS])
def test_no_machine_is_answered(sender: str) -> None:
    assert read({**FORM, "From": sender}, own={OURS}) is None
    assert read({**FORM, "From": ADA, "To": ADA}) is None


@pytest.mark.parametrize(
    ("kind", "attached"), [("image/jpeg", "photo"), ("audio/amr", "voice"), ("video/3gpp", "video"), ("", "document")]
)
def test_what_is_no_text_is_named(kind: str, attached: str) -> None:
    incoming = read({**FORM, "NumMedia": "1", "MediaContentType0": kind})
    assert incoming is not None
    assert incoming.event == Attach(attached)


def test_what_the_provider_took_for_a_keyword() -> None:
    incoming = read({**FORM, "Body": "Stop svp", "OptOutType": "STOP"})
    assert incoming is not None
    assert incoming.keyword == Keyword("stop", answered=True)


@given(st.text(), st.text(max_size=30))
def test_any_text_is_read(body: str, kind: str) -> None:
    incoming = read({**FORM, "Body": body, "MediaContentType0": kind, "OptOutType": kind})
    assert incoming is not None


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_the_signature_is_the_one_twilio_makes(body: str) -> None:
    form = {**FORM, "Body": body}
    signature = Signature(TOKEN, PUBLIC)
    given = sign(TOKEN, f"{PUBLIC}/twilio/sms", form)
    assert signature.holds("/twilio/sms", "", form, given)
    assert not signature.holds("/twilio/sms", quote_plus(body) or "x", form, given)
