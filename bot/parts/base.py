"""What every part stands on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import milliseconds
from bot.settings import Settings
from bot.store.database import Database
from bot.turn import Desk


@dataclass(frozen=True)
class Base:
    """The settings, the database, the desk where turns are worked, and the clock, which gives aware moments."""

    settings: Settings
    database: Database
    desk: Desk
    clock: Callable[[], datetime]

    def now_ms(self) -> int:
        """This moment in unix milliseconds."""
        return milliseconds(self.clock())
