"""What is to be delivered: one message to one person, and how urgent it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Lane(IntEnum):
    """Who goes first. A dialog answers somebody who waits; a notice is for one person; a broadcast is for many."""

    DIALOG = 0
    NOTICE = 1
    BROADCAST = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message that was claimed: ours to send. Times are unix milliseconds; `attempt` counts from 1.

    `segments` is how much of the pace it takes, `prefecture` whose quiet hours it keeps, `batch_id` what an agent sent
    it with. `tried_at` is when it was first claimed to be sent.
    """

    id: str
    person_id: str
    lane: Lane
    attempt: int
    created_at: int
    expires_at: int | None
    flag: str | None
    address: str
    message: Mapping[str, Any]
    segments: int = 1
    prefecture: str | None = None
    batch_id: str | None = None
    tried_at: int | None = None
