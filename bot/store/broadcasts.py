"""What an opening says to those who were chosen: queued with their wave, called back at its end, and counted.

Sets of messages, never one by one. Times are unix milliseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store.draws import Chosen
from bot.store.openings import OpeningRow
from bot.store.script import Script, query, query_many

_CALLED_BACK = 5000


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is said on a channel in a language. `keeps_quiet`: it waits for the hours of the préfecture."""

    message: str
    segments: int | None
    keeps_quiet: bool


@dataclass(frozen=True, slots=True)
class Became:
    """How many people of a wave have a message in that state; `began_at` is when the first of them was queued."""

    wave: int
    state: str
    blocked: bool
    people: int
    served: int
    began_at: int | None


def queue(opening: OpeningRow, told: Sequence[tuple[Chosen, Sealed]], now_ms: int) -> Script[None]:
    """Queues for each what is said to them, as a broadcast that perishes with the opening."""
    yield from query_many(
        "queue_broadcast",
        [
            {
                "id": each.id,
                "person_id": each.person_id,
                "channel": each.channel,
                "sealed": text.message,
                "now_ms": now_ms,
                "until_ms": opening.until,
                "segments": text.segments,
                "prefecture": opening.prefecture if text.keeps_quiet else None,
                "opening_id": opening.id,
            }
            for each, text in told
        ],
    )


def call_back(opening_id: str, state: Literal["cancelled", "expired"], now_ms: int) -> Script[bool]:
    """Ends what is queued, some thousands at a time, the next to leave first; False while there may be more."""
    ended: int = yield from query("call_back", opening_id=opening_id, state=state, now_ms=now_ms, most=_CALLED_BACK)
    return ended < _CALLED_BACK


def on_their_way(opening_id: str) -> Script[int]:
    """How many messages are queued or being sent."""
    messages: int = yield from query("on_their_way", opening_id=opening_id)
    return messages


def give_turns_back(opening_id: str) -> Script[bool]:
    """Whose notice never left counts as not told, for the next opening; False while there may be more."""
    given: int = yield from query("give_turns_back", opening_id=opening_id, most=_CALLED_BACK)
    return given < _CALLED_BACK


def what_became(opening_id: str) -> Script[list[Became]]:
    """What became of the messages, wave by wave. `forgotten`: the person erased what we had."""
    rows = yield from query("what_became", opening_id=opening_id)
    return [Became(**{**row, "blocked": bool(row["blocked"])}) for row in rows]
