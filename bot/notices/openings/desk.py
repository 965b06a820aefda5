"""What an opening is announced with: the knowledge, the store, the paces and the price, the clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.clock import milliseconds
from bot.notices.caps import MOST_UNANSWERED, REST_MS
from bot.settings import Settings
from bot.store.database import Database
from bot.store.openings import Cap
from bot.store.sealed import Vault
from dialogs.knowledge.library import Knowledge

TAKE_BACK = timedelta(seconds=30)
"""How long an announcement can be taken back before anybody is told."""
WAVE_EVERY = timedelta(minutes=10)
"""Between two waves: time to read, to open the site and to find out that it is gone."""

_NUMBER = re.compile(r"\+?\d{3,15}")


@dataclass(frozen=True)
class OpeningDesk:
    """`messages` a second leave on Telegram, `segments` a second by SMS, each for `price` in `currency`.

    `number` is where an SMS that cannot be replied to is answered; `ids` gives ids that sort by time.
    """

    knowledge: Knowledge
    database: Database
    vault: Vault
    number: str | None
    messages: float
    segments: float
    price: Decimal
    currency: str
    clock: Callable[[], datetime]
    ids: Callable[[datetime], str]

    @classmethod
    def of(
        cls,
        settings: Settings,
        knowledge: Knowledge,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        ids: Callable[[datetime], str],
    ) -> "OpeningDesk":
        """The desk the settings describe."""
        price, currency = settings.twilio_segment_price.split()
        senders = [each for each in (settings.twilio_reply_sender, settings.twilio_sender) if each]
        number = next((each for each in senders if _NUMBER.fullmatch(each)), None)
        return cls(
            knowledge,
            database,
            vault,
            None if number == settings.twilio_sender else number,
            settings.telegram_rate,
            settings.twilio_segments_per_second,
            Decimal(price),
            currency,
            clock,
            ids,
        )

    def now_ms(self) -> int:
        """This moment in unix milliseconds."""
        return milliseconds(self.clock())

    def new_id(self) -> str:
        return self.ids(self.clock())


def cap(now_ms: int) -> Cap:
    """Who may be told now."""
    return Cap(MOST_UNANSWERED, now_ms - REST_MS)
