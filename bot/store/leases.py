"""Who holds what, across processes: a row a name, renewed by its holder, free to take once that has fallen silent.

What only one process may do at a time (drive a sender) has an epoch as well, a number that grows with every new holder.
Who holds the lease does what it protects in the transaction that also asks `still_drives`: a process that was asleep
while another took over finds its epoch gone, and its transaction does nothing.
https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html
"""

from bot.store.script import Script, query


def renew(name: str, holder: str, now_ms: int) -> Script[None]:
    """The lease is the holder's, whoever had it. On PostgreSQL others wait for it until the transaction ends."""
    yield from query("renew_lease", lease=name, holder=holder, now_ms=now_ms)


def take(name: str, holder: str, now_ms: int, alive_since_ms: int) -> Script[bool]:
    """Takes the lease, or keeps it; False while another holder has renewed it at `alive_since_ms` or later."""
    taken: int = yield from query("take_lease", lease=name, holder=holder, now_ms=now_ms, alive_since_ms=alive_since_ms)
    return taken == 1


def drive(name: str, holder: str, now_ms: int, alive_since_ms: int) -> Script[int | None]:
    """Takes or keeps the lease; None while another holder has renewed it at `alive_since_ms` or later, else its epoch.

    The first holder ever has epoch 1.
    """
    epoch: int | None = yield from query(
        "drive_lease", lease=name, holder=holder, now_ms=now_ms, alive_since_ms=alive_since_ms
    )
    return epoch


def still_drives(name: str, holder: str, epoch: int, now_ms: int) -> Script[bool]:
    """Whether the lease is the holder's under that epoch; it is then renewed. On PostgreSQL whoever wants to take it
    waits until the transaction ends."""
    kept: int = yield from query("keep_driving", lease=name, holder=holder, epoch=epoch, now_ms=now_ms)
    return kept == 1


def holders() -> Script[list[str]]:
    """Who holds anything, alive or not."""
    rows = yield from query("lease_holders")
    return [row["holder"] for row in rows]


def release(holder: str) -> Script[None]:
    """Whatever the holder held is free at once: a process that ends in good order, or is known to have ended."""
    yield from query("drop_leases", holder=holder)
    yield from query("leave_drives", holder=holder)


def purge(before_ms: int) -> Script[int]:
    """Forgets the holders silent since; epochs are kept."""
    gone: int = yield from query("purge_leases", before_ms=before_ms)
    return gone
