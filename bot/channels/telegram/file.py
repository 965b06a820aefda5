"""A file on its way to somebody (https://core.telegram.org/bots/api#sending-files)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file to be uploaded."""

    name: str
    media_type: str
    content: bytes
