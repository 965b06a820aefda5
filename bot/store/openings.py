"""Openings, the draws of those who wait for them, and their waves: sets of rows, never people one by one.

Times are unix milliseconds.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.store.script import Script, query, query_many

State = Literal["waiting", "running", "done", "gone", "cancelled", "ended"]
"""`waiting`: it can still be taken back; `done`: all were told; `gone`: no slots are left; `ended`: its time came."""

_CALLED_BACK = 5000
_LOOKED_AT = 1000


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening. `actor` is an `Actor.signature`; at `next_wave_at` somebody has to look at it, None: never again."""

    id: str
    prefecture: str
    calendar: str
    slots: int
    note: str
    until: int
    actor: str
    seed: str
    wave_size: int
    wave_every: int
    state: State
    waves: int
    next_wave_at: int | None
    created_at: int
    finished_at: int | None

    @property
    def goes_on(self) -> bool:
        """Whether people are still to be told."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Cap:
    """Who may be told: at most `unanswered` notices without an answer, and the last one at `rested_ms` or before."""

    unanswered: int
    rested_ms: int


@dataclass(frozen=True, slots=True)
class Group:
    """How many people of a channel and language there are, and whether they would be told."""

    channel: str
    language: str | None
    standing: Literal["ready", "paused", "unreachable", "silent", "told_lately"]
    people: int


@dataclass(frozen=True, slots=True)
class Became:
    """How many people of a wave have a message in that state; `began_at` is when the first of them was queued."""

    wave: int
    state: str
    blocked: bool
    people: int
    served: int
    began_at: int | None


def add(opening: OpeningRow) -> Script[bool]:
    """Adds it, `waiting`; False where there is one of that id."""
    added: int = yield from query(
        "add_opening",
        id=opening.id,
        prefecture=opening.prefecture,
        calendar=opening.calendar,
        slots=opening.slots,
        note=opening.note,
        until_ms=opening.until,
        actor=opening.actor,
        seed=opening.seed,
        wave_size=opening.wave_size,
        wave_every=opening.wave_every,
        first_wave_ms=opening.next_wave_at,
        now_ms=opening.created_at,
    )
    return added == 1


def get(id: str) -> Script[OpeningRow | None]:
    row = yield from query("opening", id=id)
    return None if row is None else OpeningRow(**row)


def hold(id: str) -> Script[OpeningRow | None]:
    """The opening; on PostgreSQL nobody else decides on it until the transaction ends."""
    row = yield from query("hold_opening", id=id)
    return None if row is None else OpeningRow(**row)


def move(opening: OpeningRow) -> Script[None]:
    """Its state, waves and times are these from now on."""
    yield from query(
        "move_opening",
        id=opening.id,
        state=opening.state,
        waves=opening.waves,
        next_ms=opening.next_wave_at,
        finished_ms=opening.finished_at,
    )


def due(now_ms: int) -> Script[list[str]]:
    """The openings that somebody has to look at now."""
    rows = yield from query("due_openings", now_ms=now_ms)
    return [row["id"] for row in rows]


def page(
    prefectures: Collection[str] | None = None, before: str | None = None, most: int = 50
) -> Script[list[OpeningRow]]:
    """At most `most` openings, the latest first: of these préfectures (None: of all), after the opening `before`."""
    codes = None if prefectures is None else f",{','.join(prefectures)},"
    rows = yield from query("openings", codes=codes, before=before, most=most)
    return [OpeningRow(**row) for row in rows]


def last_alike(prefecture: str, calendar: str, since_ms: int) -> Script[int | None]:
    """When the same was last announced, if it was since."""
    at: int | None = yield from query("last_alike", prefecture=prefecture, calendar=calendar, since_ms=since_ms)
    return at


def who_hears(prefecture: str, calendar: str, cap: Cap) -> Script[list[Group]]:
    """Those who wait, counted."""
    rows = yield from query(
        "who_hears",
        prefecture=prefecture,
        calendar=calendar,
        rested_ms=cap.rested_ms,
        most_unanswered=cap.unanswered,
    )
    return [Group(**row) for row in rows]


# --- the draw ----------------------------------------------------------------------------------------------------


def who_waits(prefecture: str, calendar: str, after: str, most: int) -> Script[list[str]]:
    """The subscriptions to draw among, by their ids, at most `most` from the one after `after`: one a person."""
    rows = yield from query("who_waits", prefecture=prefecture, calendar=calendar, after=after, most=most)
    return [row["id"] for row in rows]


def add_draws(opening_id: str, places: Sequence[tuple[str, str]]) -> Script[None]:
    """Their places: sort keys and subscriptions. Those that are there already stay."""
    rows: list[Mapping[str, Any]] = [
        {"opening_id": opening_id, "sort_key": key, "subscription_id": subscription} for key, subscription in places
    ]
    yield from query_many("add_draw", rows)


# --- the waves ---------------------------------------------------------------------------------------------------


def told_in_wave(opening_id: str, wave: int) -> Script[int]:
    told: int = yield from query("told_in_wave", opening_id=opening_id, wave=wave)
    return told


def choose(
    opening: OpeningRow, wave: int, prefix: str, after: str, cap: Cap, now_ms: int, most: int
) -> Script[tuple[int, str | None]]:
    """Looks at the next places of the draw, behind `after`: whoever of them may be told now is chosen, at most `most`.

    How many, and the last place looked at; None where there was none. The ids of their messages begin with `prefix`,
    which is nobody else's; nor is `now_ms`: it tells them from those who stopped in this very moment.
    """
    last: str | None = yield from query("look_on", opening_id=opening.id, after=after, most=_LOOKED_AT)
    if last is None:
        return 0, None
    chosen = yield from query(
        "choose_next",
        opening_id=opening.id,
        prefecture=opening.prefecture,
        calendar=opening.calendar,
        wave=wave,
        prefix=prefix,
        after=after,
        last=last,
        rested_ms=cap.rested_ms,
        most_unanswered=cap.unanswered,
        most=most,
    )
    if not chosen:
        return 0, last
    counted: int = yield from query(
        "count_notice", prefix=prefix, now_ms=now_ms, rested_ms=cap.rested_ms, most_unanswered=cap.unanswered
    )
    if counted < len(chosen):
        yield from query("choose_not", prefix=prefix, now_ms=now_ms)
    return counted, last if len(chosen) < most else max(row["sort_key"] for row in chosen)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody to be told, and the id that their message has to have."""

    id: str
    person_id: str
    channel: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is said on a channel in a language. `keeps_quiet`: it waits for the hours of the préfecture."""

    message: str
    segments: int | None
    keeps_quiet: bool


def chosen(prefix: str) -> Script[list[Chosen]]:
    """Those who were chosen under this prefix, in the order drawn."""
    rows = yield from query("chosen", prefix=prefix)
    return [Chosen(**row) for row in rows]


def queue(opening: OpeningRow, told: Sequence[tuple[Chosen, Sealed]], now_ms: int) -> Script[None]:
    """Queues for each what is said to them, as a broadcast that perishes with the opening."""
    yield from query_many(
        "queue_broadcast",
        [
            {
                "id": each.id,
                "person_id": each.person_id,
                "channel": each.channel,
                "sealed": text.message,
                "now_ms": now_ms,
                "until_ms": opening.until,
                "segments": text.segments,
                "prefecture": opening.prefecture if text.keeps_quiet else None,
                "opening_id": opening.id,
            }
            for each, text in told
        ],
    )


def soonest_rested(opening_id: str, cap: Cap) -> Script[int | None]:
    """When the first was told of those who would be told again now, had they not been told lately."""
    at: int | None = yield from query(
        "soonest_rested", opening_id=opening_id, rested_ms=cap.rested_ms, most_unanswered=cap.unanswered
    )
    return at


# --- the end -----------------------------------------------------------------------------------------------------


def call_back(opening_id: str, state: Literal["cancelled", "expired"], now_ms: int) -> Script[bool]:
    """Ends what is queued, some thousands at a time, the next to leave first; False while there may be more."""
    ended: int = yield from query("call_back", opening_id=opening_id, state=state, now_ms=now_ms, most=_CALLED_BACK)
    return ended < _CALLED_BACK


def on_their_way(opening_id: str) -> Script[int]:
    """How many messages are queued or being sent."""
    messages: int = yield from query("on_their_way", opening_id=opening_id)
    return messages


def give_turns_back(opening_id: str) -> Script[bool]:
    """Whose notice never left counts as not told, for the next opening; False while there may be more."""
    given: int = yield from query("give_turns_back", opening_id=opening_id, most=_CALLED_BACK)
    return given < _CALLED_BACK


def what_became(opening_id: str) -> Script[list[Became]]:
    """What became of the messages, wave by wave. `forgotten`: the person erased what we had."""
    rows = yield from query("what_became", opening_id=opening_id)
    return [Became(**{**row, "blocked": bool(row["blocked"])}) for row in rows]


def not_told(opening_id: str) -> Script[int]:
    """How many people of the draw have not been told."""
    people: int = yield from query("not_told", opening_id=opening_id)
    return people


def somebody_sends(since_ms: int) -> Script[bool]:
    """Whether a process that sends has been alive since."""
    alive: int = yield from query("sending_since", since_ms=since_ms)
    return alive > 0


def purge(before_ms: int, most: int) -> Script[int]:
    """Forgets openings finished before, their draws and their messages, at most `most` of each; the most that went."""
    messages: int = yield from query("purge_opening_messages", before_ms=before_ms, most=most)
    draws: int = yield from query("purge_draws", before_ms=before_ms, most=most)
    gone: int = yield from query("purge_openings", before_ms=before_ms, most=most)
    return max(messages, draws, gone)
