"""How fast: a rate overall and a rate per chat, and the waits a provider asks for.

What is counted overall is segments: a long SMS weighs as many messages as it is made of, all others weigh 1. One that
weighs more leaves when a light one might, and those behind it wait for longer.

Pure: the time, in seconds of any steady clock, is an argument. A rate is kept by the generic cell rate algorithm, a
token bucket that needs a single number, the time at which it will be full again
(https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm). A chat whose bucket is full again is forgotten, which
changes nothing; so memory follows the chats of the last seconds and not those of the whole life.
"""

from dataclasses import dataclass
from math import floor

from bot.delivery.window import Window


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `rate * t + burst` in any `t` seconds. A fraction of a burst makes up for messages that leave late."""

    rate: float
    burst: float = 1

    def __post_init__(self) -> None:
        if self.rate <= 0 or self.burst < 1:
            raise ValueError(f"a pace needs a rate above 0 and a burst of 1 or more, not {self.rate} and {self.burst}")

    @classmethod
    def per_second(cls, most: float) -> "Pace":
        """Never more than `most` in one second, a tenth of them at once.

        >>> Pace.per_second(30)
        Pace(rate=28, burst=3)
        >>> Pace.per_second(1)
        Pace(rate=1, burst=1)
        """
        burst = max(1, floor(most / 10))
        return cls(most - burst + 1, burst)

    @classmethod
    def even(cls, most: float) -> "Pace":
        """Never more than `most` in one second, one after the other: within 2.3 % of the limit itself.

        Those are the 15 ms by which one may leave late without a loss for those behind it, and 8 ms by which the way to
        the provider may be shorter for one than for another. Messages that weigh `n` segments each keep this too where
        `most` is a multiple of `n`; a mixture may go over by less than its heaviest.

        >>> pace = Pace.even(10)
        >>> round(pace.rate, 3), round(pace.burst, 3)
        (9.775, 1.147)
        """
        rate = most / (1 + _LATE + _JITTER)
        return cls(rate, 1 + _LATE * rate)

    @classmethod
    def beside(cls, most: float) -> "Pace":
        """Even, and 1.2 % below `most`: for what shares a `Window` of them with replies.

        The window alone keeps the limit; of its places this pace leaves one free a third of the time. As the window
        does the counting, one may leave 30 ms late without a loss for those behind it.

        >>> round(Pace.beside(30).rate, 2)
        29.64
        """
        rate = most / (1 + _BESIDE)
        return cls(rate, 1 + 2 * _LATE * rate)


_LATE, _JITTER = 0.015, 0.008
"""Seconds, for `Pace.even`."""
_BESIDE = 0.012
"""For `Pace.beside`: more of it costs a broadcast as much time, less of it lets replies wait for longer."""


class Bucket:
    """One rate. `full_at` is when nothing would be left of what was sent."""

    __slots__ = ("_interval", "_slack", "full_at")

    def __init__(self, pace: Pace) -> None:
        self._interval = 1 / pace.rate
        self._slack = (pace.burst - 1) / pace.rate
        self.full_at = float("-inf")

    def ready_at(self) -> float:
        """When one more may leave."""
        return self.full_at - self._slack

    def available(self, now: float, most: int) -> int:
        """How many segments may leave now, counted up to `most`."""
        if self.full_at <= now:
            spare = self._slack
        elif self.ready_at() <= now:
            spare = now - self.ready_at()
        else:
            return 0
        # Rounded down, except for what floating point lost.
        return min(most, floor(spare / self._interval + 1e-9) + 1)

    def charge(self, now: float, segments: int = 1) -> None:
        """A message left at `now`."""
        self.full_at = max(self.full_at, now) + self._interval * segments

    def moved(self, before: float, now: float) -> None:
        """What was charged at `before` leaves `now`."""
        self.full_at += now - before

    def hold(self, until: float) -> None:
        """Nothing leaves before `until`, and then one at a time."""
        self.full_at = max(self.full_at, until + self._slack)


class Pacing:
    """The pace of one credential (a bot, a number): overall, for each of its chats, and for what is no reply.

    What is no reply keeps the pace of `others` as well, in which replies count too. Where that is even and a little
    slower than the whole, a place is free most of the time, and a reply that finds none is the next to leave.

    >>> pacing = Pacing(overall=Window(30), chat=Pace.per_second(1), others=Pace.beside(30))
    >>> pacing.available(now=100.0, most=256), pacing.spare(now=100.0, most=256)
    (30, 1)
    >>> pacing.charge("ada", now=100.0)
    >>> pacing.ready_at("ada"), pacing.ready_at("grace") <= 100.0
    (101.0, True)
    >>> pacing.available(now=100.0, most=256), pacing.spare(now=100.0, most=256)
    (29, 0)
    """

    def __init__(self, overall: Pace | Window, chat: Pace, others: Pace | None = None) -> None:
        self._overall = overall if isinstance(overall, Window) else Bucket(overall)
        self._others = None if others is None else Bucket(others)
        self._pace = chat
        self._chats: dict[str, Bucket] = {}
        self._forget_above = 1024

    def available(self, now: float, most: int) -> int:
        """How many segments may leave now whatever the chat, counted up to `most`."""
        return self._overall.available(now, most)

    def spare(self, now: float, most: int) -> int:
        """How many of them may be no replies."""
        available = self._overall.available(now, most)
        return available if self._others is None else self._others.available(now, available)

    def resumes_at(self) -> float:
        """When one more may leave, whatever the chat."""
        return self._overall.ready_at()

    def spare_at(self) -> float:
        """When one may that is no reply."""
        ready = self._overall.ready_at()
        return ready if self._others is None else max(ready, self._others.ready_at())

    def ready_at(self, chat: str) -> float:
        """When one more may leave for this chat, as far as the chat is concerned."""
        bucket = self._chats.get(chat)
        return bucket.ready_at() if bucket is not None else float("-inf")

    def charge(self, chat: str, now: float, segments: int = 1) -> None:
        """One leaves for this chat at `now`. Said at the moment it leaves: a slow commit must not bunch messages."""
        self._overall.charge(now, segments)
        if self._others is not None:
            self._others.charge(now, segments)
        self._bucket(chat, now).charge(now)

    def moved(self, chat: str, before: float, now: float) -> None:
        """The one charged at `before` leaves only `now`."""
        self._overall.moved(before, now)
        self._bucket(chat, now).moved(before, now)

    def answered(self, left: float, took: float) -> None:
        """The provider answered a message after so many seconds: when it came there is known as far as it can be."""
        if isinstance(self._overall, Window):
            self._overall.answered(left, took)

    def hold(self, chat: str, until: float, now: float) -> None:
        """The provider asked to leave this chat alone."""
        self._bucket(chat, now).hold(until)

    def hold_everybody(self, until: float) -> None:
        """The provider asked this credential to stop."""
        self._overall.hold(until)
        if self._others is not None:
            self._others.hold(until)

    def _bucket(self, chat: str, now: float) -> Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            if len(self._chats) >= self._forget_above:
                self._chats = {name: each for name, each in self._chats.items() if each.full_at > now}
                self._forget_above = max(1024, 2 * len(self._chats))
            bucket = self._chats[chat] = Bucket(self._pace)
        return bucket

    def __len__(self) -> int:
        """The chats remembered."""
        return len(self._chats)
