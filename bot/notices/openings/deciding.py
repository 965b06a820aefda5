"""What an agent decides: to announce, to take it back, to say that the slots are gone. Rows, and lines of the trail."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from bot.agents.actor import Actor
from bot.clock import milliseconds
from bot.notices.openings.desk import TAKE_BACK, WAVE_EVERY, OpeningDesk
from bot.notices.openings.draw import new_seed
from bot.notices.openings.permission import permit
from bot.notices.openings.rehearsal import Rehearsal
from bot.store import broadcasts, openings, trail
from bot.store.openings import OpeningRow
from bot.store.script import Script

Ending = Literal["gone", "cancelled"]
ACTIONS: dict[Ending, str] = {"gone": "openings.gone", "cancelled": "openings.cancel"}


def announce(
    desk: OpeningDesk,
    actor: Actor,
    rehearsal: Rehearsal,
    now: datetime,
    *,
    id: str | None = None,
    at_once: bool = False,
) -> Script[OpeningRow]:
    """Announces what was rehearsed: the first people are told in 30 seconds, or `at_once`. Raises NotAllowed.

    `id` is given by who may ask again: what was announced under it is then given back as it is.
    """
    announcement = rehearsal.announcement
    permit(actor, announcement.prefecture)
    if id is not None and (earlier := (yield from openings.get(id))) is not None:
        return earlier
    now_ms = milliseconds(now)
    opening = OpeningRow(
        id=id or desk.new_id(),
        prefecture=announcement.prefecture,
        calendar=announcement.line.key,
        slots=announcement.slots,
        note=announcement.note,
        until=milliseconds(announcement.until),
        actor=actor.signature,
        seed=new_seed(),
        wave_size=announcement.wave_size,
        wave_every=int(WAVE_EVERY.total_seconds() * 1000),
        state="waiting",
        waves=0,
        next_wave_at=now_ms if at_once else milliseconds(now + TAKE_BACK),
        created_at=now_ms,
        finished_at=None,
    )
    yield from openings.add(opening)
    places = f"{opening.slots} place{'s' if opening.slots > 1 else ''}"
    yield from trail.note(
        desk.new_id(),
        now_ms,
        opening.actor,
        "openings.announce",
        prefecture=opening.prefecture,
        subject=opening.id,
        people=rehearsal.ready,
        detail=(
            f"calendrier {opening.calendar}, {places}, jusqu’au {announcement.until:%Y-%m-%d %H:%M}, "
            f"tirage {opening.seed}"
        ),
    )
    return opening


def end(desk: OpeningDesk, actor: Actor, id: str, ending: Ending, now: datetime) -> Script[OpeningRow | None]:
    """Nobody more is told, and what is queued does not leave; None where there is no such opening of theirs.

    What already came to an end stays as it is.
    """
    opening = yield from openings.hold(id)
    if opening is None or not actor.may("openings.announce", opening.prefecture):
        return None
    now_ms = milliseconds(now)
    if opening.state in ("gone", "cancelled", "ended") or opening.until <= now_ms:
        return opening
    # Those that would leave next are called back here and now, the rest of a very large wave by the announcer.
    yield from broadcasts.call_back(opening.id, "cancelled", now_ms)
    ended = replace(opening, state=ending, next_wave_at=now_ms, finished_at=now_ms)
    yield from openings.move(ended)
    yield from trail.note(
        desk.new_id(), now_ms, actor.signature, ACTIONS[ending], prefecture=opening.prefecture, subject=opening.id
    )
    return ended
