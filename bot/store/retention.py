"""How long things are kept, and their end."""

from dataclasses import dataclass

from bot.store import answered_requests, batches, codes, inbox, leases, openings, outbox, people
from bot.store.script import Script

_DAY = 24 * 3600 * 1000

PEOPLE_KEPT = 365 * _DAY
"""Since they were last seen: who asks for a permit comes back within the year that most of them last."""
EMPTY_KEPT = _DAY
"""Since they were last seen, for people of whom nothing is known: after « effacer », only their address is left."""
MESSAGES_KEPT = 30 * _DAY
"""Since they were finished: without their text, which goes at once, they only serve to see what was delivered."""
BATCHES_KEPT = 90 * _DAY
"""Since an agent sent them, with their rows and messages, or since an opening ended, with its draw: nobody is told of
the same card again, nor asks about it."""
UPDATES_KEPT = 7 * _DAY
"""Since they came in: Telegram keeps an update for 24 hours, so none comes again after a week.
https://core.telegram.org/bots/api#getting-updates"""
LEASES_KEPT = _DAY
"""Since they were renewed: every holder renews its own within seconds."""
MOST = 500
"""Rows of each kind in one transaction, so that no turn waits for a purge."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge took away; `more` if there may be more of it."""

    people: int
    messages: int
    updates: int
    batches: int = 0
    requests: int = 0
    openings: int = 0

    @property
    def more(self) -> bool:
        return MOST in (self.people, self.messages, self.updates, self.batches, self.requests, self.openings)


def purge(now_ms: int) -> Script[Purged]:
    """Takes away what is too old, a part of it at a time; to be run daily, and again while there is `more`."""
    yield from leases.purge(now_ms - LEASES_KEPT)
    yield from codes.purge(now_ms)
    requests = yield from answered_requests.purge(now_ms, MOST)
    messages = yield from outbox.purge(now_ms - MESSAGES_KEPT, MOST)
    updates = yield from inbox.purge(now_ms - UPDATES_KEPT, MOST)
    sent = yield from batches.purge(now_ms - BATCHES_KEPT, MOST)
    announced = yield from openings.purge(now_ms - BATCHES_KEPT, MOST)
    gone = yield from people.purge(now_ms - PEOPLE_KEPT, now_ms - EMPTY_KEPT, MOST)
    return Purged(gone, messages, updates, sent, requests, announced)
