"""Telegram's limits (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""

from collections import deque
from math import ceil
from time import monotonic

from tests.bot_api.refusal import Refusal

PACED = frozenset({"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup"})
_TOLERANCE = 0.05


class Limits:
    """`overall` messages in any second, `chat` a second to one chat; 0 is no limit."""

    def __init__(self, overall: float = 0, chat: float = 0) -> None:
        self.overall, self.chat = overall, chat
        self._recent: deque[float] = deque()
        self._last: dict[int, float] = {}
        self.refused = 0

    def check(self, method: str, chat: int) -> None:
        """Counts a call, or refuses it with the seconds to wait."""
        if method not in PACED:
            return
        now = monotonic()
        if self.chat and (wait := self._last.get(chat, 0) + (1 - _TOLERANCE) / self.chat - now) > 0:
            self._refuse(wait)
        if self.overall:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self.overall:
                self._refuse(self._recent[0] + 1 - now)
            self._recent.append(now)
        if self.chat:
            self._last[chat] = now

    def _refuse(self, wait: float) -> None:
        self.refused += 1
        raise Refusal.too_many(max(1, ceil(wait)))
