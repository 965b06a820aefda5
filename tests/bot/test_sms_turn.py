"""Turns by SMS on both databases: what was offered is remembered, STOP ends everything, a code joins two windows."""

import asyncio
import json
import re
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest import TestCase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms import window
from bot.channels.sms.inbound import read
from bot.channels.sms.segments import measure
from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL as TELEGRAM
from bot.clock import milliseconds
from bot.ids import TimeOrderedIds
from bot.incoming import Incoming
from bot.replies import Turned
from bot.store import opt_outs, outbox, people, retention
from bot.store.database import Database
from bot.store.script import Script
from bot.turn import Desk
from bot.window import Screened
from bot.words import Words, words_for
from dialogs.events import Ask, Choose, Event, Say, Tell
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.machine import Reader
from dialogs.understanding.reader import load_reader
from tests.ledger import Ledger, Row

pytestmark = pytest.mark.anyio

SMS = "sms"
ADA, GRACE = "+33639980001", "+33639980002"
CHAT = 730_000_001
REPLY_NUMBER = "+33639980099"

SCREENED = Screened(window, lambda message: measure(message["body"]).segments, lambda text: {"body": text})


def a_desk(knowledge: Knowledge, reader: Reader, ledger: Ledger) -> Desk:
    def words(channel: str, language: str) -> Words:
        return words_for(knowledge, language, channel)

    return Desk(knowledge, reader, ledger.vault, words, {TELEGRAM: messages}, TimeOrderedIds(), {SMS: SCREENED})


class Phones:
    """People who write, by SMS and on Telegram, to one assistant."""

    def __init__(self, desk: Desk, database: Database, ledger: Ledger, now: datetime) -> None:
        self.desk, self.database, self.ledger, self.now = desk, database, ledger, now
        self._sids = count(1)

    def sms(self, number: str, text: str, **more: str) -> Incoming:
        form = {"From": number, "To": REPLY_NUMBER, "Body": text, "MessageSid": f"SM{next(self._sids):032x}", **more}
        incoming = read(form)
        assert incoming is not None
        return incoming

    async def text(self, number: str, text: str, **more: str) -> list[str]:
        """What is answered to an SMS."""
        return await self.hand(self.sms(number, text, **more))

    async def chat(self, event: Event | None, chat: int = CHAT, **more: Any) -> list[str]:
        """What is answered on Telegram."""
        return await self.hand(Incoming(TELEGRAM, str(next(self._sids)), str(chat), event, **more))

    async def hand(self, incoming: Incoming) -> list[str]:
        before = {row["id"] for row in self.queued(incoming.channel, incoming.address)}
        turned = await self.turn(incoming)
        rows = [row for row in self.queued(incoming.channel, incoming.address) if row["id"] not in before]
        assert turned.queued == len(rows)
        found = [json.loads(self.ledger.vault.open(row["sealed_message"])) for row in rows]
        return [message.get("body") or message["text"] for message in found]

    async def turn(self, incoming: Incoming) -> Turned:
        turned: Turned = await self.database.run(lambda: self.desk.turn(incoming, self.now))
        if turned.erased:
            await self.database.run(people.erase_orphans)
        return turned

    async def code(self, number: str) -> str:
        (said,) = await self.text(number, "CODE")
        return digits(said)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def person(self, channel: str, address: str) -> Row | None:
        digest = self.ledger.vault.digest(channel, address)
        return next(iter(self.ledger.rows(f"SELECT * FROM people WHERE digest = '{digest}'")), None)  # noqa: S608

    def facts(self, channel: str, address: str) -> Row:
        """What is known of somebody, in whichever window it was said."""
        row = self.person(channel, address)
        while row is not None and row["home_id"] is not None:
            row = next(iter(self.ledger.rows(f"SELECT * FROM people WHERE id = '{row['home_id']}'")), None)  # noqa: S608
        return self.ledger.facts(row)

    def queued(self, channel: str, address: str) -> list[Row]:
        person = self.person(channel, address)
        if person is None:
            return []
        return self.ledger.rows(
            f"SELECT * FROM outbox WHERE person_id = '{person['id']}' AND state = 'queued' ORDER BY id"  # noqa: S608
        )


