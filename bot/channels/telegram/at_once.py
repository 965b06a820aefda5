"""What is answered to an update at once, beside the turn: a lost one costs nobody an answer, so it is never stored.

The dictionaries are calls of the Bot API, fit for the body of a webhook's own response
(https://core.telegram.org/bots/api#making-requests-when-getting-updates).
"""

from collections.abc import Mapping
from typing import Any

from bot.words import Words

Call = dict[str, Any]
"""A method of the Bot API under `method`, and its parameters."""


def at_once(update: Mapping[str, Any], words: Words) -> Call | None:
    """Stops the clock on a pressed button; tells a group or a channel, once it speaks to us, that we do not."""
    pressed = update.get("callback_query")
    if pressed is not None:
        return {"method": "answerCallbackQuery", "callback_query_id": pressed["id"]}
    chat = _addressed(update)
    if chat is None:
        return None
    return {"method": "sendMessage", "chat_id": chat, "text": words.render("elsewhere"), "parse_mode": "HTML"}


def _addressed(update: Mapping[str, Any]) -> int | None:
    """The group that wants us: it added us, or somebody wrote to us there (a command, our name, a reply)."""
    member = update.get("my_chat_member")
    if member is not None:
        added = member["new_chat_member"]["status"] in ("member", "administrator")
        newly = member["old_chat_member"]["status"] in ("left", "kicked")
        return member["chat"]["id"] if added and newly and member["chat"]["type"] != "private" else None
    message = update.get("message")
    if message is None or message["chat"]["type"] == "private" or "text" not in message:
        return None
    marks = {entity["type"] for entity in message.get("entities", ())}
    addressed = marks & {"bot_command", "mention"} or "reply_to_message" in message or message["text"].startswith("/")
    return message["chat"]["id"] if addressed else None


def typing(chat: str) -> Call:
    """« Typing… » at the top of the chat, for five seconds (https://core.telegram.org/bots/api#sendchataction)."""
    return {"method": "sendChatAction", "chat_id": int(chat), "action": "typing"}
