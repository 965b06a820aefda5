"""Updates of the Bot API read as what a person did. They stay plain data, as they came: this is on every turn's way.

https://core.telegram.org/bots/api#update
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.buttons import decode
from bot.channels.telegram.commands import intent_of
from bot.channels.telegram.keyboards import PAPERS
from bot.channels.telegram.links import facts_of
from bot.incoming import Incoming
from dialogs.events import Ask, Attach, Choose, Event, Reopen, Say, Tell, Tick
from dialogs.knowledge.library import Knowledge

CHANNEL = "telegram"
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of update asked for (https://core.telegram.org/bots/api#getupdates); Telegram keeps the others back."""

ATTACHED = (
    *("photo", "voice", "audio", "video", "video_note", "animation", "sticker", "document", "paid_media"),
    *("location", "venue", "contact", "poll", "dice", "story"),
)
"""The fields of a message that hold what is no text; an animation and a venue come with a second field beside."""

WHERE_WE_ARE = Tell({})
"""What is meant by /start alone, and by a button of ours that nobody knows any more."""

BACK = Ask("back")
DONE = Ask("papers_done")
AGENTS = "!"
"""How the data of the buttons begin that only agents have."""

Update = Mapping[str, Any]

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


def read(update: Update, knowledge: Knowledge) -> Incoming | None:
    """What a person did, in private; None for what asks for no turn (groups, service messages, unknown kinds)."""
    if (pressed := update.get("callback_query")) is not None:
        return _pressed(update, pressed, knowledge)
    if (message := update.get("message")) is not None:
        return _written(update, message, knowledge)
    if (message := update.get("edited_message")) is not None:
        # Said again, corrected. An edit without text is a caption, or a live location that moves for hours.
        return _written(update, message, knowledge) if "text" in message else None
    if (member := update.get("my_chat_member")) is not None:
        return _membership(update, member)
    return None


def _pressed(update: Update, pressed: Mapping[str, Any], knowledge: Knowledge) -> Incoming | None:
    message = pressed.get("message")
    chat = message["chat"] if message else {"id": pressed["from"]["id"], "type": "private"}
    if chat["type"] != "private":
        return None
    # A message of date 0 is too old to be read or edited (https://core.telegram.org/bots/api#inaccessiblemessage).
    screen = str(message["message_id"]) if message and message.get("date") != 0 else None
    data = pressed.get("data", "")
    if data.startswith(AGENTS):
        return _incoming(update, chat, pressed["from"], WHERE_WE_ARE, screen=screen, agent=data.removeprefix(AGENTS))
    meaning = decode(data)
    if isinstance(meaning, tuple):
        if screen is None or meaning[0] not in knowledge.kinds:
            return _incoming(update, chat, pressed["from"], WHERE_WE_ARE)
        # The pages of a question follow from what is known; the list of documents has to be made first.
        event = Ask("checklist") if meaning[0] == PAPERS else None
        return _incoming(update, chat, pressed["from"], event, page=meaning, screen=screen)
    if meaning is None or (isinstance(meaning, Ask) and meaning.intent not in knowledge.questions.intents):
        meaning = WHERE_WE_ARE
    # A question gives place to the next one; an answer stays to be read when its menu is used.
    replaced = screen if isinstance(meaning, Choose | Reopen | Tick) or meaning in (BACK, DONE) else None
    return _incoming(update, chat, pressed["from"], meaning, screen=replaced)


def _written(update: Update, message: Mapping[str, Any], knowledge: Knowledge) -> Incoming | None:
    if message["chat"]["type"] != "private":
        return None
    text = message.get("text")
    if text is not None:
        return _incoming(update, message["chat"], message.get("from", {}), _meaning(text, knowledge))
    kind = next((kind for kind in ATTACHED if kind in message), None)
    if kind is None:
        return None
    if kind == "contact" and (number := _own_number(message)) is not None:
        return _incoming(update, message["chat"], message["from"], None, number=number)
    return _incoming(update, message["chat"], message.get("from", {}), Attach(kind))


def _own_number(message: Mapping[str, Any]) -> str | None:
    """The number that a person shares of themselves, in E.164; nobody may share somebody else's.

    https://core.telegram.org/bots/api#contact: `user_id` is the owner's, where they are on Telegram; the number comes
    with or without its plus.
    """
    contact = message["contact"]
    sender = message.get("from", {}).get("id")
    if sender is None or contact.get("user_id") != sender:
        return None
    number = "+" + re.sub(r"[^0-9]", "", str(contact.get("phone_number", "")))
    return number if _NUMBER.fullmatch(number) else None


def _meaning(text: str, knowledge: Knowledge) -> Event:
    """A command by its name, with or without the bot's after it; any other text as it is."""
    if not text.startswith("/"):
        return Say(text)
    command, _, rest = text[1:].partition(" ")
    name = command.partition("@")[0]
    if name == "start":
        return Tell(facts_of(rest.strip(), knowledge))
    intent = intent_of(name)
    if intent == "code" and rest.strip():
        return Say(f"code {rest.strip()}")
    return Ask(intent) if intent is not None and intent in knowledge.questions.intents else Say(text)


def _membership(update: Update, member: Mapping[str, Any]) -> Incoming | None:
    """In private, `kicked` is the person who blocks us, `member` the same who comes back."""
    if member["chat"]["type"] != "private":
        return None
    match member["new_chat_member"]["status"]:
        case "kicked":
            return _incoming(update, member["chat"], member["from"], None, note="blocked")
        case "member":
            return _incoming(update, member["chat"], member["from"], None, note="unblocked")
    return None


def _incoming(
    update: Update, chat: Mapping[str, Any], person: Mapping[str, Any], event: Event | None, **more: Any
) -> Incoming:
    # An IETF tag, « fr-CA »; its first part is the language.
    language = person.get("language_code", "").partition("-")[0] or None
    return Incoming(CHANNEL, str(update["update_id"]), str(chat["id"]), event, language=language, **more)