def digits(said: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", said)
    assert found is not None, said
    return found[0]


@pytest.fixture
def ledger(database_url: str) -> Ledger:
    return Ledger(database_url)


@pytest.fixture
def phones(knowledge: Knowledge, reader: Reader, database: Database, ledger: Ledger, now: datetime) -> Phones:
    return Phones(a_desk(knowledge, reader, ledger), database, ledger, now)


# --- the conversation ------------------------------------------------------------------------------------------------


async def test_a_number_means_what_the_last_sms_offered(phones: Phones) -> None:
    (question,) = await phones.text(ADA, "bonjour")
    assert "1" in question
    await phones.text(ADA, "973")
    assert phones.facts(SMS, ADA) == {"prefecture": "973"}
    await phones.text(ADA, "1")
    assert phones.facts(SMS, ADA) == {"prefecture": "973", "procedure": "renewal"}
    await phones.text(ADA, "0")
    assert phones.facts(SMS, ADA) == {"prefecture": "973"}


async def test_a_reply_knows_its_segments_and_its_end(phones: Phones) -> None:
    await phones.text(ADA, "bonjour")
    (row,) = phones.queued(SMS, ADA)
    body = json.loads(phones.ledger.vault.open(row["sealed_message"]))["body"]
    assert row["segments"] == measure(body).segments
    assert (row["lane"], row["expires_at"]) == (0, milliseconds(phones.now) + SCREENED.patience)


async def test_the_screen_is_sealed(phones: Phones) -> None:
    await phones.text(ADA, "bonjour")
    row = phones.person(SMS, ADA)
    assert row is not None
    assert "prefecture" not in row["sealed_screen"]
    assert json.loads(phones.ledger.vault.open(row["sealed_screen"]))["choices"]


async def test_a_message_delivered_again_changes_nothing(phones: Phones) -> None:
    await phones.text(ADA, "bonjour")
    told = phones.sms(ADA, "973")
    await phones.turn(told)
    before = [phones.ledger.rows(f"SELECT * FROM {table}") for table in ("people", "inbox", "outbox")]  # noqa: S608
    assert await phones.turn(told) == Turned(fresh=False)
    assert [phones.ledger.rows(f"SELECT * FROM {table}") for table in ("people", "inbox", "outbox")] == before  # noqa: S608


async def test_messages_of_one_person_in_their_order(phones: Phones) -> None:
    for text in ("bonjour", "973", "renouveler", "Cayenne"):
        await phones.text(ADA, text)
    assert list(phones.facts(SMS, ADA)) == ["prefecture", "procedure", "district"]
    assert len(phones.queued(SMS, ADA)) == 4


async def test_an_mms_is_not_looked_at(phones: Phones) -> None:
    (said,) = await phones.text(ADA, "ma carte", NumMedia="1", MediaContentType0="image/jpeg")
    assert "papiers" in said


async def test_after_erasing_nothing_is_left(phones: Phones) -> None:
    await phones.text(ADA, "je renouvelle ma carte à Grenoble")
    before = phones.person(SMS, ADA)
    await phones.text(ADA, "effacer mes données")
    after = phones.person(SMS, ADA)
    assert before is not None
    assert after is not None
    assert after["id"] != before["id"]
    assert after["sealed_conversation"] is None
    await phones.text(ADA, "1")
    assert phones.facts(SMS, ADA) == {"prefecture": "74"}, "the question that was asked last may be answered"


# --- stop, start, help -----------------------------------------------------------------------------------------------


async def test_stop_ends_everything_at_once_and_for_good(phones: Phones) -> None:
    await phones.text(ADA, "bonjour")
    (said,) = await phones.text(ADA, " Arrêt. ")
    assert "plus aucun SMS" in said
    assert measure(said).segments == 1
    assert [row["state"] for row in phones.ledger.rows("SELECT state FROM outbox ORDER BY id")] == [
        "cancelled",
        "queued",
    ]
    assert await phones.text(ADA, "renouveler ma carte") == []
    assert await phones.text(ADA, "STOP") == [], "two machines must not talk to each other"
    digest = phones.ledger.vault.digest(SMS, ADA)
    assert await phones.database.run(lambda: opt_outs.is_out(SMS, digest))
    assert phones.ledger.vault.digest(SMS, GRACE) != digest
    assert await phones.text(GRACE, "bonjour")


async def test_it_outlives_the_person(phones: Phones) -> None:
    await phones.text(ADA, "STOP")
    person = phones.person(SMS, ADA)
    assert person is not None
    await phones.database.run(lambda: people.erase(person["id"]))
    assert await phones.text(ADA, "bonjour") == []
    far = milliseconds(phones.now) + 2 * retention.PEOPLE_KEPT
    await phones.database.run(lambda: retention.purge(far))
    assert phones.person(SMS, ADA) is None
    assert await phones.text(ADA, "bonjour") == []


@pytest.mark.parametrize("back", ["START", "reprendre", "Unstop"])
async def test_start_undoes_it(phones: Phones, back: str) -> None:
    await phones.text(ADA, "STOP")
    (said,) = await phones.text(ADA, back)
    assert "rdv-sejour" in said
    assert await phones.text(ADA, "bonjour")


async def test_start_begins_for_somebody_who_never_left(phones: Phones) -> None:
    (said,) = await phones.text(ADA, "START")
    assert "1" in said


async def test_the_provider_has_answered_already(phones: Phones) -> None:
    assert await phones.text(ADA, "STOP", OptOutType="STOP") == []
    assert await phones.text(ADA, "bonjour") == []
    assert await phones.text(ADA, "START", OptOutType="START") == []
    assert await phones.text(ADA, "bonjour")


@pytest.mark.parametrize("word", ["AIDE", "help", "INFO ?", "Contact"])
async def test_help_is_always_answered(phones: Phones, word: str) -> None:
    (said,) = await phones.text(ADA, word)
    assert "STOP" in said
    assert measure(said).segments == 1
    await phones.text(ADA, "STOP")
    (said,) = await phones.text(ADA, word)
    assert "START" in said


async def test_notices_meant_for_the_number_end_on_telegram_too(phones: Phones) -> None:
    await phones.chat(None, number=ADA)
    person = phones.person(TELEGRAM, str(CHAT))
    assert person is not None
    moment = milliseconds(phones.now)

    def notices() -> Script[None]:
        for id, batch in (("n1", "pickups of November"), ("n2", None)):
            yield from outbox.add(id, person["id"], TELEGRAM, 1, "sealed", moment, moment, None, batch_id=batch)

    await phones.database.run(notices)
    await phones.text(ADA, "STOP")
    rows = phones.ledger.rows("SELECT id, state FROM outbox WHERE lane = 1 ORDER BY id")
    assert [row["state"] for row in rows] == ["cancelled", "queued"]
    assert await phones.chat(Say("bonjour")), "the other window stays open"


# --- one conversation, two windows -----------------------------------------------------------------------------------


async def test_a_code_joins_two_windows(phones: Phones) -> None:
    await phones.chat(Choose("prefecture", "973"))
    await phones.text(ADA, "je renouvelle ma carte à Grenoble")
    (said,) = await phones.chat(Ask("code"))
    code = digits(said)
    (joined,) = await phones.text(ADA, f"Code {code}")
    assert "oublié" in joined, "what was said here before is dropped, and that is said"
    row = phones.person(SMS, ADA)
    assert row is not None
    assert row["sealed_conversation"] is None
    assert phones.facts(SMS, ADA) == {"prefecture": "973"}
    await phones.text(ADA, "renouveler")
    await phones.chat(Choose("district", "cayenne"))
    expected = {"prefecture": "973", "procedure": "renewal", "district": "cayenne"}
    assert phones.facts(SMS, ADA) == phones.facts(TELEGRAM, str(CHAT)) == expected
    (said,) = await phones.chat(Ask("my_data"))
    assert "Telegram" in said
    assert "SMS" in said


async def test_the_bare_digits_will_do_for_a_newcomer(phones: Phones) -> None:
    await phones.text(ADA, "je renouvelle ma carte à Grenoble")
    code = await phones.code(ADA)
    await phones.chat(Say(f"{code[:3]} {code[3:]}"))
    assert phones.facts(TELEGRAM, str(CHAT)) == phones.facts(SMS, ADA) != {}


async def test_six_digits_are_a_date_where_one_is_asked_for(phones: Phones) -> None:
    for text in ("973", "renouveler", "Cayenne", "CST"):
        await phones.text(ADA, text)
    await phones.code(ADA)
    await phones.text(ADA, "130427")
    assert phones.ledger.count("code_tries") == 0


async def test_a_code_serves_once(phones: Phones) -> None:
    code = await phones.code(ADA)
    await phones.chat(Say(f"code {code}"))
    (said,) = await phones.text(GRACE, f"CODE {code}")
    assert "n'est pas bon" in said
    assert phones.person(SMS, GRACE)["home_id"] is None  # type: ignore[index]


async def test_a_code_ends_after_ten_minutes(phones: Phones) -> None:
    code = await phones.code(ADA)
    phones.later(minutes=10)
    (said,) = await phones.chat(Say(f"code {code}"))
    assert "n’est pas bon" in said
    code = await phones.code(ADA)
    phones.later(minutes=9, seconds=59)
    (said,) = await phones.chat(Say(f"code {code}"))
    assert "C’est fait" in said


async def test_a_newer_code_ends_the_one_before(phones: Phones) -> None:
    first, second = await phones.code(ADA), await phones.code(ADA)
    (said,) = await phones.chat(Say(f"code {first}"))
    assert ("C’est fait" in said) == (first == second)


async def test_one_s_own_code_leads_nowhere(phones: Phones) -> None:
    code = await phones.code(ADA)
    (said,) = await phones.text(ADA, f"CODE {code}")
    assert "vient d'ici" in said
    (said,) = await phones.chat(Say(f"code {code}"))
    assert "C’est fait" in said
    code = await phones.code(ADA)
    (said,) = await phones.chat(Say(f"code {code}"))
    assert "déjà la même" in said


async def test_who_guesses_has_five_tries(phones: Phones) -> None:
    code = await phones.code(ADA)
    wrong = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 6)]
    for each in wrong:
        (said,) = await phones.text(GRACE, f"CODE {each}")
        assert "n'est pas bon" in said
    (said,) = await phones.text(GRACE, f"CODE {code}")
    assert "10 minutes" in said
    await phones.text(GRACE, "effacer mes données")
    (said,) = await phones.text(GRACE, f"CODE {code}")
    assert "10 minutes" in said, "to erase is no way to guess on"
    phones.later(minutes=10)
    code = await phones.code(ADA)
    (said,) = await phones.text(GRACE, f"CODE {code}")
    assert "C'est fait" in said


