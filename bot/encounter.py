"""Where a turn takes place."""

from dataclasses import dataclass
from datetime import datetime

from bot.incoming import Incoming
from bot.store.people import PersonRow


@dataclass(frozen=True, slots=True)
class Encounter:
    """What came in, when (`moment` is `now` in milliseconds), and from whom.

    `digest` is that of the address. `rows` lead from their window to the one whose conversation it shows, most often
    the same.
    """

    incoming: Incoming
    now: datetime
    moment: int
    digest: str
    rows: tuple[PersonRow, ...]
