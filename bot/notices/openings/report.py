"""What became of an opening: how many were told, wave by wave, and how many say that they have an appointment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.agents.actor import Actor
from bot.notices.openings.desk import OpeningDesk
from bot.store import broadcasts, draws, openings, trail
from bot.store.broadcasts import Became
from bot.store.openings import OpeningRow
from bot.store.script import Script

STATES: Mapping[str, str] = {
    "queued": "en attente",
    "dispatching": "en route",
    "accepted": "confiés à l’opérateur",
    "delivered": "arrivés",
    "failed": "non arrivés",
    "uncertain": "incertains",
    "expired": "périmés, jamais envoyés",
    "cancelled": "arrêtés, jamais envoyés",
}
"""The states of the messages, as an agent reads them."""
SENT = ("accepted", "delivered", "uncertain")
OPEN = ("queued", "dispatching")

ENDS: Mapping[str, str] = {
    "waiting": "peut encore être reprise",
    "running": "en cours",
    "done": "tout le monde a été prévenu",
    "gone": "plus de créneaux",
    "cancelled": "arrêtée",
    "ended": "finie",
}


@dataclass(frozen=True, slots=True)
class Wave:
    """How many messages of a wave are in each state. `blocked` are those of the failed who do not want to hear."""

    number: int
    began_at: int | None
    states: Mapping[str, int]
    blocked: int
    served: int

    @property
    def told(self) -> int:
        return sum(self.states.values())


@dataclass(frozen=True, slots=True)
class Report:
    """An opening and what became of it. `left`: people of the draw who were not told (yet)."""

    opening: OpeningRow
    waves: tuple[Wave, ...]
    left: int
    timezone: str

    @property
    def states(self) -> dict[str, int]:
        """How many messages of all waves are in each state."""
        return {state: sum(wave.states.get(state, 0) for wave in self.waves) for state in STATES}

    @property
    def told(self) -> int:
        """For how many people a message was written."""
        return sum(wave.told for wave in self.waves)

    @property
    def sent(self) -> int:
        """How many messages left: taken by the provider, or perhaps taken."""
        return sum(self.states[state] for state in SENT)

    @property
    def blocked(self) -> int:
        return sum(wave.blocked for wave in self.waves)

    @property
    def served(self) -> int:
        """How many people said afterwards that they have their appointment."""
        return sum(wave.served for wave in self.waves)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return not self.opening.goes_on and not any(self.states[state] for state in OPEN)

    def to_json(self) -> dict[str, Any]:
        return {
            **summary(self.opening, self.timezone),
            "people": self.told,
            "left": self.left,
            "sent": self.sent,
            "states": self.states,
            "blocked": self.blocked,
            "served": self.served,
            "waves": [
                {
                    "wave": wave.number,
                    "began_at": _iso(wave.began_at, self.timezone),
                    "people": wave.told,
                    "states": {state: wave.states.get(state, 0) for state in STATES},
                    "blocked": wave.blocked,
                    "served": wave.served,
                }
                for wave in self.waves
            ],
        }

    def lines(self) -> Iterator[str]:
        """In plain French."""
        opening = self.opening
        yield (
            f"Ouverture {opening.id} : préfecture {opening.prefecture}, calendrier {opening.calendar}, "
            f"{_count(opening.slots, 'place')}, jusqu’au {self._clock(opening.until)}"
        )
        yield f"Annoncée le {self._clock(opening.created_at)} ({_who(opening.actor)}). État : {ENDS[opening.state]}."
        if opening.note:
            yield f"Note : {opening.note}"
        parts = [f"{number} {STATES[state]}" for state, number in self.states.items() if number]
        yield f"{_count(self.told, 'message')}{' : ' + ', '.join(parts) if parts else ''}."
        if self.blocked:
            yield f"{_count(self.blocked, 'personne')} ont bloqué l’assistant."
        yield f"Rendez-vous obtenus, d’après les réponses : {self.served}."
        if len(self.waves) > 1:
            for wave in self.waves:
                began = "" if wave.began_at is None else f" ({self._clock(wave.began_at)})"
                sent = sum(wave.states.get(state, 0) for state in SENT)
                yield f"- vague {wave.number}{began} : {sent} partis sur {wave.told}, {wave.served} rendez-vous obtenus"
        if self.left:
            yield f"{_count(self.left, 'personne')} qui attendent n’ont pas été prévenues."

    def _clock(self, at_ms: int) -> str:
        return f"{_local(at_ms, self.timezone):%d/%m/%Y %H:%M}"


def summary(opening: OpeningRow, timezone: str) -> dict[str, Any]:
    """An opening for JSON, its moments in the préfecture's time zone."""
    return {
        "id": opening.id,
        "prefecture": opening.prefecture,
        "calendar": opening.calendar,
        "slots": opening.slots,
        "note": opening.note,
        "until": _iso(opening.until, timezone),
        "by": opening.actor,
        "state": opening.state,
        "wave_size": opening.wave_size,
        "next_wave_at": _iso(opening.next_wave_at, timezone) if opening.goes_on else None,
        "created_at": _iso(opening.created_at, timezone),
        "finished_at": _iso(opening.finished_at, timezone),
    }


def report(desk: OpeningDesk, actor: Actor, id: str) -> Script[Report | None]:
    """The report, for somebody who may read it, with its line of the trail; else None, as where there is none."""
    found = yield from look(desk, id)
    if found is None or not actor.may("openings.report", found.opening.prefecture):
        return None
    yield from trail.note(
        desk.new_id(),
        desk.now_ms(),
        actor.signature,
        "openings.report",
        prefecture=found.opening.prefecture,
        subject=id,
        people=found.told,
    )
    return found


def look(desk: OpeningDesk, id: str) -> Script[Report | None]:
    """The same for the progress that follows an announcement: nothing is written."""
    opening = yield from openings.get(id)
    if opening is None:
        return None
    waves: dict[int, list[Became]] = {}
    for each in (yield from broadcasts.what_became(id)):
        waves.setdefault(each.wave, []).append(each)
    left = yield from draws.not_told(id)
    timezone = desk.knowledge.office(opening.prefecture).timezone
    return Report(opening, tuple(_wave(number, rows) for number, rows in sorted(waves.items())), left, timezone)


def _wave(number: int, rows: list[Became]) -> Wave:
    states: dict[str, int] = {}
    for each in rows:
        states[each.state] = states.get(each.state, 0) + each.people
    began = min((each.began_at for each in rows if each.began_at is not None), default=None)
    blocked = sum(each.people for each in rows if each.blocked)
    return Wave(number, began, states, blocked, sum(each.served for each in rows))


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number > 1 else ''}"


def _who(signature: str) -> str:
    return signature.partition(" ")[2]


def _iso(at_ms: int | None, timezone: str) -> str | None:
    return None if at_ms is None else _local(at_ms, timezone).isoformat(timespec="seconds")


def _local(at_ms: int, timezone: str) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone))
