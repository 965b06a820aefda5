"""What a notice is made with: the knowledge, the store, the way to stop, the pace and the price, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.notices.wording import Ending, Wording, ending_of
from bot.settings import Settings
from bot.store.database import Database
from bot.store.sealed import Vault
from bot.turn import milliseconds
from dialogs.knowledge.library import Knowledge

_DAY = 24 * 3600 * 1000

TOLD_FOR = 60 * _DAY
"""Milliseconds for which a number is not told again of a card at the same préfecture."""
GOOD_FOR = 7 * _DAY
"""Milliseconds after which a notice that could not leave is not sent any more."""


@dataclass(frozen=True)
class NoticeDesk:
    """`pace` is segments a second, `price` what one of them costs in `currency`; `ids` gives ids that sort by time."""

    knowledge: Knowledge
    database: Database
    vault: Vault
    ending: Ending
    pace: float
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
    ) -> "NoticeDesk":
        """The desk the settings describe. Raises NoWayToStop."""
        price, currency = settings.twilio_segment_price.split()
        pace = settings.twilio_segments_per_second
        return cls(knowledge, database, vault, ending_of(settings), pace, Decimal(price), currency, clock, ids)

    def now_ms(self) -> int:
        """This moment in unix milliseconds."""
        return milliseconds(self.clock())

    def new_id(self) -> str:
        return self.ids(self.clock())

    def wording(self, prefecture: str) -> Wording:
        return Wording(self.knowledge, prefecture, self.ending)

    def batch_digest(self, prefecture: str, given: str) -> str:
        """What a batch is found by: `given` is the fingerprint of its rows, or the key of a request."""
        return self.vault.digest("pickups", f"{prefecture}:{given}")
