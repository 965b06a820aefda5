"""The pace of a sender, in segments a second (https://help.twilio.com/articles/115002943027)."""

from collections import defaultdict
from dataclasses import dataclass

from tests.twilio.refusal import Refusal


@dataclass
class _Bucket:
    room: float
    at: float


class Pace:
    """A bucket of `segments_per_second` for each sender, filled at that rate: one second's worth may come at once. 0 is
    no limit."""

    def __init__(self, segments_per_second: float = 0) -> None:
        self.segments_per_second = segments_per_second
        self.refused = 0
        self._buckets: defaultdict[str, _Bucket] = defaultdict(lambda: _Bucket(self.segments_per_second, 0.0))

    def take(self, sender: str, segments: int, now: float) -> None:
        """Counts a message, or refuses it. One larger than the bucket goes when the bucket is full, on credit."""
        if not self.segments_per_second:
            return
        bucket = self._buckets[sender]
        bucket.room = min(self.segments_per_second, bucket.room + (now - bucket.at) * self.segments_per_second)
        bucket.at = now
        if bucket.room < min(segments, self.segments_per_second) - 1e-6:
            self.refused += 1
            raise Refusal(20429)
        bucket.room -= segments
