"""The window of several processes on one database: what has left is kept there, and read and written in every claim.

It is kept in hundredths of a second, each with how many messages left in it: so it is as small at a thousand a second
as at thirty. Whoever claims has locked it for the others (`claiming.claim`). Times are unix milliseconds.
"""

from collections.abc import Mapping
from math import ceil, floor

from bot.delivery.parcel import Lane
from bot.store import buckets
from bot.store.script import Script

SLOT = 10
"""Milliseconds that are counted together, as if all in them had left at their end."""
GUARD = 5
"""Milliseconds by which one commit may take longer than another."""
AHEAD = 10
"""Milliseconds for which a place that comes free is there for replies alone."""


class SharedWindow:
    """At most `most` messages (of an SMS, segments) in any second, by all processes together."""

    def __init__(self, name: str, most: float) -> None:
        self._name, self._most = name, max(1, floor(most))
        self._age = ceil(1000 * self._most / most) + GUARD
        self._ring = ceil(self._age / SLOT) + 2

    def read(self, now: int) -> Script["Left"]:
        """What has left lately."""
        since = (now - self._age) // SLOT - 1
        return Left(self._most, self._age, (yield from buckets.slots(self._name, since)))

    def write(self, left: "Left") -> Script[None]:
        """What has left in addition."""
        for slot in left.changed:
            yield from buckets.fill_slot(self._name, slot % self._ring, slot, left.counts[slot])

    def hold(self, until: int) -> Script[None]:
        """The provider asked everybody to wait: as if the window were full."""
        slot = ceil((until - self._age) / SLOT) - 1
        yield from buckets.fill_slot(self._name, slot % self._ring, slot, self._most)


class Left:
    """How many have left, by the slot in which they did."""

    def __init__(self, most: int, age: int, counts: Mapping[int, int]) -> None:
        self.counts = dict(counts)
        self.changed: set[int] = set()
        self._most, self._age = most, age

    def ready_at(self, lane: Lane) -> int:
        """When one more may leave."""
        taken = 0
        for slot in sorted(self.counts, reverse=True):
            taken += self.counts[slot]
            if taken >= self._most:
                return (slot + 1) * SLOT + self._age + (0 if lane is Lane.DIALOG else AHEAD)
        return 0

    def free(self, now: int, lane: Lane) -> int:
        """How many may leave now."""
        since = now - self._age - (0 if lane is Lane.DIALOG else AHEAD)
        return max(0, self._most - sum(count for slot, count in self.counts.items() if (slot + 1) * SLOT > since))

    def charge(self, now: int, segments: int) -> None:
        """One leaves."""
        slot = now // SLOT
        self.counts[slot] = self.counts.get(slot, 0) + segments
        self.changed.add(slot)
