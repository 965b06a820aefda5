"""The turn on both databases: all of it or nothing, once, in order, and never a person lost."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from bot.channels.telegram.rendering import messages
from bot.channels.telegram.updates import CHANNEL
from bot.clock import milliseconds
from bot.ids import TimeOrderedIds
from bot.incoming import Incoming
from bot.replies import Turned
from bot.store import people
from bot.store.database import Database
from bot.store.script import Script
from bot.turn import Desk
from bot.words import Words, words_for
from dialogs.conversation import Conversation
from dialogs.events import Ask, Choose, Event, Say, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader, Step
from dialogs.understanding.reading import Reading
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

Turn = Callable[..., Any]

HELLO = Tell({})
ADA, GRACE = 730_000_001, 730_000_002


@pytest.fixture
def ledger(database_url: str) -> Ledger:
    return Ledger(database_url)


@pytest.fixture
def desk(knowledge: Knowledge, reader: Reader, ledger: Ledger) -> Desk:
    def words(channel: str, language: str) -> Words:
        return words_for(knowledge, language, channel)

    return Desk(knowledge, reader, ledger.vault, words, {CHANNEL: messages}, TimeOrderedIds())


_updates = count(1)


def incoming(person: int, event: Event | None, **more: Any) -> Incoming:
    return Incoming(CHANNEL, str(next(_updates)), str(person), event, **more)


@pytest.fixture
def handle(desk: Desk, database: Database, now: datetime) -> Turn:
    """`await handle(ADA, Say("bonjour"))`, or an update made before."""

    async def run(person: int | Incoming, event: Event | None = None, **more: Any) -> Turned:
        update = person if isinstance(person, Incoming) else incoming(person, event, **more)
        return await database.run(lambda: desk.turn(update, now))

    return run


def snapshot(ledger: Ledger) -> list[Any]:
    return [
        ledger.rows("SELECT * FROM people ORDER BY id"),
        ledger.rows("SELECT * FROM inbox ORDER BY external_id"),
        ledger.rows("SELECT * FROM outbox ORDER BY id"),
    ]


def queued(ledger: Ledger, person: int) -> list[dict[str, Any]]:
    """What waits to be said to somebody, in the order in which it will leave."""
    rows = ledger.messages(ledger.person(person))
    return [json.loads(ledger.vault.open(row["sealed_message"])) for row in rows]


def texts(ledger: Ledger, person: int) -> list[str]:
    return [message["text"] for message in queued(ledger, person)]


async def test_a_turn_keeps_what_was_said_and_queues_the_reply(handle: Turn, ledger: Ledger, now: datetime) -> None:
    turned = await handle(ADA, Choose("prefecture", "973"))
    assert turned == Turned(fresh=True, queued=1)
    row = ledger.person(ADA)
    assert ledger.facts(row) == {"prefecture": "973"}
    (message,) = ledger.messages(row)
    assert (message["state"], message["lane"], message["due_at"]) == ("queued", 0, milliseconds(now))


async def test_redelivery_changes_nothing(handle: Turn, ledger: Ledger) -> None:
    updates = [
        incoming(ADA, event)
        for event in (HELLO, Choose("prefecture", "973"), Say("renouvellement"), Ask("back"), Choose("permit", "cst"))
    ]
    for update in updates:
        assert (await handle(update)).fresh
    before = snapshot(ledger)
    for update in [*updates, *reversed(updates)]:
        assert await handle(update) == Turned(fresh=False)
    assert snapshot(ledger) == before


async def test_an_update_that_comes_many_times_at_once_is_handled_once(handle: Turn, ledger: Ledger) -> None:
    update = incoming(ADA, Choose("prefecture", "973"))
    turned = await asyncio.gather(*(handle(update) for _ in range(8)))
    assert sorted(each.fresh for each in turned) == [False] * 7 + [True]
    assert len(ledger.messages(ledger.person(ADA))) == 1


async def test_a_turn_that_raises_leaves_nothing(
    handle: Turn, desk: Desk, database: Database, ledger: Ledger, now: datetime
) -> None:
    await handle(ADA, Choose("prefecture", "973"))
    before = snapshot(ledger)

    def broken(_: Incoming, __: Step, ___: Words) -> list[dict[str, Any]]:
        raise RuntimeError("no words")

    update, newcomer = incoming(ADA, Choose("procedure", "renewal")), incoming(GRACE, HELLO)
    speechless = replace(desk, renderers={CHANNEL: broken})
    for each in (update, newcomer):
        with pytest.raises(RuntimeError, match="no words"):
            await database.run(partial(speechless.turn, each, now))
    assert snapshot(ledger) == before
    assert (await handle(update)).fresh
    assert ledger.facts(ledger.person(ADA)) == {"prefecture": "973", "procedure": "renewal"}


async def test_a_mistake_in_understanding_is_said_and_changes_nothing(
    handle: Turn, desk: Desk, database: Database, ledger: Ledger, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def read(self, text: str, today: date, *, asked: str | None, language: str | None) -> Reading:  # noqa: ARG002
            raise RuntimeError(text)

    await handle(ADA, Choose("prefecture", "973"))
    stumbling = replace(desk, reader=Broken())
    turned = await database.run(lambda: stumbling.turn(incoming(ADA, Say("une maladie")), now))
    assert turned == Turned(fresh=True, queued=1)
    assert ledger.facts(ledger.person(ADA)) == {"prefecture": "973"}
    assert "RuntimeError" in caplog.text
    assert "maladie" not in caplog.text


async def test_a_turn_that_raises_takes_nobody_with_it(
    desk: Desk, database: Database, ledger: Ledger, now: datetime
) -> None:
    """Turns that come together share a commit on an embedded database."""

    def fussy(update: Incoming, result: Step, words: Words) -> list[dict[str, Any]]:
        if int(update.address) % 3 == 0:
            raise RuntimeError("no words")
        return messages(update, result, words)

    choosy = replace(desk, renderers={CHANNEL: fussy})
    crowd = range(ADA, ADA + 12)
    updates = [incoming(person, Choose("prefecture", "973")) for person in crowd]
    outcomes = await asyncio.gather(
        *(database.run(partial(choosy.turn, update, now)) for update in updates), return_exceptions=True
    )
    assert [isinstance(outcome, RuntimeError) for outcome in outcomes] == [person % 3 == 0 for person in crowd]
    assert [ledger.person(person) is None for person in crowd] == [person % 3 == 0 for person in crowd]


async def test_messages_of_one_person_are_answered_in_their_order(handle: Turn, ledger: Ledger) -> None:
    for event in (HELLO, Choose("prefecture", "973"), Choose("procedure", "renewal"), Choose("district", "cayenne")):
        await handle(ADA, event)
    buttons = [message["reply_markup"]["inline_keyboard"][0][0] for message in queued(ledger, ADA)]
    asked = [button["callback_data"].partition("=")[0] for button in buttons]
    assert asked == ["prefecture", "procedure", "district", "permit"]


async def test_turns_of_one_person_at_once_lose_nothing(handle: Turn, ledger: Ledger) -> None:
    told = {"prefecture": "973", "procedure": "renewal", "district": "cayenne", "permit": "cst", "expires_on": "unsaid"}
    await handle(ADA, HELLO)
    await asyncio.gather(*(handle(ADA, Choose(fact, value)) for fact, value in told.items()))
    assert ledger.facts(ledger.person(ADA)) == told
    assert len(ledger.messages(ledger.person(ADA))) == 1 + len(told)


async def test_many_people_at_once(handle: Turn, ledger: Ledger) -> None:
    crowd = {740_000_000 + n: ("74", "38", "973")[n % 3] for n in range(60)}

    async def talk(person: int, prefecture: str) -> None:
        await handle(person, HELLO)
        await handle(person, Choose("prefecture", prefecture))
        await handle(person, Choose("procedure", "renewal"))

    await asyncio.gather(*(talk(person, prefecture) for person, prefecture in crowd.items()))
    for person, prefecture in crowd.items():
        assert ledger.facts(ledger.person(person)) == {"prefecture": prefecture, "procedure": "renewal"}
    assert ledger.count("people") == len(crowd)
    assert ledger.count("outbox") == ledger.count("inbox") == 3 * len(crowd)


async def test_erasing_leaves_a_stranger(handle: Turn, ledger: Ledger) -> None:
    await handle(ADA, Choose("prefecture", "973"))
    await handle(GRACE, Choose("prefecture", "74"))
    before = ledger.person(ADA)
    assert before is not None
    await handle(ADA, Ask("erase"))
    after = ledger.person(ADA)
    assert after is not None
    assert after["id"] != before["id"]
    assert (after["sealed_conversation"], after["language"]) == (None, None)
    assert "effacé" in texts(ledger, ADA)[0]
    assert len(texts(ledger, ADA)) == 1
    assert ledger.count("outbox", f"person_id = '{before['id']}'") == 0
    assert ledger.facts(ledger.person(GRACE)) == {"prefecture": "74"}
    await handle(ADA, HELLO)
    assert ledger.facts(ledger.person(ADA)) == {}
    assert "Bonjour" in texts(ledger, ADA)[1]


@pytest.mark.parametrize(("told", "spoken"), [("en", "Hello"), ("fr", "Bonjour"), ("de", "Bonjour"), (None, "Bonjour")])
async def test_the_language_of_a_newcomer(handle: Turn, ledger: Ledger, told: str | None, spoken: str) -> None:
    await handle(ADA, HELLO, language=told)
    assert spoken in texts(ledger, ADA)[0]


async def test_the_language_of_the_app_is_not_asked_again(handle: Turn, ledger: Ledger) -> None:
    await handle(ADA, Choose("prefecture", "973"), language="en")
    await handle(ADA, Choose("procedure", "renewal"), language="fr")
    assert (ledger.person(ADA) or {})["language"] == "en"


async def test_somebody_who_blocks_us_gets_nothing_more(handle: Turn, ledger: Ledger, now: datetime) -> None:
    await handle(ADA, HELLO)
    assert await handle(ADA, None, note="blocked") == Turned(fresh=True)
    row = ledger.person(ADA)
    assert row is not None
    assert row["blocked_at"] == milliseconds(now)
    assert [message["state"] for message in ledger.messages(row)] == ["cancelled"]
    assert await handle(ADA, None, note="unblocked") == Turned(fresh=True)
    assert (ledger.person(ADA) or {})["blocked_at"] is None


async def test_whoever_writes_to_us_has_not_blocked_us(handle: Turn, ledger: Ledger) -> None:
    await handle(ADA, None, note="blocked")
    assert (await handle(ADA, HELLO)).queued == 1
    assert (ledger.person(ADA) or {})["blocked_at"] is None


async def test_a_conversation_of_an_older_version_goes_on(
    handle: Turn, desk: Desk, database: Database, ledger: Ledger, now: datetime
) -> None:
    """Its facts and values may be gone since; what still counts is kept, what does not is asked again."""
    old = Conversation().tell({"prefecture": "973"}, "pressed").tell({"procedure": "renewal"}, "pressed")
    old = old.tell({"district": "cayenne", "permit": "carte_bleue"}, "pressed").tell({"shoe_size": 41}, "typed")
    sealed = ledger.vault.seal(json.dumps(old.to_json()))
    moment = milliseconds(now)

    def written() -> Script[None]:
        digest, address = ledger.vault.digest(CHANNEL, str(ADA)), ledger.vault.seal(str(ADA))
        person = yield from people.meet(CHANNEL, digest, address, desk.new_id(now), moment)
        yield from people.save_conversation(person.id, sealed, "fr", moment)

    await database.run(written)
    await handle(ADA, Say("bonjour"))
    conversation = desk.conversation((ledger.person(ADA) or {})["sealed_conversation"], None)
    assert conversation.facts == {"prefecture": "973", "procedure": "renewal", "district": "cayenne"}
    await handle(ADA, Choose("permit", "cst"))
    assert ledger.messages(ledger.person(ADA))
    assert desk.conversation((ledger.person(ADA) or {})["sealed_conversation"], None).facts["permit"] == "cst"


def test_ids_sort_by_time_then_by_turn() -> None:
    ids, moment = TimeOrderedIds(), datetime(2026, 11, 21, tzinfo=UTC)
    moments = [moment] * 300 + [moment + timedelta(milliseconds=n) for n in range(1, 300)]
    made = [ids(each) for each in moments]
    assert made == sorted(made)
    assert len(set(made)) == len(made)
