"""Moments as the store keeps them."""

from datetime import UTC, datetime


def milliseconds(moment: datetime) -> int:
    """An aware moment as the store keeps it: milliseconds since 1970, UTC."""
    return int(moment.timestamp() * 1000)


def moment_of(ms: int) -> datetime:
    """The aware moment of such a number, in UTC.

    >>> moment_of(milliseconds(datetime(2026, 11, 21, tzinfo=UTC))).isoformat()
    '2026-11-21T00:00:00+00:00'
    """
    return datetime.fromtimestamp(ms / 1000, UTC)