async def test_no_code_is_in_clear(phones: Phones) -> None:
    code = await phones.code(ADA)
    await phones.text(GRACE, f"CODE {(int(code) + 1) % 1_000_000:06}")
    rows = phones.ledger.rows("SELECT * FROM codes")
    assert len(rows) == 1
    assert code not in str(rows)


@pytest.mark.parametrize("eraser", [SMS, TELEGRAM])
async def test_erasing_in_one_window_erases_both(phones: Phones, eraser: str) -> None:
    await phones.chat(Choose("prefecture", "973"))
    (said,) = await phones.chat(Ask("code"))
    await phones.text(ADA, f"CODE {digits(said)}")
    await phones.chat(None, number=ADA)
    if eraser == SMS:
        await phones.text(ADA, "effacer mes données")
    else:
        await phones.chat(Ask("erase"))
    (left,) = phones.ledger.rows("SELECT * FROM people")
    assert (left["channel"], left["home_id"], left["mobile_digest"]) == (eraser, None, None)
    assert left["sealed_conversation"] is None
    await phones.text(ADA, "bonjour")
    await phones.chat(Tell({}))
    assert phones.facts(SMS, ADA) == phones.facts(TELEGRAM, str(CHAT)) == {}


async def test_a_window_left_behind_starts_anew(phones: Phones) -> None:
    """The process that erased died before it had swept up: the window's own turn finds its conversation gone."""
    code = await phones.code(ADA)
    await phones.chat(Say(f"code {code}"))
    row = phones.person(SMS, ADA)
    assert row is not None
    await phones.database.run(lambda: people.erase(row["id"]))
    await phones.chat(Choose("prefecture", "973"))
    assert phones.facts(TELEGRAM, str(CHAT)) == {"prefecture": "973"}
    assert phones.person(TELEGRAM, str(CHAT))["home_id"] is None  # type: ignore[index]


