"""What people live by SMS, with the assistant as processes of their own: on both databases, Twilio's side played."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.channels.sms.segments import measure
from tests.end_to_end.texting import Phone, Texting, texting
from tests.twilio.account import NUMBER

pytestmark = pytest.mark.anyio

ADDRESS = "https://rdv.example"
BOOKING = "guyane.gouv.fr/booking/create/4150"
KEPT = ("people", "inbox", "outbox", "opt_outs", "codes", "code_tries")


def rows(phones: Texting) -> Counter[str]:
    """How much there is of everything a request could leave behind."""
    return Counter({table: phones.ledger.count(table) for table in KEPT})


async def answered(phone: Phone) -> str:
    """Up to an answer, with the numbers of the options."""
    await phone.told("bonjour")
    for label in ("Guyane", "Renouveler", "Cayenne", "CST"):
        await phone.chose(label)
    return await phone.told("je ne sais pas")


async def test_a_whole_conversation(phones: Texting) -> None:
    phone = phones.phone()
    assert BOOKING in await answered(phone)
    assert "180 €" in await phone.told("SUITE")
    papers = await phone.told("pièces")
    assert "originaux" in papers
    assert "Passeport" in await phone.told("suite")
    assert "date de fin" in await phone.told("0")
    assert phones.facts(phone.number) == {
        "prefecture": "973",
        "procedure": "renewal",
        "district": "cayenne",
        "permit": "cst",
    }
    assert max(measure(text).segments for text in phone.received) <= 3
    assert {measure(text).encoding for text in phone.received} == {"GSM-7"}
    sent = phones.twilio.messages.to(phone.number)
    assert {message.sender for message in sent} == {NUMBER}
    await phones.twilio.when(lambda: all(len(message.posts) == 4 for message in sent))
    assert {post.answered for message in sent for post in message.posts} == {204}
    person = phones.person(phone.number)
    assert [row["state"] for row in phones.ledger.messages(person)] == ["delivered"] * len(sent)


async def test_a_reply_leaves_well_before_twilio_tires(phones: Texting) -> None:
    said = await phones.phone().say("je renouvelle ma carte à Grenoble")
    assert said.replies == (), "what is said goes through the outbox, not with the answer"
    assert said.seconds < 5


async def test_a_message_that_comes_again_changes_nothing(phones: Texting) -> None:
    phone = phones.phone()
    await phone.told("973")
    await phones.quiet()
    before, facts = rows(phones), phones.facts(phone.number)
    await asyncio.gather(*(phone.repeat() for _ in range(5)))
    await phones.quiet()
    assert rows(phones) == before
    assert phones.facts(phone.number) == facts == {"prefecture": "973"}
    assert len(phone.received) == 1


@pytest.mark.parametrize("signed", [True, False])
async def test_who_cannot_sign_leaves_no_trace(phones: Texting, signed: bool) -> None:
    await phones.quiet()
    before = rows(phones)
    stranger = phones.phone()
    for text in ("bonjour", "STOP"):
        answer = await stranger.forge(text, signed=signed)
        assert (answer.status, answer.text) == (403, "")
    assert rows(phones) == before
    assert phones.person(stranger.number) is None
    assert stranger.received == []


async def test_stop_in_french_and_back(phones: Texting) -> None:
    phone = phones.phone()
    await phone.told("bonjour")
    assert "plus aucun SMS" in await phone.told("Arrêt")
    digest = phones.ledger.vault.digest("sms", phone.number)
    assert phones.ledger.count("opt_outs", f"digest = '{digest}'") == 1
    for text in ("bonjour", "973", "ARRET", "STOP"):
        await phone.say(text)
    await phones.quiet()
    assert len(phone.received) == 2, "neither a word more, nor two machines that talk to each other"
    await phone.say("START")
    await phone.has(3)
    assert "de nouveau" in phone.received[2]
    assert "département" in await phone.told("bonjour")


async def test_stop_that_twilio_obeys_by_itself(phones: Texting) -> None:
    phone = phones.phone()
    await phone.told("bonjour")
    await phone.say("stop")
    await phone.say("bonjour")
    await phones.quiet()
    assert len(phone.received) == 1
    assert phones.ledger.count("opt_outs", f"digest = '{phones.ledger.vault.digest('sms', phone.number)}'") == 1
    await phone.told("START")
    assert "département" in await phone.told("bonjour")


async def test_stop_inside_a_sentence_is_no_stop(phones: Texting) -> None:
    phone = phones.phone()
    await phone.told("je veux stopper mes études")
    assert phones.ledger.count("opt_outs", f"digest = '{phones.ledger.vault.digest('sms', phone.number)}'") == 0


@pytest.mark.parametrize("word", ["AIDE", "contact"])
async def test_help_is_answered_always(phones: Texting, word: str) -> None:
    phone = phones.phone()
    assert "STOP" in await phone.told(word)
    await phone.told("DESABONNER")
    assert "START" in await phone.told(word)


async def test_a_conversation_moves_from_telegram_to_the_phone(phones: Texting) -> None:
    chat, phone = phones.chat(), phones.phone()
    await chat.told("/start 973-renewal")
    shown = await chat.told("/code")
    code = re.search(r"\b\d{3} ?\d{3}\b", shown)
    assert code is not None, shown
    assert "Cayenne" in await phone.told(f"CODE {code[0]}")
    await phone.chose("Cayenne")
    expected = {"prefecture": "973", "procedure": "renewal", "district": "cayenne"}
    assert phones.facts(phone.number) == expected
    await phones.quiet()
    told = await chat.told("CST")
    assert "date de fin" in told
    assert phones.facts(phone.number) == {**expected, "permit": "cst"}


async def test_behind_a_proxy_the_public_address_is_what_counts(tmp_path: Path, database_url: str) -> None:
    """Twilio signs the address it was given; the process listens elsewhere, and `Host` says what the proxy likes."""
    async with texting(tmp_path, database_url, split=False, PUBLIC_URL=ADDRESS, TELEGRAM_TOKEN="") as phones:
        phones.twilio.webhook.routes[ADDRESS] = phones.web.url
        outside = Phone(phones.twilio, phones.mobile(), f"{ADDRESS}/twilio/sms")
        assert "département" in await outside.told("bonjour")
        await phones.quiet()
        (message,) = phones.twilio.messages.to(outside.number)
        await phones.twilio.when(lambda: len(message.posts) == 4)
        assert {post.answered for post in message.posts} == {204}
        inside = await phones.twilio.webhook.post(f"{phones.web.url}/twilio/sms", {"Body": "bonjour"})
        assert inside.status == 403, "signed for another address"
