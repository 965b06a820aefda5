"""Addresses that want nothing any more: only their keyed hash, kept for good, whatever else is erased or purged."""

from bot.store import outbox, subscriptions
from bot.store.script import Script, query

REASON = "opted out"
"""Why a message was cancelled."""


def is_out(channel: str, digest: str) -> Script[bool]:
    """Whether nothing may be sent to the address of that digest (`Vault.digest`)."""
    since: int | None = yield from query("opted_out_since", channel=channel, digest=digest)
    return since is not None


def opt_out(channel: str, digest: str, now_ms: int) -> Script[bool]:
    """Notes that nothing is to be sent there any more; False when that was known already."""
    changed: int = yield from query("opt_out", channel=channel, digest=digest, now_ms=now_ms)
    return changed == 1


def opt_in(channel: str, digest: str) -> Script[bool]:
    """The person wants to hear from us again; False when they had never opted out."""
    changed: int = yield from query("opt_in", channel=channel, digest=digest)
    return changed == 1


def end_all(channel: str, digest: str, person_id: str, now_ms: int) -> Script[bool]:
    """`opt_out`, and what waits is cancelled: all of it on this channel, elsewhere the notices meant for the number.
    The alerts of this window end."""
    newly = yield from opt_out(channel, digest, now_ms)
    yield from outbox.cancel_for(person_id, now_ms, REASON)
    yield from subscriptions.end_for(person_id, now_ms, "opted out")
    yield from query("cancel_notices_to", mobile_digest=digest, now_ms=now_ms, reason=REASON)
    return newly
