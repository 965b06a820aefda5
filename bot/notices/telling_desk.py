"""What people are told with, unasked: the knowledge, the store, the price of an SMS, the clock."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from bot.clock import milliseconds
from bot.settings import Settings
from bot.store.database import Database
from bot.store.sealed import Vault
from dialogs.knowledge.library import Knowledge


@dataclass(frozen=True)
class TellingDesk(ABC):
    """`price` is what an SMS segment costs in `currency`; `ids` gives ids that sort by time."""

    knowledge: Knowledge
    database: Database
    vault: Vault
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
    ) -> Self:
        """The desk the settings describe. Raises what `terms` raises."""
        price, currency = settings.twilio_segment_price.split()
        return cls(knowledge, database, vault, Decimal(price), currency, clock, ids, **cls.terms(settings))

    @classmethod
    @abstractmethod
    def terms(cls, settings: Settings) -> Mapping[str, Any]:
        """What a desk of this kind has besides, by the names of its fields."""

    def now_ms(self) -> int:
        """This moment in unix milliseconds."""
        return milliseconds(self.clock())

    def new_id(self) -> str:
        """An id that sorts by this moment."""
        return self.ids(self.clock())