async def test_three_windows_and_a_move(phones: Phones) -> None:
    """The conversation moves with all its windows, and each finds its way, however long."""
    await phones.text(GRACE, "973")
    code = await phones.code(ADA)
    await phones.chat(Say(f"code {code}"))
    code = await phones.code(GRACE)
    await phones.text(ADA, f"CODE {code}")
    await phones.chat(Choose("procedure", "renewal"))
    expected = {"prefecture": "973", "procedure": "renewal"}
    for channel, address in ((SMS, ADA), (SMS, GRACE), (TELEGRAM, str(CHAT))):
        assert phones.facts(channel, address) == expected
    home = phones.person(SMS, GRACE)
    assert home is not None
    assert phones.person(TELEGRAM, str(CHAT))["home_id"] == home["id"]  # type: ignore[index]
    await phones.text(GRACE, "effacer mes données")
    assert phones.ledger.count("people") == 1


async def test_windows_that_join_each_other_at_once(phones: Phones) -> None:
    """Each sends the other's code while both talk: nobody waits in a circle, and one conversation is left."""
    ours, (said,) = await phones.code(ADA), await phones.chat(Ask("code"))
    theirs = digits(said)
    everything = [
        phones.turn(Incoming(TELEGRAM, "a", str(CHAT), Say(f"code {ours}"))),
        phones.turn(phones.sms(ADA, f"CODE {theirs}")),
        *(phones.turn(phones.sms(ADA, "973")) for _ in range(4)),
        *(phones.turn(Incoming(TELEGRAM, f"b{n}", str(CHAT), Choose("procedure", "renewal"))) for n in range(4)),
    ]
    await asyncio.gather(*everything)
    homes = [row["home_id"] for row in phones.ledger.rows("SELECT home_id FROM people")]
    assert len([home for home in homes if home is None]) == 1
    assert phones.facts(SMS, ADA) == phones.facts(TELEGRAM, str(CHAT))


