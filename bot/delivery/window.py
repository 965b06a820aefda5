"""So many in any second, whenever they come: what replies are paced by.

A token bucket that is never to pass a limit in any second gives away what its burst could have used (`Pace.per_second`)
or has no burst (`Pace.even`). This one remembers when each of the last second left: a reply leaves at once as long as
one place is free, thirty of them if thirty people ask together, and not one more than the limit.

What counts is when they come to the provider. One that was answered later than others came later, it may be, and its
place is free as much later: then no second of the provider's holds too many, however long each was on its way.

Pure, as `bot.delivery.pacing` is: the time is an argument.
"""

from collections import deque
from math import floor

JITTER = 0.002
"""Seconds by which a place is free later than a second after it was taken: what clocks and loops round off."""
LATEST = 0.5
"""Seconds by which a place is free later, at most, because of a late answer."""
_MEMORY = 2000
"""So many answers ago, another way was usual."""
_EXACT = 1000
"""Of more than so many in a second, a few milliseconds are nobody's concern."""


class Window:
    """At most `most` in any second; of less than one a second, one in as long as that takes.

    >>> window = Window(30)
    >>> window.available(now=100.0, most=256)
    30
    >>> for _ in range(30):
    ...     window.charge(now=100.0)
    >>> window.available(now=101.0, most=256), window.ready_at()
    (0, 101.002)
    """

    __slots__ = ("_age", "_held", "_left", "_most", "_usual")

    def __init__(self, most: float) -> None:
        if most <= 0:
            raise ValueError(f"a window needs a place, not {most}")
        self._most = max(1, floor(most))
        self._age = self._most / most + JITTER
        self._left: deque[float] = deque(maxlen=self._most)
        self._held = float("-inf")
        self._usual = float("inf")
        """Seconds that the quickest of the last answers took."""

    def ready_at(self) -> float:
        """When one more may leave."""
        if len(self._left) < self._most:
            return self._held
        return max(self._held, self._left[0] + self._age)

    def available(self, now: float, most: int) -> int:
        """How many may leave now, counted up to `most`."""
        if self._held > now:
            return 0
        free = self._most - len(self._left)
        for left in self._left:
            if free >= most or left + self._age > now:
                break
            free += 1
        return min(free, most)

    def charge(self, now: float, segments: int = 1) -> None:
        """Messages left at `now`, or will within moments (`moved`)."""
        while self._left and self._left[0] + self._age <= now:
            self._left.popleft()
        self._left.extend([now] * segments)

    def moved(self, before: float, now: float) -> None:
        """What was charged at `before` leaves `now`."""
        if self._most > _EXACT:
            return
        later = [now]
        while self._left:
            left = self._left.pop()
            if left <= before:
                break
            later.append(left)
        self._left.extend(sorted(later))

    def answered(self, left: float, took: float) -> None:
        """The provider answered what left then, after so many seconds."""
        late = max(0.0, took - self._usual)
        self._usual = took if took <= self._usual else self._usual + late / _MEMORY
        if late > 0:
            self.moved(left, left + min(late, LATEST))

    def hold(self, until: float) -> None:
        """Nothing leaves before `until`."""
        self._held = max(self._held, until)

    def __len__(self) -> int:
        """Those remembered."""
        return len(self._left)
