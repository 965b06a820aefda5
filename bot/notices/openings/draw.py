"""The draw: an order that nobody chose, anew for each opening, and that anybody can compute again from its seed.

A subscription's place is the HMAC of its id under the opening's seed (RFC 2104, SHA-256, its first 128 bits: no two are
alike). The seed is random and kept in the trail, so a draw can be checked afterwards; without it nobody knows a place
before.
"""

import hmac
from secrets import token_hex

from bot.store import draws
from bot.store.openings import OpeningRow
from bot.store.script import Script

CHUNK = 1000
"""Places drawn in one transaction: some milliseconds, so that no turn waits for a draw."""
_SEED_BYTES = _PLACE_BYTES = 16


def new_seed() -> str:
    return token_hex(_SEED_BYTES)


def place(seed: str, subscription_id: str) -> str:
    """Where a subscription stands: places are compared as texts.

    >>> place("seed", "ada") == place("seed", "ada"), place("seed", "ada") == place("another", "ada")
    (True, False)
    """
    return hmac.digest(seed.encode(), subscription_id.encode(), "sha256")[:_PLACE_BYTES].hex()


def draw(opening: OpeningRow, after: str) -> Script[str | None]:
    """Draws the places of the next who wait, behind the subscription `after`; the last of them, or None at the end.

    Those drawn before keep their places: a draw that was interrupted starts over and comes to the same order.
    """
    waiting = yield from draws.who_waits(opening.prefecture, opening.calendar, after, CHUNK)
    # In the order of the draw: neighbours are then written together.
    yield from draws.add_draws(opening.id, sorted((place(opening.seed, each), each) for each in waiting))
    return waiting[-1] if len(waiting) == CHUNK else None
