"""What becomes of a message, whatever the server does."""

import asyncio
from typing import Any

import pytest

from bot.channels.telegram.api import BotApi
from bot.channels.telegram.sender import SEVERAL, TelegramSender, outcome_of
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, NotSent, Outcome, Refused, RetryAfter, Uncertain
from tests.bot.channels.telegram.conftest import TOKEN
from tests.bot_api import BotApiServer, Fault, Person

pytestmark = pytest.mark.anyio

HELLO: dict[str, Any] = {"method": "sendMessage", "text": "<b>Bonjour</b> &amp; bienvenue", "parse_mode": "HTML"}


@pytest.fixture
def sender(api: BotApi) -> TelegramSender:
    return TelegramSender(api)


def to(address: str, message: dict[str, Any]) -> Parcel:
    return Parcel("m1", "ada", Lane.DIALOG, 1, 0, None, None, address, message)


def edit(message: str | None, **more: Any) -> dict[str, Any]:
    return {**HELLO, "method": "editMessageText", "message_id": int(message or 0), **more}


async def test_a_message_arrives(sender: TelegramSender, server: BotApiServer) -> None:
    outcome = await sender.send(to("7", HELLO))
    assert server.chats[7].last.text == "Bonjour & bienvenue"
    assert outcome == Accepted(str(server.chats[7].last.id))
    assert "chat_id" not in HELLO


async def test_a_file_arrives_whole_under_its_caption(sender: TelegramSender, server: BotApiServer) -> None:
    file = {"name": "rdv-sejour.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR\r\nSUMMARY:Préfecture\r\n"}
    markup = {"inline_keyboard": [[{"text": "Retour", "callback_data": "?back"}]]}
    message = {"method": "sendDocument", "document": file, "caption": "<b>Vos dates</b>", "parse_mode": "HTML"}
    outcome = await sender.send(to("7", {**message, "reply_markup": markup, "disable_notification": True}))
    arrived = server.chats[7].last
    assert outcome == Accepted(str(arrived.id))
    assert (arrived.text, arrived.buttons[0]["text"]) == ("Vos dates", "Retour")
    assert arrived.document is not None
    assert (arrived.document.name, arrived.document.media_type) == ("rdv-sejour.ics", "text/calendar")
    assert arrived.document.content.decode() == file["text"]
    assert message["document"] == file


async def test_what_stands_under_a_file_is_not_edited_but_said_anew(
    sender: TelegramSender, server: BotApiServer
) -> None:
    file = {"name": "a.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR"}
    await sender.send(to("7", {"method": "sendDocument", "document": file}))
    outcome = await sender.send(to("7", edit(str(server.chats[7].last.id))))
    assert outcome == Accepted(str(server.chats[7].last.id))
    assert [message.document is None for message in server.chats[7].messages.values()] == [False, True]


@pytest.mark.parametrize("fault", ["reset_before", "no_answer", "too_many"])
async def test_a_file_is_no_safer_than_a_text(sender: TelegramSender, server: BotApiServer, fault: Any) -> None:
    server.faults.add(Fault(fault, seconds=7))
    file = {"name": "a.ics", "type": "text/calendar", "text": "BEGIN:VCALENDAR"}
    outcome = await sender.send(to("7", {"method": "sendDocument", "document": file}))
    assert isinstance(outcome, RetryAfter if fault == "too_many" else Uncertain)


@pytest.mark.parametrize(
    ("fault", "outcome", "arrived"),
    [
        (Fault("too_many", seconds=7), RetryAfter(7.0, everybody=False), False),
        (Fault("error_before", status=502), Uncertain("502 Bad Gateway"), False),
        (Fault("error_after", status=500), Uncertain("500 Bad Gateway"), True),
        (Fault("reset_before"), Uncertain("ServerDisconnectedError"), False),
        (Fault("reset_after"), Uncertain("ServerDisconnectedError"), True),
        (Fault("no_answer"), Uncertain("no answer in time"), True),
        (Fault("forbidden"), Refused("403 Forbidden: bot was blocked by the user", blocked=True), False),
        (Fault("error_before", status=401), NotSent("the server does not know this token"), False),
        (Fault("error_before", status=413), Refused("413 Bad Gateway"), False),
    ],
)
async def test_faults(
    sender: TelegramSender, server: BotApiServer, fault: Fault, outcome: Outcome, arrived: bool
) -> None:
    server.faults.add(fault)
    assert await sender.send(to("7", HELLO)) == outcome
    assert bool(server.chats[7].messages) is arrived


