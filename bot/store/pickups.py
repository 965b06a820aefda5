"""Who was told that their card is ready, by which message, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.store.script import Script, query, query_many

_NEVER_SENT = ("expired", "cancelled")


@dataclass(frozen=True, slots=True)
class Told:
    """The last notice to a number about a préfecture. `failed`: it surely did not arrive, and nothing more is tried."""

    at_ms: int
    batch_id: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a number: it wants nothing, it is somebody's on Telegram, it was told already."""

    is_out: bool = False
    telegram_id: str | None = None
    told: Told | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """A row of a batch, and the message by which its number is told. The rest is for a number we never met.

    `new_token` is the end of a link to stop, not to be guessed; None where they need none.
    """

    row_number: int
    digest: str
    message_id: str
    language: str
    audience: str
    sealed_row: str
    sealed_number: str
    new_id: str
    new_token: str | None


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody by SMS, and the end of their link to stop, where they have one."""

    id: str
    stop_token: str | None


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who was told on another channel than SMS, which did not take it; `person_id` is theirs by SMS."""

    batch_id: str
    row_number: int
    prefecture: str
    person_id: str
    language: str
    audience: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class PickupRow:
    """One row of a batch and where its last message is; no `state`: the message was erased. Unix milliseconds."""

    row_number: int
    sealed_row: str
    told_at: int
    fallback_id: str | None
    channel: str | None
    state: str | None
    flag: str | None
    reason: str | None
    dispatched_at: int | None
    finished_at: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a batch are in a state on a channel; how many were sent again, or fell back to SMS."""

    channel: str | None
    state: str
    messages: int
    resent: int
    fell_back: int


def standing(digests: Sequence[str], prefecture: str, since_ms: int) -> Script[list[Standing]]:
    """What is known of each number, in their order; told about this préfecture after `since_ms`."""
    if not digests:
        return []
    rows = yield from query(
        "standing_of", digests="".join(digests), many=len(digests), prefecture=prefecture, since_ms=since_ms
    )
    known = [Standing()] * len(digests)
    for row in rows:
        told = _told(row) or known[row["place"]].told
        known[row["place"]] = Standing(row["is_out"] == 1, row["telegram_id"], told)
    return known


def _told(row: dict[str, object]) -> Told | None:
    """None where nothing left, so that nobody was told."""
    at, batch, state = row["told_at"], row["batch_id"], row["state"]
    if not isinstance(at, int) or not isinstance(batch, str):
        return None
    falls_back = row["channel"] != "sms" and row["fallback_id"] is None and row["reason"] == "blocked"
    if state in _NEVER_SENT and not falls_back:
        return None
    return Told(at, batch, failed=state == "failed" and row["channel"] == "sms")


def in_batch(known: Standing, batch_id: str | None) -> bool:
    """Whether it is this very batch that told them."""
    return known.told is not None and known.told.batch_id == batch_id


def add(batch_id: str, prefecture: str, tellings: Sequence[Telling], now_ms: int) -> Script[list[Listener]]:
    """Notes who is told by which message, in the transaction that queues it; gives the people, in the same order.

    Three queries for all of them. On PostgreSQL their rows are locked until the transaction ends, in one order, so
    that imports for two préfectures that have people in common do not wait in a circle.
    """
    if not tellings:
        return []
    yield from query_many(
        "meet_told",
        [
            {
                "id": each.new_id,
                "digest": each.digest,
                "sealed_address": each.sealed_number,
                "stop_token": each.new_token,
                "now_ms": now_ms,
            }
            for each in sorted(tellings, key=attrgetter("digest"))
        ],
    )
    yield from query_many(
        "add_pickup",
        [
            {
                "batch_id": batch_id,
                "row_number": each.row_number,
                "prefecture": prefecture,
                "digest": each.digest,
                "message_id": each.message_id,
                "language": each.language,
                "audience": each.audience,
                "sealed_row": each.sealed_row,
                "now_ms": now_ms,
            }
            for each in tellings
        ],
    )
    numbers = [each.row_number for each in tellings]
    found = yield from query("told_people", batch_id=batch_id, first=min(numbers), last=max(numbers))
    people = {row["row_number"]: Listener(row["id"], row["stop_token"]) for row in found}
    return [people[number] for number in numbers]


def unreached(since_ms: int, now_ms: int, most: int) -> Script[list[Unreached]]:
    """Who is still to be told by SMS: their other notice failed since, is not over yet, and they want to hear of it."""
    rows = yield from query("unreached_pickups", since_ms=since_ms, now_ms=now_ms, most=most)
    return [Unreached(**row) for row in rows]


def fall_back_to(batch_id: str, row_number: int, message_id: str) -> Script[bool]:
    """The row is told by that SMS as well; False when it has one already."""
    changed: int = yield from query("fall_back_to", batch_id=batch_id, row_number=row_number, fallback_id=message_id)
    return changed == 1


def tally(batch_id: str) -> Script[list[Tally]]:
    """How many messages of the batch are where."""
    rows = yield from query("states_of_batch", batch_id=batch_id)
    return [Tally(**{**row, "resent": int(row["resent"]), "fell_back": int(row["fell_back"])}) for row in rows]


def rows(batch_id: str, after: int, most: int) -> Script[list[PickupRow]]:
    """At most `most` rows of the batch, from the one after row number `after`."""
    found = yield from query("rows_of_batch", batch_id=batch_id, after=after, most=most)
    return [PickupRow(**row) for row in found]
