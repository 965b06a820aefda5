"""Starting, ending, and sharing the work: two `web` and a `worker` on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.end_to_end.process import Process
from tests.end_to_end.running import Mode, Running, running
from tests.end_to_end.talk import Talk

pytestmark = pytest.mark.anyio

PATH = ("prefecture=973", "procedure=renewal", "district=cayenne", "permit=cst", "expires_on=unsaid")
BOOKING = "guyane.gouv.fr/booking/create/4150"


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_it_ends_in_good_order_and_goes_on_later(tmp_path: Path, database_url: str, mode: Mode) -> None:
    async with running(tmp_path, database_url, mode) as assistant:
        person = assistant.person()
        await person.told("/start")
        await person.tapped("prefecture=973")
        assert await assistant.process.stop() == 0
        assert assistant.ledger.count("outbox", "state <> 'accepted'") == 0
        assert assistant.ledger.count("leases", "name LIKE 'owner:%'") == 0
        await person.press("procedure=renewal")
        await person.say("Cayenne")
        await assistant.process.start()
        await assistant.quiet()
        facts = assistant.ledger.facts(assistant.ledger.person(person.number))
        assert facts.keys() >= {"prefecture", "procedure", "district"}
        assert "permit=cst" in person.buttons


async def test_it_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    refused = Process("web", tmp_path, DATABASE_URL="postgresql://rdv@/rdv")
    with pytest.raises(AssertionError):
        await refused.start()
    assert refused.log.count("\n") == 1
    assert "RDV_KEY" in refused.log


@pytest.fixture
async def cluster(tmp_path: Path, database_url: str, anyio_backend: str) -> AsyncIterator[Running]:  # noqa: ARG001
    """Two processes that receive, one that sends."""
    async with running(tmp_path, database_url, "split") as started:
        yield started


@pytest.mark.parametrize("engine", ["postgres"])
async def test_processes_that_share_their_people(cluster: Running) -> None:
    people = [cluster.person() for _ in range(40)]

    async def walk(person: Talk) -> None:
        await person.told("/start")
        for button in PATH:
            await person.tapped(button)

    await asyncio.gather(*(walk(person) for person in people))
    await cluster.quiet()
    for person in people:
        assert BOOKING in person.last.text
        assert len(person.shown) == 1
        row = cluster.ledger.person(person.number)
        assert cluster.ledger.facts(row) == dict(button.split("=") for button in PATH)
        rows = cluster.ledger.messages(row)
        assert [each["state"] for each in rows] == ["accepted"] * (1 + len(PATH))
        assert [each["attempt"] for each in rows] == [1] * (1 + len(PATH))


@pytest.mark.parametrize("engine", ["postgres"])
async def test_messages_written_in_a_row_are_answered_in_their_order(cluster: Running) -> None:
    """Each message goes to the other process than the one before; nobody waits for the reply."""
    people = [cluster.person() for _ in range(20)]

    async def hurry(person: Talk) -> None:
        for text in ("/start", "Guyane", "renouvellement", "Cayenne", "CST"):
            await person.say(text)

    await asyncio.gather(*(hurry(person) for person in people))
    await cluster.quiet()
    for person in people:
        assert len(person.shown) == 5
        asked = [message.buttons[0]["callback_data"].partition("=")[0] for message in person.chat.messages.values()]
        assert asked == ["prefecture", "procedure", "district", "permit", "expires_on"]
