"""A person with the app in hand: what they do becomes updates, what they see is the chat."""

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.bot_api.chats import Chat, Message

if TYPE_CHECKING:
    from tests.bot_api.server import BotApiServer

_queries = count(1)


class Person:
    """`number` is both the person's and that of their private chat with the bot."""

    def __init__(self, server: "BotApiServer", number: int, language: str = "fr") -> None:
        self._server = server
        self.number, self.language = number, language

    @property
    def chat(self) -> Chat:
        return self._server.chats[self.number]

    async def say(self, text: str) -> int:
        """Writes; returns the number of the update. A text that starts with / is marked as a command."""
        length = len(text.partition(" ")[0])
        marks = {"entities": [{"type": "bot_command", "offset": 0, "length": length}]} if text.startswith("/") else {}
        return await self._server.queue.add({"message": self._message(text=text, **marks)})

    async def send(self, kind: str) -> int:
        """Sends what is no text."""
        content: Any = [{"file_id": "A", "file_unique_id": "A", "width": 1, "height": 1}] if kind == "photo" else {}
        return await self._server.queue.add({"message": self._message(**{kind: content})})

    async def share(self, mobile: str) -> int:
        """Shares their own number (https://core.telegram.org/bots/api#contact)."""
        contact = {"phone_number": mobile, "first_name": "Ada", "user_id": self.number}
        return await self._server.queue.add({"message": self._message(contact=contact)})

    async def correct(self, text: str) -> int:
        """Edits what they wrote."""
        return await self._server.queue.add({"edited_message": self._message(text=text, edit_date=1_790_000_001)})

    async def press(self, button: str, message: Message | None = None) -> int:
        """Presses a button, by its label or its data, on the last message that has it unless told which."""
        on, data = self.find(button, message)
        shown = {**on.as_result(), "from": {"id": 42, "is_bot": True, "first_name": "rdv-sejour"}}
        query = {"id": str(next(_queries)), "from": self._person(), "chat_instance": "1", "data": data}
        return await self._server.queue.add({"callback_query": {**query, "message": shown}})

    async def block(self) -> int:
        self.chat.blocked = True
        return await self._server.queue.add(self._membership("member", "kicked"))

    async def unblock(self) -> int:
        self.chat.blocked = False
        return await self._server.queue.add(self._membership("kicked", "member"))

    def find(self, button: str, message: Message | None = None) -> tuple[Message, str]:
        """The message a button stands under, and what it carries."""
        for on in [message] if message else reversed(self.chat.messages.values()):
            for each in on.buttons:
                if button in (each["text"], each["callback_data"]):
                    return on, each["callback_data"]
        raise LookupError(f"no button {button!r} to be seen")

    def _message(self, **content: Any) -> dict[str, Any]:
        number = self._server.chats.next_number()
        chat = {"id": self.number, "type": "private", "first_name": "Ada"}
        return {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": self._person(), **content}

    def _person(self) -> dict[str, Any]:
        return {"id": self.number, "is_bot": False, "first_name": "Ada", "language_code": self.language}

    def _membership(self, before: str, after: str) -> dict[str, Any]:
        chat = {"id": self.number, "type": "private", "first_name": "Ada"}
        bot = {"id": 42, "is_bot": True, "first_name": "rdv-sejour"}
        states = {"old_chat_member": {"user": bot, "status": before}, "new_chat_member": {"user": bot, "status": after}}
        return {"my_chat_member": {"chat": chat, "from": self._person(), "date": 1_790_000_000, **states}}
