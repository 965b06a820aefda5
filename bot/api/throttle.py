"""Patience with wrong keys: some a minute and address, then none is looked up."""

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

WRONG_A_MINUTE = 30
MOST_ADDRESSES = 1024
"""Addresses remembered; the one that was wrong longest ago is forgotten first."""
MOST_KNOWN = 1024


class Throttle:
    """Counts wrong keys. A key that was right before is always looked up again, whatever comes from its address:
    behind a proxy, all have one address.

    >>> throttle = Throttle(steady=lambda: 0.0)
    >>> for _ in range(WRONG_A_MINUTE):
    ...     throttle.wrong("192.0.2.1")
    >>> throttle.wait("192.0.2.1", "any"), throttle.wait("192.0.2.2", "any")
    (2.0, 0.0)
    >>> throttle.right("known")
    >>> throttle.wait("192.0.2.1", "known")
    0.0
    """

    def __init__(self, steady: Callable[[], float] = monotonic) -> None:
        self._steady = steady
        self._empty_at: OrderedDict[str, float] = OrderedDict()
        self._known: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str, digest: str) -> float:
        """Seconds before a key from there is looked up; zero: now."""
        if digest in self._known:
            return 0.0
        full = 60.0 - 60.0 / WRONG_A_MINUTE
        return max(0.0, self._empty_at.get(address, 0.0) - self._steady() - full)

    def wrong(self, address: str) -> None:
        """A key from there was nobody's."""
        now = self._steady()
        self._empty_at[address] = max(now, self._empty_at.pop(address, 0.0)) + 60.0 / WRONG_A_MINUTE
        if len(self._empty_at) > MOST_ADDRESSES:
            self._empty_at.popitem(last=False)

    def right(self, digest: str) -> None:
        """The key of that digest was somebody's."""
        self._known[digest] = None
        self._known.move_to_end(digest)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
