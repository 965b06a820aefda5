"""What became of messages once the provider had them: read, moved by compare and set, planned to be asked for."""

from dataclasses import dataclass

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as a receipt finds it; `digest` is its person's address.

    Times are unix milliseconds: `tried_at` that of its first attempt, `dispatched_at` that of its last.
    """

    id: str
    person_id: str
    lane: int
    state: str
    attempt: int
    created_at: int
    expires_at: int | None
    tried_at: int | None
    dispatched_at: int | None
    provider_id: str | None
    flag: str | None
    reason: str | None
    has_text: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Step:
    """Where a message goes, and when the provider is asked about it. A `flag` of None leaves the one it has."""

    state: str
    provider_id: str | None
    reason: str | None
    due_at: int | None = None
    check_at: int | None = None
    flag: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A message that the provider is to be asked about."""

    id: str
    person_id: str
    lane: int
    state: str
    attempt: int
    created_at: int
    expires_at: int | None
    dispatched_at: int | None
    provider_id: str | None
    flag: str | None
    reason: str | None
    batch_id: str | None
    sealed_message: str
    sealed_address: str

    @property
    def left_at(self) -> int:
        """When it left, as far as we know."""
        return self.created_at if self.dispatched_at is None else self.dispatched_at


def find(id: str) -> Script[Delivery | None]:
    """The message, unless it was erased or purged."""
    row = yield from query("delivery", id=id)
    if row is None:
        return None
    return Delivery(**{**row, "has_text": row["has_text"] == 1})


def digest_of(person_id: str) -> Script[str | None]:
    """The digest of a person's address, unless they were erased."""
    digest: str | None = yield from query("digest_of", person_id=person_id)
    return digest


def move(delivery: Delivery | Check, step: Step, now_ms: int) -> Script[bool]:
    """Takes the step; False when the message is no longer as it was read. The text goes once it cannot be needed."""
    moved: int = yield from query(
        "move_delivery",
        id=delivery.id,
        attempt=delivery.attempt,
        state=delivery.state,
        then=step.state,
        provider_id=step.provider_id,
        reason=step.reason,
        flag=step.flag,
        due_ms=step.due_at,
        check_ms=step.check_at,
        now_ms=now_ms,
    )
    return moved == 1


def failed_since(channel: str, reason: str, since_ms: int) -> Script[int]:
    """How many messages of the channel failed since with this as their last reason."""
    count: int = yield from query("failed_since", channel=channel, reason=reason, since_ms=since_ms)
    return count


def plan(channel: str, since_ms: int, uncertain_ms: int, accepted_ms: int) -> Script[int]:
    """Plans the first check of what came to be uncertain or accepted since: so long after it left; how many."""
    planned: int = yield from query(
        "plan_checks", channel=channel, since_ms=since_ms, uncertain_ms=uncertain_ms, accepted_ms=accepted_ms
    )
    return planned


def due(channel: str, state: str, now_ms: int, most: int) -> Script[list[Check]]:
    """At most `most` messages in a state that the provider is to be asked about now, the longest due first."""
    rows = yield from query("due_checks", channel=channel, state=state, now_ms=now_ms, most=most)
    return [Check(**row) for row in rows]


def plan_next(check: Check, at_ms: int | None, *, counted: bool = True, reason: str | None = None) -> Script[bool]:
    """The provider is asked again then, or never, and the text goes; False when the message has moved meanwhile."""
    planned: int = yield from query(
        "plan_check",
        id=check.id,
        attempt=check.attempt,
        state=check.state,
        check_ms=at_ms,
        counted=int(counted),
        reason=reason,
    )
    return planned == 1


def sending_to(person_id: str) -> Script[bool]:
    """Whether a message is on its way to them at this moment."""
    found: str | None = yield from query("dispatching_to", person_id=person_id)
    return found is not None


def is_taken(provider_id: str, id: str) -> Script[bool]:
    """Whether the provider's message is known to be another one of ours."""
    owner: str | None = yield from query("owner_of_sid", provider_id=provider_id, id=id)
    return owner is not None
