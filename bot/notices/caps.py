"""How often people are written to without having asked at that moment, and when we stop by ourselves.

A promise to whoever waits: at most three notices that nobody answered, one in any 24 hours, openings and releases
together; then one question, and after fourteen days of silence a kind end. Any message or tap of theirs is an answer.
"""

from datetime import timedelta
from typing import Protocol

MOST_UNANSWERED = 3
"""Notices without an answer, after which nothing is sent but the question."""
REST = timedelta(hours=24)
"""Between two notices of one subscription, and between the last one and the question."""
SILENCE = timedelta(days=14)
"""After the question; then the subscription ends."""

REST_MS = REST // timedelta(milliseconds=1)
SILENCE_MS = SILENCE // timedelta(milliseconds=1)


class Told(Protocol):
    """What a subscription remembers of its notices. Unix milliseconds."""

    @property
    def state(self) -> str: ...

    @property
    def unanswered(self) -> int: ...

    @property
    def last_notice_at(self) -> int | None: ...

    @property
    def asked_at(self) -> int | None: ...


def may_be_told(told: Told, now_ms: int) -> bool:
    """Whether one more notice may go to them now."""
    return told.state == "active" and told.unanswered < MOST_UNANSWERED and _has_rested(told, now_ms)


def is_to_be_asked(told: Told, now_ms: int) -> bool:
    """Whether it is time to ask if they still search."""
    return (
        told.state == "active"
        and told.unanswered >= MOST_UNANSWERED
        and told.asked_at is None
        and _has_rested(told, now_ms)
    )


def is_over(told: Told, now_ms: int) -> bool:
    """Whether they have been silent for so long that it ends."""
    return told.state == "active" and told.asked_at is not None and told.asked_at + SILENCE_MS <= now_ms


def _has_rested(told: Told, now_ms: int) -> bool:
    return told.last_notice_at is None or told.last_notice_at + REST_MS <= now_ms
