"""Ids that sort by time."""

import itertools
from collections.abc import Callable
from datetime import datetime
from secrets import token_hex

from bot.clock import milliseconds


class TimeOrderedIds:
    """Ids that sort by time, and by turn within one millisecond of one process.

    >>> from datetime import UTC
    >>> ids = TimeOrderedIds(lambda: "r")
    >>> ids(datetime(2026, 11, 21, tzinfo=UTC)) < ids(datetime(2026, 11, 21, tzinfo=UTC))
    True
    """

    def __init__(self, randomness: Callable[[], str] = lambda: token_hex(6)) -> None:
        self._randomness = randomness
        self._count = itertools.count()

    def __call__(self, now: datetime) -> str:
        """An id of this moment, which is aware."""
        return f"{milliseconds(now):012x}{next(self._count) & 0xFFFFFF:06x}{self._randomness()}"
