"""What people live on Telegram, with the assistant as a process: in both modes, on both databases."""

import asyncio
from datetime import date, timedelta

import pytest

from tests.end_to_end.process import until
from tests.end_to_end.running import Running

pytestmark = pytest.mark.anyio

GUYANE = ("prefecture=973", "procedure=renewal", "district=cayenne", "permit=cst")
BOOKING = "guyane.gouv.fr/booking/create/4150"


async def test_taps_edit_the_question_until_the_answer(assistant: Running) -> None:
    person = assistant.person()
    assert "Bonjour" in await person.told("/start")
    question = person.last
    for button in GUYANE:
        await person.tapped(button)
    assert person.chat.messages == {question.id: question}
    assert question.edits == len(GUYANE)
    end = date.today() + timedelta(days=130)
    answer = await person.told(end.strftime("%d/%m/%Y"))
    assert BOOKING in answer
    assert len(person.shown) == 2
    await assistant.quiet()
    facts = assistant.ledger.facts(assistant.ledger.person(person.number))
    assert facts == dict(button.split("=") for button in GUYANE) | {"expires_on": end.isoformat()}


async def test_an_answer_can_be_left_unsaid(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    assert BOOKING in await person.tapped_all(*GUYANE, "Je ne sais pas")


async def test_a_double_tap_says_nothing_twice(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    screen = person.last
    await asyncio.gather(person.press("prefecture=973", screen), person.press("prefecture=973", screen))
    await assistant.quiet()
    assert len(person.shown) == 1
    assert "procedure=renewal" in person.buttons
    assert person.last.edits == 1


async def test_a_tap_on_an_old_keyboard_changes_that_answer(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    old = person.last
    await person.told("Annecy")
    assert "procedure=renewal" in person.buttons
    await person.tapped("prefecture=973", old)
    assert "Guyane" in old.text
    assert len(person.shown) == 2
    await assistant.quiet()
    assert assistant.ledger.facts(assistant.ledger.person(person.number))["prefecture"] == "973"


async def test_a_link_tells_facts_before_the_first_word(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start 973-renewal-cst")
    assert "district=cayenne" in person.buttons


async def test_a_message_that_is_edited_corrects_what_it_said(assistant: Running) -> None:
    person = assistant.person()
    await person.told("J'habite à Annecy")
    assert "Guyane" in await person.corrected("J'habite à Cayenne")
    await assistant.quiet()
    assert assistant.ledger.facts(assistant.ledger.person(person.number))["prefecture"] == "973"


async def test_a_photo_is_declined_and_not_kept(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    assert "Votre envoi n’est pas gardé" in await person.sent("photo")


async def test_a_group_is_told_that_we_only_talk_in_private(assistant: Running) -> None:
    stranger, group = assistant.person(), -100_710
    met = assistant.ledger.count("people")
    before = len(assistant.server.of("sendMessage"))
    written = {
        "message_id": 1,
        "date": 1_790_000_000,
        "text": "/start",
        "chat": {"id": group, "type": "supergroup"},
        "from": {"id": stranger.number, "is_bot": False, "first_name": "Ada"},
    }
    await assistant.server.queue.add({"message": written})
    await assistant.server.until(before + 1, "sendMessage")
    call = assistant.server.of("sendMessage")[-1]
    assert call.parameters["chat_id"] == group
    assert "en privé" in call.parameters["text"]
    assert call.by_webhook is assistant.webhook
    assert assistant.ledger.count("people") == met


@pytest.mark.parametrize("command", ["/donnees", "/mesdonnees"])
async def test_people_see_what_is_kept_of_them(assistant: Running, command: str) -> None:
    person = assistant.person()
    await person.told("/start 973-renewal")
    shown = await person.told(command)
    assert "Guyane" in shown
    assert "Renouveler mon titre" in shown


async def test_what_is_erased_is_nowhere(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start 973-renewal")
    await assistant.quiet()
    before = assistant.ledger.person(person.number)
    assert before is not None
    assert "effacé" in await person.told("/effacer")
    await assistant.quiet()
    after = assistant.ledger.person(person.number)
    assert after is None or after["sealed_conversation"] is None
    assert assistant.ledger.count("outbox", f"person_id = '{before['id']}'") == 0
    for table in ("people", "outbox"):
        kept = str(assistant.ledger.rows(f"SELECT * FROM {table}"))  # noqa: S608
        for value in (before["id"], before["sealed_address"], before["sealed_conversation"]):
            assert value not in kept


async def test_somebody_who_blocks_us_is_left_alone_until_they_come_back(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start")
    await assistant.quiet()

    def blocked() -> bool:
        row = assistant.ledger.person(person.number)
        return row is not None and row["blocked_at"] is not None

    await person.block()
    await until(blocked)
    await person.unblock()
    await until(lambda: not blocked())
    await person.tapped("prefecture=973")
    assert "procedure=renewal" in person.buttons


async def test_many_options_come_by_pages(assistant: Running) -> None:
    person = assistant.person()
    await person.told("/start 973")
    question, first = person.last.text, person.buttons
    turn = next(button for button in first if button.startswith("#"))
    await person.tapped(turn)
    assert person.last.text == question
    assert len(person.shown) == 1
    second = [button for button in person.buttons if button.startswith("procedure=")]
    assert second
    assert not set(second) & set(first)
    await person.tapped(second[0])
    await assistant.quiet()
    facts = assistant.ledger.facts(assistant.ledger.person(person.number))
    assert facts["procedure"] == second[0].removeprefix("procedure=")


async def test_a_newcomer_is_spoken_to_in_the_language_of_their_app(assistant: Running) -> None:
    person = assistant.person("en-GB")
    assert "Hello" in await person.told("/start")
    assert "Renew" in str((await person.tapped("prefecture=973"), person.last.buttons))


async def test_the_menu_of_commands_is_shown_in_each_language(assistant: Running) -> None:
    assert set(assistant.server.commands) == {"", "fr", "en"}
    names = {language: [each["command"] for each in menu] for language, menu in assistant.server.commands.items()}
    assert "effacer" in names["fr"]
    assert "erase" in names["en"]
    assert names[""] == names["fr"]
