"""What people see: chats with their messages, and the checks a message must pass."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.bot_api.entities import BadEntities, plain, units
from tests.bot_api.refusal import Refusal

LONGEST = 4096
LONGEST_CAPTION = 1024
LONGEST_DATA = 64


@dataclass(frozen=True)
class Document:
    """A file as it was sent."""

    name: str
    media_type: str
    content: bytes


@dataclass
class Message:
    """A message of the bot: its text (a document's caption) as shown, its HTML as sent, its keyboard, how often it was
    edited."""

    id: int
    chat: int
    text: str
    html: str
    markup: dict[str, Any] | None
    edits: int = 0
    document: Document | None = None

    @property
    def buttons(self) -> list[dict[str, str]]:
        return [button for row in (self.markup or {}).get("inline_keyboard", ()) for button in row]

    def as_result(self) -> dict[str, Any]:
        chat = {"id": self.chat, "type": "private", "first_name": "Ada"}
        markup = {"reply_markup": self.markup} if self.markup else {}
        said: dict[str, Any] = {"text": self.text}
        if self.document is not None:
            file = {"file_id": "D", "file_unique_id": "D", "file_name": self.document.name}
            said = {"document": file, "caption": self.text}
        return {"message_id": self.id, "date": 1_790_000_000, "chat": chat, **said, **markup}


@dataclass
class Chat:
    id: int
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)
    """Those of the bot, by their number, in the order in which they came."""

    @property
    def last(self) -> Message:
        return next(reversed(self.messages.values()))


class Chats:
    """All chats. One that writes to is made at once; `keep` limits the messages kept of each."""

    def __init__(self, keep: int | None = None) -> None:
        self._chats: dict[int, Chat] = {}
        self._numbers = count(1)
        self.keep = keep

    def __getitem__(self, number: int) -> Chat:
        return self._chats.setdefault(number, Chat(number))

    def __iter__(self) -> Any:
        return iter(self._chats.values())

    def next_number(self) -> int:
        return next(self._numbers)

    def send(self, parameters: dict[str, Any]) -> dict[str, Any]:
        self.open(parameters)
        return self._keep(parameters, *checked_text(parameters))

    def send_document(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """A file (https://core.telegram.org/bots/api#senddocument): not empty, its caption 1024 signs at most."""
        self.open(parameters)
        document = parameters.get("document")
        if not isinstance(document, Document):
            raise Refusal.bad("there is no document in the request")
        if not document.content:
            raise Refusal.bad("file must be non-empty")
        text, html = checked_text(parameters, "caption", LONGEST_CAPTION) if parameters.get("caption") else ("", "")
        return self._keep(parameters, text, html, document)

    def _keep(
        self, parameters: dict[str, Any], text: str, html: str, document: Document | None = None
    ) -> dict[str, Any]:
        chat = self.open(parameters)
        markup = checked_markup(parameters)
        message = Message(self.next_number(), chat.id, text, html, markup, document=document)
        chat.messages[message.id] = message
        if self.keep is not None and len(chat.messages) > self.keep:
            del chat.messages[next(iter(chat.messages))]
        return message.as_result()

    def edit_text(self, parameters: dict[str, Any]) -> dict[str, Any]:
        message = self._message(parameters)
        if message.document is not None:
            raise Refusal.bad("there is no text in the message to edit")
        text, html = checked_text(parameters)
        return self._edit(message, text, html, checked_markup(parameters))

    def edit_markup(self, parameters: dict[str, Any]) -> dict[str, Any]:
        message = self._message(parameters)
        return self._edit(message, message.text, message.html, checked_markup(parameters))

    def open(self, parameters: dict[str, Any]) -> Chat:
        """The chat of a call. Refuses one that blocked the bot."""
        number = parameters.get("chat_id")
        if not isinstance(number, int):
            raise Refusal.bad("chat_id is empty")
        chat = self[number]
        if chat.blocked:
            raise Refusal.blocked()
        return chat

    def _message(self, parameters: dict[str, Any]) -> Message:
        chat = self.open(parameters)
        message = chat.messages.get(parameters.get("message_id", 0))
        if message is None:
            raise Refusal.bad("message to edit not found")
        return message

    def _edit(self, message: Message, text: str, html: str, markup: dict[str, Any] | None) -> dict[str, Any]:
        if (text, html, markup) == (message.text, message.html, message.markup):
            raise Refusal.bad(
                "message is not modified: specified new message content and reply markup are exactly the same"
                " as a current content and reply markup of the message"
            )
        message.text, message.html, message.markup = text, html, markup
        message.edits += 1
        return message.as_result()


def checked_text(parameters: dict[str, Any], name: str = "text", most: int = LONGEST) -> tuple[str, str]:
    html = parameters.get(name)
    if not isinstance(html, str) or not html.strip():
        raise Refusal.bad("message text is empty")
    try:
        text = plain(html) if parameters.get("parse_mode") == "HTML" else html
    except BadEntities as error:
        raise Refusal.bad(f"can't parse entities: {error}") from None
    if units(text) > most:
        raise Refusal.bad(f"message {'caption ' if name == 'caption' else ''}is too long")
    return text, html


def checked_markup(parameters: dict[str, Any]) -> dict[str, Any] | None:
    markup = parameters.get("reply_markup")
    if markup is None:
        return None
    for row in markup.get("inline_keyboard", ()):
        for button in row:
            if not button.get("text"):
                raise Refusal.bad("inline keyboard button text is empty")
            if not 1 <= len(button.get("callback_data", "").encode()) <= LONGEST_DATA:
                raise Refusal.bad("BUTTON_DATA_INVALID")
    return dict(markup)
