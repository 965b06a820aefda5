"""What an agent reads of openings, in the terminal and in their chat: the rehearsal, the progress, the list."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta
from babel.numbers import format_decimal

from bot.notices.openings.rehearsal import Rehearsal, Standing
from bot.notices.openings.report import ENDS, OPEN, Report
from bot.store.openings import OpeningRow
from dialogs.knowledge.library import Knowledge

_OTHERS: dict[Standing, str] = {
    "told_lately": "déjà prévenus depuis moins de 24 heures",
    "silent": "n’ont pas répondu à trois messages",
    "paused": "en pause",
    "unreachable": "ne veulent plus de messages",
}
_LANGUAGES = {"fr": "français", "en": "anglais"}
_CHANNELS = {"telegram": "Telegram", "sms": "SMS"}


def rehearsed(rehearsal: Rehearsal, knowledge: Knowledge) -> str:
    """All that would happen, what looks wrong last, where it is read."""
    return "\n".join((*_who(rehearsal, knowledge), "", *_texts(rehearsal), *_when(rehearsal), *_odd(rehearsal)))


def line(opening: OpeningRow, timezone: str) -> str:
    """An opening in a list."""
    zone = ZoneInfo(timezone)
    announced, until = (datetime.fromtimestamp(at / 1000, zone) for at in (opening.created_at, opening.until))
    waves = f", {opening.waves} vagues" if opening.waves > 1 else ""
    return (
        f"{opening.id}  {announced:%d/%m/%Y %H:%M}  préfecture {opening.prefecture}, calendrier {opening.calendar}, "
        f"{_slots(opening.slots)} jusqu’au {until:%d/%m %H:%M}, {ENDS[opening.state]}{waves}"
    )


def progress(report: Report) -> str:
    """One line that tells where an opening is."""
    states = report.states
    left = f"{report.sent} partis" + "".join(
        f", {number} {said}"
        for number, said in (
            (report.blocked, "bloqués"),
            (states["failed"] - report.blocked, "non arrivés"),
            (states["uncertain"], "incertains"),
            (states["expired"], "périmés"),
            (states["cancelled"], "arrêtés"),
            (sum(states[state] for state in OPEN), "en route"),
            (report.left, "attendent"),
            (report.served, "rendez-vous obtenus"),
        )
        if number
    )
    return f"Vague {report.opening.waves} : {left}" if report.opening.waves else "Tirage au sort"


def _who(rehearsal: Rehearsal, knowledge: Knowledge) -> Iterator[str]:
    announcement = rehearsal.announcement
    office = knowledge.office(announcement.prefecture)
    line = announcement.line
    title = f"calendrier {line.key}" if line.numbered else f"« {line.title.text} » ({line.key})"
    yield (
        f"{office.name} ({announcement.prefecture}), {title} : {_slots(announcement.slots)} jusqu’au "
        f"{announcement.until:%d/%m/%Y à %H:%M}"
    )
    yield f"{_people(rehearsal.ready)} à prévenir, dans un ordre tiré au sort."
    for channel, name in _CHANNELS.items():
        spoken = [
            f"{number} en {_LANGUAGES.get(each.language, each.language)}"
            for each in rehearsal.texts
            if each.channel == channel and (number := rehearsal.people(each.channel, each.language))
        ]
        if spoken:
            yield f"- {name} : {', '.join(spoken)}"
    for standing, said in _OTHERS.items():
        if number := rehearsal.standing(standing):
            yield f"- pas maintenant, {said} : {number}"


def _texts(rehearsal: Rehearsal) -> Iterator[str]:
    for text in rehearsal.texts:
        head = f"{_CHANNELS[text.channel]}, {_LANGUAGES.get(text.language, text.language)}"
        if text.cost is not None:
            price = _money(text.cost.segments * rehearsal.segment_price, rehearsal.currency)
            segments = f"{text.cost.segments} segment{'s' if text.cost.segments > 1 else ''}"
            head += f" ({text.cost.encoding}, {segments}, {price} par personne)"
        yield f"{head} :"
        yield from (f"  {row}" for row in text.text.splitlines())
        yield ""


def _when(rehearsal: Rehearsal) -> Iterator[str]:
    if rehearsal.segments:
        price = _money(rehearsal.price, rehearsal.currency)
        yield f"SMS : {_number(rehearsal.segments)} segments, {price} au plus."
    if rehearsal.ready:
        lasting = format_timedelta(
            max(rehearsal.told_at - rehearsal.starts_at, timedelta(seconds=1)), locale="fr", threshold=1.5
        )
        waves = f"{rehearsal.waves} vague{'s' if rehearsal.waves > 1 else ''} de {rehearsal.announcement.wave_size}"
        yield f"{waves}, à partir de {rehearsal.starts_at:%H:%M:%S}, {lasting} en tout si personne n’arrête."
    if rehearsal.quiet:
        yield "Heures calmes : sur Telegram, sans sonnerie."


def _odd(rehearsal: Rehearsal) -> Iterator[str]:
    for each in rehearsal.odd:
        yield f"Attention : {each.fr}"


def _slots(number: int) -> str:
    return f"{number} place{'s' if number > 1 else ''}"


def _people(number: int) -> str:
    return f"{_number(number)} personne{'s' if number > 1 else ''}"


def _number(number: int) -> str:
    return str(format_decimal(number, locale="fr"))


def _money(amount: Decimal, currency: str) -> str:
    return f"{amount} {currency}"
