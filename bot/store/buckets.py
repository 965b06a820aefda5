"""Where the token buckets stand that several processes fill together."""

from bot.store.script import Script, query


def full_at(name: str) -> Script[int | None]:
    """When the bucket will be full again, in the caller's unit; None for one that was never used."""
    moment: int | None = yield from query("bucket_full_at", bucket=name)
    return moment


def fill(name: str, full_at: int) -> Script[None]:
    """The bucket as the caller leaves it; it never goes back."""
    yield from query("fill_bucket", bucket=name, full_at=full_at)