@pytest.mark.parametrize(
    ("status", "description", "gone"),
    [
        (403, "Forbidden: user is deactivated", True),
        (400, "Bad Request: chat not found", True),
        (400, "Bad Request: PEER_ID_INVALID", True),
        (400, "Bad Request: message text is empty", False),
    ],
)
def test_an_account_that_is_gone_is_left_alone(status: int, description: str, gone: bool) -> None:
    outcome = outcome_of(status, {"ok": False, "error_code": status, "description": description})
    assert outcome == Refused(f"{status} {description}", blocked=gone)


async def test_a_slow_answer_is_an_answer(sender: TelegramSender, server: BotApiServer) -> None:
    server.faults.add(Fault("slow", seconds=0.05))
    assert isinstance(await sender.send(to("7", HELLO)), Accepted)


async def test_a_server_that_is_not_there() -> None:
    async with BotApiServer() as gone:
        url = gone.url
    api = BotApi(TOKEN, url)
    await api.open()
    assert await TelegramSender(api).send(to("7", HELLO)) == NotSent("ClientConnectorError")
    await api.close()


async def test_no_free_connection_is_not_sent(server: BotApiServer) -> None:
    api = BotApi(TOKEN, server.url, connections=1)
    line = await api.open()
    line._timeout = line.limits(read=5, connect=0.05, pool=0.05)
    server.faults.add(Fault("slow", seconds=0.2))
    sender = TelegramSender(api)
    outcomes = await asyncio.gather(sender.send(to("7", HELLO)), sender.send(to("8", HELLO)))
    assert outcomes[0] == Accepted(str(server.chats[7].last.id))
    assert outcomes[1] == NotSent("ConnectionTimeoutError")
    await api.close()


async def test_a_blocked_person(sender: TelegramSender, server: BotApiServer) -> None:
    await Person(server, 7).block()
    outcome = await sender.send(to("7", HELLO))
    assert isinstance(outcome, Refused)
    assert outcome.blocked


async def test_an_edit_made_twice_is_made(sender: TelegramSender, server: BotApiServer) -> None:
    sent = await sender.send(to("7", HELLO))
    assert isinstance(sent, Accepted)
    assert await sender.send(to("7", edit(sent.provider_id))) == Accepted()
    assert server.chats[7].last.edits == 0


async def test_an_edit_changes_what_is_on_the_screen(sender: TelegramSender, server: BotApiServer) -> None:
    sent = await sender.send(to("7", HELLO))
    assert isinstance(sent, Accepted)
    assert await sender.send(to("7", edit(sent.provider_id, text="Autre chose"))) == sent
    assert [message.text for message in server.chats[7].messages.values()] == ["Autre chose"]


async def test_a_message_that_is_gone_is_sent_anew(sender: TelegramSender, server: BotApiServer) -> None:
    assert isinstance(await sender.send(to("7", edit("999", text="La suite"))), Accepted)
    assert [call.method for call in server.calls] == ["editMessageText", "sendMessage"]
    assert server.chats[7].last.text == "La suite"


async def test_one_flooded_chat_is_its_own_affair_several_are_everybodys(api: BotApi, server: BotApiServer) -> None:
    now = 100.0
    sender = TelegramSender(api, clock=lambda: now)
    server.faults.add(Fault("too_many", seconds=5, times=None))
    floods = [await sender.send(to(str(chat), HELLO)) for chat in (7, 7, *range(20, 20 + SEVERAL - 1))]
    assert [flood.everybody for flood in floods if isinstance(flood, RetryAfter)] == [False] * SEVERAL + [True]
    now += 6
    assert await sender.send(to("7", HELLO)) == RetryAfter(5.0, everybody=False)


async def test_a_refusal_quotes_nothing_of_the_message(sender: TelegramSender) -> None:
    outcome = await sender.send(to("7", {**HELLO, "text": "<secret>"}))
    assert outcome == Refused("400 Bad Request: can't parse entities")


@pytest.mark.parametrize("answer", [{}, {"ok": True}, {"ok": True, "result": True}, {"ok": True, "result": []}])
def test_an_answer_that_names_no_message(answer: dict[str, Any]) -> None:
    expected: Outcome = Accepted() if answer else Uncertain("an answer that is not the Bot API's")
    assert outcome_of(200, answer) == expected


def test_a_proxy_that_answers_for_the_server() -> None:
    assert outcome_of(302, {}) == Uncertain("302")
    assert outcome_of(504, {}) == Uncertain("504")
    assert outcome_of(429, {}) == RetryAfter(1.0)
