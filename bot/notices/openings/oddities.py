"""What looks wrong about an announcement: said before it is sent, and for the agent to decide."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.notices.openings.rehearsal import Rehearsal

AGAIN = timedelta(hours=1)
"""The same opening within this time was probably announced twice."""
SOON = timedelta(minutes=15)
"""An opening that ends sooner is over before most people have read of it."""
CROWD = 50
"""People for one slot: more of them, and nearly all will be told for nothing."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """`key` names it; the words are for the agent, in French and in English."""

    key: str
    fr: str
    en: str


def oddities(rehearsal: "Rehearsal", last_alike: datetime | None) -> Iterator[Oddity]:
    """What looks wrong, the gravest first. `last_alike`: when the same was announced within the hour."""
    announcement, ready = rehearsal.announcement, rehearsal.ready
    slots, left = announcement.slots, announcement.until - rehearsal.now
    if last_alike is not None:
        yield Oddity(
            "announced_lately",
            f"La même ouverture a été annoncée à {last_alike:%H:%M}.",
            f"The same opening was announced at {last_alike:%H:%M}.",
        )
    if ready == 0:
        yield Oddity("nobody", "Personne ne peut être prévenu maintenant.", "Nobody can be told now.")
    if left < SOON:
        minutes = int(left.total_seconds() // 60)
        yield Oddity("ends_soon", f"L’ouverture finit dans {minutes} min.", f"The opening ends in {minutes} minutes.")
    if ready > slots * CROWD:
        yield Oddity(
            "crowd",
            f"{ready} personnes attendent pour {slots} place{'s' if slots > 1 else ''} : presque toutes seraient "
            "prévenues pour rien, si vous ne dites pas « plus de créneaux ».",
            f"{ready} people wait for {slots} slot{'s' if slots > 1 else ''}: nearly all of them would be told for "
            "nothing, unless you say when the slots are gone.",
        )
    if rehearsal.reached < ready:
        missed = ready - rehearsal.reached
        yield Oddity(
            "not_all",
            f"Il n’y a pas le temps de prévenir tout le monde : {missed} resteront sans message.",
            f"There is no time to tell everybody: {missed} will hear nothing.",
        )
    if rehearsal.quiet_until is not None and rehearsal.people("sms"):
        if rehearsal.quiet_until >= announcement.until:
            yield Oddity(
                "quiet_sms",
                f"Les SMS ne partent pas la nuit, le dimanche ni les jours fériés : les {rehearsal.people('sms')} SMS "
                "expireront avant d’être envoyés.",
                f"No SMS leaves at night, on Sundays or holidays: the {rehearsal.people('sms')} SMS will expire.",
            )
        else:
            yield Oddity(
                "late_sms",
                f"Les SMS attendront le {rehearsal.quiet_until:%d/%m à %H:%M}.",
                f"SMS will wait until {rehearsal.quiet_until:%Y-%m-%d %H:%M}.",
            )
