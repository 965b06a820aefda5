"""Who we talk to: one row a person and channel, the address and the conversation sealed.

One conversation may show in several windows: each has its row, and `home_id` leads, over others or not, to the row that
holds the conversation. Rows are locked in that order alone, window first and home last, and only those who try a code
(`codes.take_turns`) change where it leads: so nobody ever waits in a circle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.store import subscriptions
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
    sealed_screen: str | None = None
    """What the last message offered, for a window without buttons."""
    home_id: str | None = None
    """The person whose conversation this window shows; None where it is their own."""
    mobile_digest: str | None = None
    """The keyed hash of the number they shared."""
    waits: int | None = None
    """Of a row that holds a conversation: not 0 where something is to be said later, in any of its windows. Which
    edition of the knowledge said when."""

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


def visit(person: PersonRow, now_ms: int) -> Script[tuple[PersonRow, ...]]:
    """The rows from a window to the one that holds its conversation, locked in this order; `person` was just met.

    Empty when that conversation was erased from another window: then so is this one.
    """
    rows = [person]
    while (home := rows[-1].home_id) is not None:
        row = yield from query("visit_person", person_id=home, now_ms=now_ms)
        if row is None:
            return ()
        rows.append(PersonRow(**row))
    if len(rows) > 2:  # straight there the next time
        yield from query("shorten_way_home", person_id=person.id, home_id=rows[-1].id)
    return tuple(rows)


def join(person_id: str, home: PersonRow) -> Script[None]:
    """From now on the window shows the conversation of `home`; its own ends. Only within `codes.take_turns`."""
    yield from query("join_home", person_id=person_id, home_id=home.id)


def lock(person_id: str, now_ms: int) -> Script[PersonRow | None]:
    """Somebody's row, theirs to wait for until the transaction ends; None for somebody who was erased."""
    row = yield from query("visit_person", person_id=person_id, now_ms=now_ms)
    return None if row is None else PersonRow(**row)


def windows(home_id: str) -> Script[list[Mapping[str, Any]]]:
    """The windows that show a person's conversation, their own included: id, channel, mobile_digest."""
    rows: list[Mapping[str, Any]] = yield from query("windows_of", person_id=home_id)
    return rows


def save_screen(person_id: str, sealed: str | None) -> Script[None]:
    """What the last message to a window without buttons offered."""
    yield from query("save_screen", person_id=person_id, sealed=sealed)


def save_mobile(person_id: str, digest: str | None) -> Script[None]:
    """The keyed hash of the number they share, so that notices to it find them; None forgets it."""
    yield from query("save_mobile", person_id=person_id, digest=digest)


def stop_token_of(person_id: str, new_token: str) -> Script[str]:
    """The end of the link that stops their notices; `new_token`, not to be guessed, where they have none yet."""
    token: str | None = yield from query("stop_token_of", person_id=person_id, new_token=new_token)
    if token is None:
        raise LookupError("nobody has that id")
    return token


def of_stop_token(token: str) -> Script[Mapping[str, Any] | None]:
    """Whose link it is: id, channel, digest."""
    row: Mapping[str, Any] | None = yield from query("person_of_stop_token", token=token)
    return row


def save_conversation(person_id: str, sealed: str | None, language: str | None, now_ms: int) -> Script[None]:
    """The conversation as the turn leaves it; None forgets it."""
    yield from query("save_conversation", person_id=person_id, sealed=sealed, language=language, now_ms=now_ms)


def save_waits(person_id: str, waits: int) -> Script[None]:
    """Whether something is to be said later to the windows of this conversation."""
    yield from query("save_waits", person_id=person_id, waits=waits)


def mark_blocked(person_id: str, now_ms: int) -> Script[None]:
    """Nothing is to be sent to them from now on: their alerts end; what is queued is for the caller to cancel."""
    yield from query("mark_blocked", person_id=person_id, now_ms=now_ms)
    yield from subscriptions.end_for(person_id, now_ms, "blocked")


def mark_unblocked(person_id: str) -> Script[None]:
    yield from query("mark_unblocked", person_id=person_id)


def erase(person_id: str) -> Script[None]:
    """The person and every message to them; nothing that could be led back to them stays.

    To tell them that it is done, `meet` them again: a new row, without a past.
    """
    yield from query("erase_person", person_id=person_id)


def erase_orphans() -> Script[None]:
    """The windows whose conversation was erased from another one, and every message to them.

    In a transaction of its own, after the one that erased: their own turns hold their rows first and wait for the
    conversation, so who holds that one must not wait for them.
    """
    while rows := (yield from query("orphans", most=100)):
        for row in rows:
            yield from erase(row["id"])


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
