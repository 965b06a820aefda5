"""What a channel received, in the terms of the conversation."""

from dataclasses import dataclass
from typing import Literal

from dialogs.events import Event


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that stands above the conversation: stop everything to this address, start again, who are you.

    `language` is that of the word, where it has only one. `answered`: the provider has said so already.
    """

    means: Literal["stop", "start", "help"]
    language: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel.

    `external_id` is the channel's own number of the update (update_id, MessageSid), claimed once. `address` is the
    chat or the phone number: sealed at rest, never logged. `event` is what the person did; without it there is only
    a `note` (they blocked us, or came back), another `page` of the options on the screen, or the `number` they share,
    in E.164. `agent` is what an agent's button carries; from anybody else, the event is meant. `screen` is the message
    a button was pressed on, which the reply may edit. `language` is what the channel tells of a newcomer. A `keyword`
    is heard before the event, and may take its place.
    """

    channel: str
    external_id: str
    address: str
    event: Event | None = None
    note: Literal["blocked", "unblocked"] | None = None
    page: tuple[str, int] | None = None
    screen: str | None = None
    language: str | None = None
    keyword: Keyword | None = None
    number: str | None = None
    agent: str | None = None