async def test_two_windows_talk_and_erase_at_once(phones: Phones) -> None:
    code = await phones.code(ADA)
    await phones.chat(Say(f"code {code}"))
    for _ in range(5):
        await asyncio.gather(
            phones.turn(phones.sms(ADA, "effacer mes données")),
            *(phones.turn(Incoming(TELEGRAM, phones.sms(ADA, "").external_id, str(CHAT), Tell({}))) for _ in range(3)),
            phones.turn(phones.sms(ADA, "973")),
        )
    await phones.database.run(people.erase_orphans)
    assert phones.ledger.count("people", "home_id IS NOT NULL") == 0


async def test_a_conversation_is_kept_while_any_window_shows_it(phones: Phones) -> None:
    await phones.text(ADA, "973")
    code = await phones.code(ADA)
    await phones.chat(Say(f"code {code}"))
    phones.ledger.run("UPDATE outbox SET state = 'accepted', finished_at = 0")
    phones.later(days=300)
    await phones.chat(Tell({}))
    phones.ledger.run("UPDATE outbox SET state = 'accepted', finished_at = 0")
    phones.later(days=100)
    await phones.database.run(lambda: retention.purge(milliseconds(phones.now)))
    assert phones.facts(TELEGRAM, str(CHAT)) == {"prefecture": "973"}
    phones.later(days=300)
    while (await phones.database.run(lambda: retention.purge(milliseconds(phones.now)))).people:
        pass
    assert phones.ledger.count("people") == 0


# --- a number shared -------------------------------------------------------------------------------------------------


async def test_a_number_shared_is_kept_as_a_hash_and_forgotten_on_request(phones: Phones) -> None:
    (said,) = await phones.chat(None, number=ADA)
    assert "empreinte" in said
    row = phones.person(TELEGRAM, str(CHAT))
    assert row is not None
    assert row["mobile_digest"] == phones.ledger.vault.digest(SMS, ADA)
    assert ADA[1:] not in phones.ledger.everything()
    (said,) = await phones.chat(Ask("my_data"))
    assert "empreinte du numéro" in said
    (said,) = await phones.chat(Say("oublier mon numéro"))
    assert "oublié" in said
    assert phones.person(TELEGRAM, str(CHAT))["mobile_digest"] is None  # type: ignore[index]


# --- whatever is written ---------------------------------------------------------------------------------------------

KNOWLEDGE, READER = load_knowledge(), load_reader(model=False)
PIECES = ["STOP", "code ", "123456", "0", "2", "SUITE", "973", "renouveler", "é", " ", "\n", "’", "€", "AIDE", "+33"]


@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(PIECES)), max_size=6).map("".join))
def test_nothing_that_is_written_raises(text: str) -> None:
    """The turn as a script, on a store that answers as an empty one does; no mistake is caught on the way either."""
    desk = Desk(
        *(KNOWLEDGE, READER, Ledger("").vault, lambda channel, language: words_for(KNOWLEDGE, language, channel)),
        *({}, TimeOrderedIds(), {SMS: SCREENED}),
    )
    incoming = read({"From": ADA, "MessageSid": "SM1", "Body": text})
    assert incoming is not None
    with TestCase().assertNoLogs("bot.answering"):
        assert play(desk.turn(incoming, datetime.fromisoformat("2026-11-21T12:00:00+01:00"))).fresh


def play(script: Script[Turned]) -> Turned:
    """A script without a database: everything is new, nobody is known."""
    answer: Any = None
    while True:
        try:
            query = script.send(answer)
        except StopIteration as end:
            turned: Turned = end.value
            return turned
        answer = {"meet": _MET, "claim_update": 1, "put_code": 1}.get(query.name)


_MET = {
    "id": "ada",
    "channel": SMS,
    "sealed_address": "",
    "sealed_conversation": None,
    "language": None,
    "created_at": 0,
    "seen_at": 0,
    "blocked_at": None,
    "sealed_screen": None,
    "home_id": None,
    "mobile_digest": None,
}
