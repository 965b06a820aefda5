"""What people do on Telegram, as events."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.updates import ATTACHED, WHERE_WE_ARE, read
from bot.incoming import Incoming
from dialogs.events import Ask, Attach, Choose, Reopen, Say, Tell
from dialogs.knowledge.library import Knowledge, load_knowledge

ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "en-GB"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ada"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1_790_000_000, "chat": PRIVATE, "from": ADA, **content}


def written(**content: Any) -> dict[str, Any]:
    return {"update_id": 1001, "message": message(**content)}


def pressed(data: str, **more: Any) -> dict[str, Any]:
    query = {"id": "9", "from": ADA, "chat_instance": "1", "data": data, "message": message(text="…")}
    return {"update_id": 1001, "callback_query": {**query, **more}}


def membership(status: str, kind: str = "private") -> dict[str, Any]:
    bot = {"id": 42, "is_bot": True, "first_name": "bot"}
    chat = {"id": 7, "type": kind}
    states = {"old_chat_member": {"user": bot, "status": "?"}, "new_chat_member": {"user": bot, "status": status}}
    return {"update_id": 1001, "my_chat_member": {"chat": chat, "from": ADA, "date": 0, **states}}


def event_of(update: dict[str, Any], knowledge: Knowledge) -> object:
    incoming = read(update, knowledge)
    assert incoming is not None
    return incoming.event


def test_a_message_says_its_text_and_where_it_comes_from(knowledge: Knowledge) -> None:
    assert read(written(text="mon titre expire"), knowledge) == Incoming(
        "telegram", "1001", "7", Say("mon titre expire"), language="en"
    )


def test_a_person_who_tells_no_language(knowledge: Knowledge) -> None:
    anonymous = {"id": 7, "is_bot": False, "first_name": "Ada"}
    incoming = read(written(text="hello", **{"from": anonymous}), knowledge)
    assert incoming is not None
    assert incoming.language is None


def test_a_corrected_message_is_said_again(knowledge: Knowledge) -> None:
    assert event_of({"update_id": 2, "edited_message": message(text="3.1 complet")}, knowledge) == Say("3.1 complet")


def test_a_live_location_that_moves_is_not_answered(knowledge: Knowledge) -> None:
    assert read({"update_id": 2, "edited_message": message(location={})}, knowledge) is None


@pytest.mark.parametrize("kind", ATTACHED)
def test_what_is_no_text_is_named(knowledge: Knowledge, kind: str) -> None:
    assert event_of(written(**{kind: {}}, caption="ma carte"), knowledge) == Attach(kind)


def test_an_animation_is_not_taken_for_its_document(knowledge: Knowledge) -> None:
    assert event_of(written(document={}, animation={}), knowledge) == Attach("animation")


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("/start", Tell({})),
        ("/start 74-renewal-cst", Tell({"prefecture": "74", "procedure": "renewal", "permit": "cst"})),
        ("/start@rdv_sejour_bot cst-2a", Tell({"permit": "cst", "prefecture": "2a"})),
        ("/start nothing-known", Tell({})),
        ("/pieces", Ask("documents")),
        ("/documents", Ask("documents")),
        ("/RETOUR@rdv_sejour_bot", Ask("back")),
        ("/code", Ask("code")),
        ("/code 123456", Say("code 123456")),
        ("/numero", Ask("share_number")),
        ("/oubliernumero", Ask("forget_number")),
        ("/settings", Ask("change")),
        ("/weather tomorrow", Say("/weather tomorrow")),
        ("/", Say("/")),
    ],
)
def test_commands(knowledge: Knowledge, text: str, event: object) -> None:
    assert event_of(written(text=text), knowledge) == event


@pytest.mark.parametrize("number", ["33639980001", "+33639980001", "+33 6 39 98 00 01"])
def test_one_s_own_number_is_shared(knowledge: Knowledge, number: str) -> None:
    contact = {"phone_number": number, "first_name": "Ada", "user_id": ADA["id"]}
    assert read(written(contact=contact), knowledge) == Incoming(
        "telegram", "1001", "7", number="+33639980001", language="en"
    )


@pytest.mark.parametrize(
    "contact",
    [
        {"phone_number": "33639980001", "first_name": "Grace", "user_id": 8},
        {"phone_number": "33639980001", "first_name": "Grace"},
        {"phone_number": "?", "first_name": "Ada", "user_id": 7},
        {"phone_number": "112", "first_name": "Ada", "user_id": 7},
    ],
)
def test_somebody_else_s_number_is_not_looked_at(knowledge: Knowledge, contact: dict[str, Any]) -> None:
    assert event_of(written(contact=contact), knowledge) == Attach("contact")


def test_a_tap_names_the_message_that_a_question_stood_in(knowledge: Knowledge) -> None:
    assert read(pressed("permit=cst"), knowledge) == Incoming(
        "telegram", "1001", "7", Choose("permit", "cst"), screen="3", language="en"
    )
    reopened = read(pressed("~permit"), knowledge)
    assert reopened is not None
    assert (reopened.event, reopened.screen) == (Reopen("permit"), "3")


def test_the_menu_of_an_answer_leaves_it_to_be_read(knowledge: Knowledge) -> None:
    incoming = read(pressed("?documents"), knowledge)
    assert incoming is not None
    assert (incoming.event, incoming.screen) == (Ask("documents"), None)


def test_a_page_is_turned_on_its_screen(knowledge: Knowledge) -> None:
    incoming = read(pressed("#procedure:1"), knowledge)
    assert incoming is not None
    assert (incoming.event, incoming.page, incoming.screen) == (None, ("procedure", 1), "3")


def test_a_message_too_old_to_be_edited(knowledge: Knowledge) -> None:
    old = {"message_id": 3, "date": 0, "chat": PRIVATE}
    incoming = read(pressed("permit=cst", message=old), knowledge)
    assert incoming is not None
    assert (incoming.event, incoming.screen) == (Choose("permit", "cst"), None)
    assert event_of(pressed("#procedure:1", message=old), knowledge) == WHERE_WE_ARE


@pytest.mark.parametrize("data", ["", "nonsense", "?gone", "#gone:1", "#procedure:-1"])
def test_a_button_nobody_knows_shows_where_we_are(knowledge: Knowledge, data: str) -> None:
    assert event_of(pressed(data), knowledge) == WHERE_WE_ARE


@pytest.mark.parametrize(("status", "note"), [("kicked", "blocked"), ("member", "unblocked")])
def test_a_person_who_blocks_us_or_comes_back(knowledge: Knowledge, status: str, note: str) -> None:
    incoming = read(membership(status), knowledge)
    assert incoming is not None
    assert (incoming.event, incoming.note, incoming.address) == (None, note, "7")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_there_is_no_conversation_where_several_read(knowledge: Knowledge, kind: str) -> None:
    many = {"id": -100, "type": kind, "title": "Entraide"}
    assert read(written(text="/start", chat=many), knowledge) is None
    assert read(pressed("permit=cst", message=message(chat=many)), knowledge) is None
    assert read(membership("member", kind), knowledge) is None


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "channel_post": message(text="x")},
        {"update_id": 1, "poll": {"id": "1"}},
        {"update_id": 1, "message_reaction": {}},
        {"update_id": 1},
        written(pinned_message=message(text="x")),
        written(new_chat_title="x"),
        membership("restricted"),
    ],
)
def test_anything_else_is_ignored(knowledge: Knowledge, update: dict[str, Any]) -> None:
    assert read(update, knowledge) is None


@given(st.text(max_size=64))
def test_no_button_of_somebody_else_breaks_anything(data: str) -> None:
    assert read(pressed(data), load_knowledge()) is not None
