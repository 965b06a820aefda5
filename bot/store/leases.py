"""Who holds what, across processes: a row a name, renewed by its holder, free to take once that has fallen silent."""

from bot.store.script import Script, query


def renew(name: str, holder: str, now_ms: int) -> Script[None]:
    """The lease is the holder's, whoever had it. On PostgreSQL others wait for it until the transaction ends."""
    yield from query("renew_lease", lease=name, holder=holder, now_ms=now_ms)


def take(name: str, holder: str, now_ms: int, alive_since_ms: int) -> Script[bool]:
    """Takes the lease, or keeps it; False while another holder has renewed it at `alive_since_ms` or later."""
    taken: int = yield from query("take_lease", lease=name, holder=holder, now_ms=now_ms, alive_since_ms=alive_since_ms)
    return taken == 1


def release(holder: str) -> Script[None]:
    """Whatever the holder held is free at once: a process that ends in good order."""
    yield from query("drop_leases", holder=holder)


def purge(before_ms: int) -> Script[int]:
    """Forgets the holders silent since."""
    gone: int = yield from query("purge_leases", before_ms=before_ms)
    return gone
