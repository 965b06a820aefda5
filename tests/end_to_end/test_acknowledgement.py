"""An update is acknowledged once its turn is committed, and only to Telegram: from outside, on both databases."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.bot_api import Fault
from tests.end_to_end.process import until
from tests.end_to_end.running import Running

pytestmark = pytest.mark.anyio

SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


by_webhook = pytest.mark.parametrize(
    "assistant", [("sqlite", "webhook"), ("postgres", "webhook")], ids="-".join, indirect=True
)


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


async def test_a_button_that_cannot_be_answered_holds_nobody_back(assistant: Running) -> None:
    assistant.server.faults.add(Fault("no_answer", method="answerCallbackQuery", times=None))
    person = assistant.person()
    await person.told("/start")
    await person.tapped_all("prefecture=973", "procedure=renewal", "district=cayenne")
    await assistant.quiet()
    assert not assistant.server.queue.pending


@pytest.mark.parametrize("content", [{"message": {}}, {"callback_query": {"id": "1"}}, {"my_chat_member": []}])
async def test_an_update_of_an_unknown_shape_holds_nobody_back(assistant: Running, content: dict[str, Any]) -> None:
    person = assistant.person()
    await assistant.server.queue.add(dict(content))
    assert "Bonjour" in await person.told("/start")
    await assistant.quiet()


@by_webhook
async def test_an_update_that_comes_twice_is_answered_once(assistant: Running) -> None:
    person = assistant.person()
    update = written(person.number, update=900_001)
    answers = await asyncio.gather(*(post(assistant, update, secret_of(assistant)) for _ in range(5)))
    assert answers == [200] * 5
    await assistant.quiet()
    assert await post(assistant, update, secret_of(assistant)) == 200
    await assistant.quiet()
    assert len(person.shown) == 1
    assert len(assistant.ledger.messages(assistant.ledger.person(person.number))) == 1


@by_webhook
async def test_200_comes_after_the_commit(assistant: Running) -> None:
    person = assistant.person()
    assert await post(assistant, written(person.number, update=900_100), secret_of(assistant)) == 200
    assert assistant.ledger.count("inbox", "external_id = '900100'") == 1
    assert len(assistant.ledger.messages(assistant.ledger.person(person.number))) == 1
    await assistant.quiet()


@by_webhook
@pytest.mark.parametrize("secret", [None, "", "guessed", "é"])
async def test_a_stranger_is_refused_and_leaves_no_trace(assistant: Running, secret: str | None) -> None:
    person = assistant.person()
    log = assistant.process.log
    counts = [assistant.ledger.count(table) for table in ("inbox", "people", "outbox")]
    assert await post(assistant, written(person.number, update=900_200), secret) == 403
    assert [assistant.ledger.count(table) for table in ("inbox", "people", "outbox")] == counts
    assert assistant.ledger.person(person.number) is None
    assert assistant.process.log == log


@by_webhook
@pytest.mark.parametrize("body", ["no update", [], {}, {"message": {}}, 7, None])
async def test_what_is_no_update_is_refused(assistant: Running, body: Any) -> None:
    assert await post(assistant, body, secret_of(assistant)) == 400


@by_webhook
async def test_the_webhook_is_ours(assistant: Running) -> None:
    assert assistant.server.queue.webhook["url"] == f"{assistant.process.url}/telegram"


@pytest.mark.parametrize("assistant", [("sqlite", "polling")], ids="-".join, indirect=True)
async def test_there_is_no_webhook_when_polling(assistant: Running) -> None:
    assert await post(assistant, written(1, update=900_300), "") == 403
    assert assistant.server.queue.webhook == {}
