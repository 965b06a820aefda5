"""What has left by a sender that several processes share: how many messages in each of the last slots of time.

A slot is a number that grows with time; a row of `buckets` holds one slot and its count, and the next that has the same
place takes it over.
"""

from bot.store.script import Script, query

_MOST = 1 << 20
"""A slot and its count are one number, so that the later slot, and in a slot the higher count, is the greater one."""


def slots(name: str, since: int) -> Script[dict[int, int]]:
    """The counts of the slots from that one on."""
    rows = yield from query("slots_since", pattern=f"{name} %", since=since * _MOST)
    return dict(divmod(row["full_at"], _MOST) for row in rows)


def fill_slot(name: str, place: int, slot: int, count: int) -> Script[None]:
    """The count of a slot as the caller leaves it; it never goes back."""
    yield from query("fill_slot", bucket=f"{name} {place}", full_at=slot * _MOST + min(count, _MOST - 1))
