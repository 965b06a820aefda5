"""What a notice is made with: besides what people are told with, the way to stop and the pace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.notices.telling_desk import TellingDesk
from bot.notices.wording import Ending, Wording, ending_of
from bot.settings import Settings

_DAY = 24 * 3600 * 1000

TOLD_FOR = 60 * _DAY
"""Milliseconds for which a number is not told again of a card at the same préfecture."""
GOOD_FOR = 7 * _DAY
"""Milliseconds after which a notice that could not leave is not sent any more."""


@dataclass(frozen=True)
class NoticeDesk(TellingDesk):
    """`pace` is segments a second."""

    ending: Ending
    pace: float

    @classmethod
    def terms(cls, settings: Settings) -> Mapping[str, Any]:
        """Raises NoWayToStop."""
        return {"ending": ending_of(settings), "pace": settings.twilio_segments_per_second}

    def wording(self, prefecture: str) -> Wording:
        return Wording(self.knowledge, prefecture, self.ending)

    def batch_digest(self, prefecture: str, given: str) -> str:
        """What a batch is found by: `given` is the fingerprint of its rows, or the key of a request."""
        return self.vault.digest("pickups", f"{prefecture}:{given}")
