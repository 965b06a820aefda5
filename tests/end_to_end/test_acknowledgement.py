"""An update is acknowledged once its turn is committed, and only to Telegram: from outside, on both databases."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.process import until
from tests.end_to_end.running import Running

pytestmark = pytest.mark.anyio

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


@pytest.fixture
def webhook(assistant: Running) -> Running:
    """The assistant where it has a webhook; by polling nobody can post to it."""
    if not assistant.webhook:
        pytest.skip("nothing is posted when polling")
    return assistant


async def post(assistant: Running, body: Any, secret: str | None = None) -> int:
    """Posts what may be an update, as anybody could; the status."""
    headers = {} if secret is None else {SECRET: secret}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{assistant.process.url}/telegram", json=body) as answer,
    ):
        return answer.status


def secret_of(assistant: Running) -> str:
    """What only Telegram and we know."""
    secret: str = assistant.server.queue.webhook["secret_token"]
    return secret


def written(number: int, update: int, text: str = "/start") -> dict[str, Any]:
    person = {"id": number, "is_bot": False, "first_name": "Ada", "language_code": "fr"}
    chat = {"id": number, "type": "private", "first_name": "Ada"}
    message = {"message_id": 1, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": update, "message": message}


async def test_a_turn_that_cannot_commit_leaves_nothing_and_comes_again(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    await assistant.quiet()
    tries = len(assistant.server.of("getUpdates"))
    with assistant.ledger.broken():
        number = await person.press("prefecture=973")
        if assistant.webhook:
            await until(lambda: (number, 500) in assistant.server.queue.posts)
        else:
            # Asked for again, and so not confirmed.
            await assistant.server.until(tries + 2, "getUpdates")
        assert number in assistant.server.queue.pending
        assert assistant.ledger.count("inbox", f"external_id = '{number}'") == 0
        assert assistant.ledger.facts(assistant.ledger.person(person.number)) == {}
    await assistant.quiet()
    assert assistant.ledger.facts(assistant.ledger.person(person.number)) == {"prefecture": "973"}
    assert "procedure=renewal" in person.buttons
    assert person.last.edits == 1


async def test_an_update_that_comes_twice_is_answered_once(webhook: Running) -> None:
    person = webhook.person()
    update = written(person.number, update=900_001)
    answers = await asyncio.gather(*(post(webhook, update, secret_of(webhook)) for _ in range(5)))
    assert answers == [200] * 5
    await webhook.quiet()
    assert await post(webhook, update, secret_of(webhook)) == 200
    await webhook.quiet()
    assert len(person.shown) == 1
    assert len(webhook.ledger.messages(webhook.ledger.person(person.number))) == 1


async def test_200_comes_after_the_commit(webhook: Running) -> None:
    person = webhook.person()
    assert await post(webhook, written(person.number, update=900_100), secret_of(webhook)) == 200
    assert webhook.ledger.count("inbox", "external_id = '900100'") == 1
    assert len(webhook.ledger.messages(webhook.ledger.person(person.number))) == 1
    await webhook.quiet()


@pytest.mark.parametrize("secret", [None, "", "guessed", "é"])
async def test_a_stranger_is_refused_and_leaves_no_trace(webhook: Running, secret: str | None) -> None:
    person = webhook.person()
    log = webhook.process.log
    counts = [webhook.ledger.count(table) for table in ("inbox", "people", "outbox")]
    assert await post(webhook, written(person.number, update=900_200), secret) == 403
    assert [webhook.ledger.count(table) for table in ("inbox", "people", "outbox")] == counts
    assert webhook.ledger.person(person.number) is None
    assert webhook.process.log == log


@pytest.mark.parametrize("body", ["no update", [], {}, {"message": {}}, 7, None])
async def test_what_is_no_update_is_refused(webhook: Running, body: Any) -> None:
    assert await post(webhook, body, secret_of(webhook)) == 400


async def test_there_is_no_webhook_when_polling(assistant: Running) -> None:
    if not assistant.webhook:
        assert await post(assistant, written(1, update=900_300), "") == 403
        assert assistant.server.queue.webhook == {}
    else:
        assert assistant.server.queue.webhook["url"] == f"{assistant.process.url}/telegram"
