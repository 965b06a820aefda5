"""What a channel received, in the terms of the conversation."""

from dataclasses import dataclass
from typing import Literal

from dialogs.events import Event


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of a channel.

    `external_id` is the channel's own number of the update (update_id, MessageSid), claimed once. `address` is the
    chat or the phone number: sealed at rest, never logged. `event` is what the person did; without it there is only
    a `note` (they blocked us, or came back) or another `page` of the options on the screen. `screen` is the message a
    button was pressed on, which the reply may edit. `language` is what the channel tells of a newcomer.
    """

    channel: str
    external_id: str
    address: str
    event: Event | None = None
    note: Literal["blocked", "unblocked"] | None = None
    page: tuple[str, int] | None = None
    screen: str | None = None
    language: str | None = None
