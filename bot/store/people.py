"""Who we talk to: one row a person and channel, the address and the conversation sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person of a channel. Times are unix milliseconds."""

    id: str
    channel: str
    sealed_address: str
    sealed_conversation: str | None
    language: str | None
    created_at: int
    seen_at: int
    blocked_at: int | None

    @property
    def blocked(self) -> bool:
        """They do not want to hear from us, or the channel says that they cannot."""
        return self.blocked_at is not None


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a person: their row, and a line without its text for each message to them."""

    person: PersonRow
    messages: tuple[Mapping[str, Any], ...]


def meet(channel: str, digest: str, sealed_address: str, new_id: str, now_ms: int) -> Script[PersonRow]:
    """The person of that digest as left by their last turn; a new one gets `new_id` and the address.

    On PostgreSQL their row is locked until the transaction ends: the turns of one person follow each other. Whoever
    was blocked still is.
    """
    row = yield from query(
        "meet", id=new_id, channel=channel, digest=digest, sealed_address=sealed_address, now_ms=now_ms
    )
    return PersonRow(**row)


def find(channel: str, digest: str) -> Script[PersonRow | None]:
    """The person of that digest, if we ever met."""
    row = yield from query("find_person", channel=channel, digest=digest)
    return None if row is None else PersonRow(**row)


def get(person_id: str) -> Script[PersonRow | None]:
    """The person, unless they were erased."""
    row = yield from query("person", person_id=person_id)
    return None if row is None else PersonRow(**row)


def address(person_id: str) -> Script[str | None]:
    """The sealed address, or None for somebody who was erased."""
    person = yield from get(person_id)
    return None if person is None else person.sealed_address


def any_address() -> Script[str | None]:
    """Some sealed address, to see at the start whether the key is the right one; None while there is nobody."""
    sealed: str | None = yield from query("any_address")
    return sealed


def save_conversation(person_id: str, sealed: str | None, language: str | None, now_ms: int) -> Script[None]:
    """The conversation as the turn leaves it; None forgets it."""
    yield from query("save_conversation", person_id=person_id, sealed=sealed, language=language, now_ms=now_ms)


def mark_blocked(person_id: str, now_ms: int) -> Script[None]:
    """Nothing is to be sent to them from now on; what is queued is for the caller to cancel."""
    yield from query("mark_blocked", person_id=person_id, now_ms=now_ms)


def mark_unblocked(person_id: str) -> Script[None]:
    yield from query("mark_unblocked", person_id=person_id)


def erase(person_id: str) -> Script[None]:
    """The person and every message to them; nothing that could be led back to them stays.

    To tell them that it is done, `meet` them again: a new row, without a past.
    """
    yield from query("erase_messages", person_id=person_id)
    yield from query("erase_person", person_id=person_id)


def export(person_id: str) -> Script[Kept | None]:
    """What is kept of them, for « mes données »; None for somebody who was erased."""
    person = yield from get(person_id)
    if person is None:
        return None
    messages = yield from query("messages_of", person_id=person_id)
    return Kept(person, tuple(messages))


def purge(before_ms: int, empty_before_ms: int, most: int) -> Script[int]:
    """Erases at most `most` people not seen since, unless something is to be sent to them; returns how many.

    Those who told nothing, or had everything erased, go when they were not seen since `empty_before_ms`.
    """
    gone: int = yield from query("purge_people", before_ms=before_ms, empty_before_ms=empty_before_ms, most=most)
    return gone
