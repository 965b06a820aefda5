"""People who write, and what Twilio makes of it."""

import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException  # type: ignore[import-untyped]

from tests.twilio import Person, TwilioServer
from tests.twilio.account import NOTICES, NUMBER, SERVICE
from tests.twilio.hook import Hook
from tests.twilio.official import ADA, Official
from tests.twilio.person import HookFailed

pytestmark = pytest.mark.anyio


async def test_a_person_writes_and_is_answered(twilio_server: TwilioServer, official: Official) -> None:
    hook = Hook(twilio_server.account.token)
    hook.answer = lambda: web.Response(
        text="<Response><Message>Bonjour !</Message></Response>", content_type="text/xml"
    )
    async with hook as base:
        ada = Person(twilio_server, ADA, f"{base}/twilio/sms")
        said = await ada.say("Où retirer ma carte ? Ça presse & merci")
        again = await ada.repeat()
    assert said.replies == ("Bonjour !",)
    assert said.sid == again.sid
    assert await ada.has(2) == ["Bonjour !"] * 2
    (form, valid), repeated = hook.got
    assert valid
    assert repeated == (form, valid)
    assert (form["Body"], form["From"], form["To"]) == ("Où retirer ma carte ? Ça presse & merci", ADA, NUMBER)
    assert (form["NumMedia"], form["NumSegments"], form["FromCity"]) == ("0", "1", "")
    assert [each.direction for each in await official.list(from_=ADA)] == ["inbound"]


@pytest.mark.parametrize(
    ("text", "kind", "status", "code"),
    [
        ("", "text/xml", 500, 11200),
        ("<Response>", "text/xml", 200, 12100),
        ("<Answer/>", "text/xml", 200, 12100),
        ("ok", "text/plain", 200, 12300),
    ],
)
async def test_an_answer_that_is_no_twiml(
    twilio_server: TwilioServer, text: str, kind: str, status: int, code: int
) -> None:
    hook = Hook(twilio_server.account.token)
    hook.answer = lambda: web.Response(text=text, content_type=kind, status=status)
    async with hook as base:
        with pytest.raises(HookFailed) as failed:
            await Person(twilio_server, ADA, base).say("bonjour")
    assert failed.value.code == code


async def test_a_forger_is_not_signed(twilio_server: TwilioServer) -> None:
    hook = Hook(twilio_server.account.token)
    async with hook as base:
        ada = Person(twilio_server, ADA, base)
        await ada.forge("STOP")
        await ada.forge("STOP", signed=False)
    assert [valid for _, valid in hook.got] == [False, False]
    assert not twilio_server.account.opted_out


async def test_twilio_obeys_stop_on_its_own(twilio_server: TwilioServer, official: Official) -> None:
    hook = Hook(twilio_server.account.token)
    async with hook as base:
        ada = Person(twilio_server, ADA, base)
        await ada.say("ARRET")
        await official.create(from_=NUMBER)
        await ada.say(" stop ")
        with pytest.raises(TwilioRestException) as refused:
            await official.create(from_=NUMBER)
        assert refused.value.code == 21610
        with pytest.raises(TwilioRestException):
            await official.create(messaging_service_sid=SERVICE)
        await official.create(from_=NOTICES)
        await ada.say("START")
        await official.create(from_=NUMBER)
