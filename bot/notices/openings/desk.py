"""What an opening is announced with: besides what people are told with, the paces and where an SMS is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.notices.caps import MOST_UNANSWERED, REST_MS
from bot.notices.telling_desk import TellingDesk
from bot.notices.wording import number_of
from bot.settings import Settings
from bot.store.draws import Cap

TAKE_BACK = timedelta(seconds=30)
"""How long an announcement can be taken back before anybody is told."""
WAVE_EVERY = timedelta(minutes=10)
"""Between two waves: time to read, to open the site and to find out that it is gone."""


@dataclass(frozen=True)
class OpeningDesk(TellingDesk):
    """`messages` a second leave on Telegram, `segments` a second by SMS.

    `number` is where an SMS that cannot be replied to is answered.
    """

    number: str | None
    messages: float
    segments: float

    @classmethod
    def terms(cls, settings: Settings) -> Mapping[str, Any]:
        """The paces of the settings; no number where an SMS can be replied to."""
        number = number_of(settings)
        return {
            "number": None if number == settings.twilio_sender else number,
            "messages": settings.telegram_rate,
            "segments": settings.twilio_segments_per_second,
        }


def cap(now_ms: int) -> Cap:
    """Who may be told now."""
    return Cap(MOST_UNANSWERED, now_ms - REST_MS)
