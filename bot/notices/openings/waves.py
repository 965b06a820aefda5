"""The waves: one step is one transaction, and whatever is known between two steps is in the database.

So a process may be killed anywhere: who was chosen has their message in the outbox by the same commit, and who was not
is found again. What is passed from step to step (`Place`) only spares looking twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.notices.caps import REST_MS
from bot.notices.openings.desk import OpeningDesk, cap
from bot.notices.openings.draw import draw
from bot.notices.openings.wording import Sealing, spoken
from bot.store import broadcasts, draws, openings, trail
from bot.store.openings import OpeningRow
from bot.store.script import Script

CHUNK = 500
"""People told in one transaction: some milliseconds, so that no turn waits for a wave."""
LOOK_AGAIN = 2000
"""Milliseconds until somebody looks again at what was on its way when its opening ended."""

Texts = Callable[[OpeningRow], Sealing]


@dataclass(frozen=True, slots=True)
class Place:
    """How far one has come: the last subscription `drawn` (None: all), the `wave`, how many it `told`, and `after`
    which place of the draw to look on."""

    drawn: str | None = ""
    wave: int = 0
    told: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """`place` leads to the next step, to be taken at once; None: there is nothing more to do for now."""

    place: Place | None
    queued: int = 0


def step(desk: OpeningDesk, id: str, place: Place, now_ms: int, texts: Texts) -> Script[Step]:
    """One step of an opening that is due. `now_ms` is later than in any step before: it tells this one's people."""
    opening = yield from openings.hold(id)
    if opening is None or opening.next_wave_at is None or opening.next_wave_at > now_ms:
        return Step(None)
    if not opening.goes_on or opening.until <= now_ms:
        return (yield from _close(desk, opening, place, now_ms))
    if opening.state == "waiting":
        drawn = None if place.drawn is None else (yield from draw(opening, place.drawn))
        if drawn is None:
            yield from openings.move(replace(opening, state="running"))
        return Step(replace(place, drawn=drawn))
    return (yield from _tell(desk, opening, place, now_ms, texts))


def _tell(desk: OpeningDesk, opening: OpeningRow, place: Place, now_ms: int, texts: Texts) -> Script[Step]:
    if place.wave == 0:
        place = yield from _begin(opening)
    prefix, limits = desk.new_id(), cap(now_ms)
    most = min(CHUNK, opening.wave_size - place.told)
    told, after = yield from draws.choose(opening, place.wave, prefix, place.after, limits, now_ms, most)
    if after is None:
        return (yield from _rest(desk, opening, place, now_ms))
    if told:
        said = texts(opening)
        chosen = yield from draws.chosen(prefix)
        yield from broadcasts.queue(
            opening, [(each, said[each.channel, spoken(each.language)]) for each in chosen], now_ms
        )
    place = replace(place, told=place.told + told, after=after)
    if place.told < opening.wave_size:
        yield from openings.move(replace(opening, waves=place.wave))
        return Step(place, told)
    yield from _note_wave(desk, opening, place, now_ms)
    next_ms = min(now_ms + opening.wave_every, opening.until)
    yield from openings.move(replace(opening, waves=place.wave, next_wave_at=next_ms))
    return Step(None, told)


def _begin(opening: OpeningRow) -> Script[Place]:
    """The wave that is next, or the one that was interrupted. Each looks through the draw from its start: who was told
    of something else when it was their turn may be told now."""
    told = (yield from draws.told_in_wave(opening.id, opening.waves)) if opening.waves else 0
    if opening.waves == 0 or told >= opening.wave_size:
        return Place(None, opening.waves + 1)
    return Place(None, opening.waves, told)


def _rest(desk: OpeningDesk, opening: OpeningRow, place: Place, now_ms: int) -> Script[Step]:
    """Everybody who may be told now was told: the same wave goes on once more people may be, if that is in time."""
    if place.told:
        yield from _note_wave(desk, opening, place, now_ms)
    waves = place.wave if place.told else opening.waves
    told_at = yield from draws.soonest_rested(opening.id, cap(now_ms))
    if told_at is not None and told_at + REST_MS < opening.until:
        yield from openings.move(replace(opening, waves=waves, next_wave_at=told_at + REST_MS))
        return Step(None)
    done = replace(opening, state="done", waves=waves, next_wave_at=opening.until, finished_at=now_ms)
    yield from openings.move(done)
    yield from _note_end(desk, done, now_ms)
    return Step(None)


def _close(desk: OpeningDesk, opening: OpeningRow, place: Place, now_ms: int) -> Script[Step]:
    """After the end nothing leaves; who was not told after all may be told of the next opening."""
    if opening.goes_on:
        opening = replace(opening, state="ended", finished_at=now_ms)
        yield from _note_end(desk, opening, now_ms)
        yield from openings.move(opening)
    called = yield from broadcasts.call_back(
        opening.id, "cancelled" if opening.state in ("gone", "cancelled") else "expired", now_ms
    )
    if not called or not (yield from broadcasts.give_turns_back(opening.id)):
        return Step(place)
    # A message that was on its way may come back to be tried again: it must not be.
    open_ones = yield from broadcasts.on_their_way(opening.id)
    yield from openings.move(replace(opening, next_wave_at=now_ms + LOOK_AGAIN if open_ones else None))
    return Step(None)


def _note_wave(desk: OpeningDesk, opening: OpeningRow, place: Place, now_ms: int) -> Script[None]:
    yield from _note(desk, opening, "openings.wave", place.told, f"vague {place.wave}", now_ms)


def _note_end(desk: OpeningDesk, opening: OpeningRow, now_ms: int) -> Script[None]:
    told = sum(each.people for each in (yield from broadcasts.what_became(opening.id)))
    yield from _note(desk, opening, "openings.end", told, opening.state, now_ms)


def _note(desk: OpeningDesk, opening: OpeningRow, action: str, people: int, detail: str, now_ms: int) -> Script[None]:
    yield from trail.note(
        desk.new_id(),
        now_ms,
        opening.actor,
        action,
        prefecture=opening.prefecture,
        subject=opening.id,
        people=people,
        detail=detail,
    )
