"""A conversation seen from the person's side: what they do, and what then stands on their screen."""

from tests.bot_api import BotApiServer, Person
from tests.bot_api.chats import Message
from tests.end_to_end.process import PATIENCE


class Talk(Person):
    """Somebody who waits for the reply before they go on."""

    def __init__(self, server: BotApiServer, number: int, language: str = "fr") -> None:
        super().__init__(server, number, language)
        self._api = server

    @property
    def shown(self) -> list[str]:
        """The texts on the screen, oldest first."""
        return [message.text for message in self.chat.messages.values()]

    @property
    def last(self) -> Message:
        return self.chat.last

    @property
    def buttons(self) -> list[str]:
        """What the buttons under the last message mean."""
        return [button["callback_data"] for button in self.last.buttons]

    @property
    def replies(self) -> int:
        """How often the screen has changed."""
        return sum(1 + message.edits for message in self.chat.messages.values())

    async def told(self, text: str) -> str:
        """Writes, and reads the reply."""
        return await self._after(self.replies, await self.say(text))

    async def tapped(self, button: str, message: Message | None = None) -> str:
        """Presses a button, and reads the reply."""
        return await self._after(self.replies, await self.press(button, message))

    async def tapped_all(self, *buttons: str) -> str:
        for button in buttons:
            await self.tapped(button)
        return self.last.text

    async def sent(self, kind: str) -> str:
        return await self._after(self.replies, await self.send(kind))

    async def corrected(self, text: str) -> str:
        return await self._after(self.replies, await self.correct(text))

    async def _after(self, before: int, _: int) -> str:
        await self._api.when(lambda: self.replies > before, PATIENCE)
        return self.last.text
