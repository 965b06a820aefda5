"""What an agent reads and presses in their chat. Plain text; each button carries its word (`AGENTS`)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.agents.actor import Actor
from bot.agents.draft import Draft
from bot.channels.telegram.rendering import split
from bot.channels.telegram.updates import AGENTS
from bot.clock import moment_of
from bot.notices.openings.rehearsal import Rehearsal
from bot.notices.openings.report import ENDS, Report
from bot.notices.openings.said import progress, rehearsed
from bot.window import Message
from dialogs.knowledge.library import Knowledge
from dialogs.waiting import Line, all_lines

Button = tuple[str, str]
"""A label and what it carries."""

ROLES = {"notices": "titres prêts", "openings": "ouvertures", "admin": "titres prêts, ouvertures et journal"}
SLOTS = (1, 2, 3, 5, 10, 15, 20, 30, 50, 100)
ENDINGS = (time(12), time(18))
_LABEL = 40
_EXAMPLE = "/annonce 74 3.2 20 24/11 12:00"


def linked(actor: Actor, knowledge: Knowledge) -> str:
    """Who somebody is here, and what they can do."""
    codes = sorted(actor.prefectures)
    offices = ", ".join(f"{knowledge.office(code).name} ({code})" for code in codes)
    said = [f"Cette conversation est liée à l’agent « {actor.name} » : {ROLES[actor.role]}, {offices}."]
    if any(actor.may("openings.announce", code) for code in codes):
        said.append(f"Annoncer des rendez-vous : /annonce, ou en une ligne {_EXAMPLE}")
    return "\n".join([*said, "Ne plus être lié : /agent stop"])


UNLINKED = "Cette conversation n’est plus liée à un agent."
WRONG = "Ce code n’est pas bon, ou il est fini. Demandez-en un autre : rdv-sejour agents link NOM"
WAIT = "Trop de codes faux. Attendez dix minutes, puis demandez un nouveau code."
DROPPED = "Annonce abandonnée : personne n’a été prévenu."
OVER = "Cette annonce n’est plus à l’écran. Recommencez par /annonce."
NOT_YOURS = "Cette ouverture n’est pas de vos préfectures."
NOBODY = "Personne à prévenir : rien à envoyer."


def may_not(actor: Actor) -> str:
    return f"Votre rôle ({ROLES[actor.role]}) ne permet pas d’annoncer des rendez-vous."


def asking(knowledge: Knowledge, actor: Actor, draft: Draft, now: datetime) -> tuple[str, list[list[Button]]]:
    """The next question of the form and its buttons."""
    match draft.asks:
        case "prefecture":
            offices = [
                (f"{knowledge.office(code).name} ({code})", f"prefecture {code}")
                for code in sorted(actor.prefectures)
                if actor.may("openings.announce", code)
            ]
            return "Pour quelle préfecture ?", _column(offices)
        case "calendar":
            lines = [(_line(line), f"calendar {line.key}") for line in all_lines(knowledge, draft.prefecture)]
            return f"{_head(knowledge, draft)}\nQuel calendrier ?", _column(lines)
        case "slots":
            numbers = [(str(number), f"slots {number}") for number in SLOTS]
            return f"{_head(knowledge, draft)}\nCombien de places ? Touchez ou écrivez un nombre.", _rows(numbers, 5)
        case "until":
            moments = [(_moment(end, now), f"until {end:%Y-%m-%dT%H:%M}") for end in _ends(knowledge, draft, now)]
            question = "Jusqu’à quand peut-on réserver ? Touchez, ou écrivez par exemple 24/11 12:00."
            return f"{_head(knowledge, draft)}\n{question}", _rows(moments, 2)
        case _:
            question = "Votre note, en une phrase (200 signes, sans lien ni numéro) :"
            return f"{_head(knowledge, draft)}\n{question}", [[("Sans note", "no_note")]]


def rehearsal(found: Rehearsal, knowledge: Knowledge, draft: Draft) -> tuple[str, list[list[Button]]]:
    """All that would happen, and the buttons that decide."""
    nobody = found.ready + found.standing("told_lately") == 0
    decide: list[list[Button]] = [] if nobody else [[("Envoyer", f"send {draft.id}")]]
    text = rehearsed(found, knowledge)
    if nobody:
        text += f"\n\n{NOBODY}"
    return text, [*decide, [("Changer la note" if draft.note else "Ajouter une note", "note")]]


def following(report: Report) -> tuple[str, list[list[Button]]]:
    """Where an opening is, and the buttons as long as they change something."""
    opening, zone = report.opening, ZoneInfo(report.timezone)
    until = moment_of(opening.until).astimezone(zone)
    text = [
        f"Ouverture annoncée : préfecture {opening.prefecture}, calendrier {opening.calendar}, {opening.slots} "
        f"place{'s' if opening.slots > 1 else ''} jusqu’au {until:%d/%m %H:%M}."
    ]
    next_wave = "" if opening.next_wave_at is None else f"{moment_of(opening.next_wave_at).astimezone(zone):%H:%M:%S}"
    if opening.state == "waiting":
        text.append(f"Premiers messages à {next_wave}. Jusque-là, « Reprendre » annule tout.")
        return "\n".join(text), [[("Reprendre", f"back {opening.id}")]]
    text.append(f"{progress(report)}.")
    if opening.state == "running" and next_wave:
        text.append(f"Prochaine vague à {next_wave}, si vous ne dites rien.")
    elif opening.state != "running":
        text.append(f"État : {ENDS[opening.state]}.")
    stops = opening.state in ("running", "done") and not report.is_over
    buttons: list[list[Button]] = [[("Plus de créneaux", f"gone {opening.id}"), ("Arrêter", f"stop {opening.id}")]]
    return "\n".join(text), buttons if stops else []


def shown(text: str, buttons: Sequence[Sequence[Button]] = (), screen: str | None = None) -> list[Message]:
    """A text with its buttons under it; in the place of the message `screen`, if one is given."""
    messages: list[Message] = [
        {"method": "sendMessage", "text": part, "link_preview_options": {"is_disabled": True}} for part in split(text)
    ]
    if screen is not None:
        messages[0] |= {"method": "editMessageText", "message_id": int(screen)}
    if buttons:
        rows = [[{"text": label, "callback_data": f"{AGENTS}{data}"} for label, data in row] for row in buttons]
        messages[-1]["reply_markup"] = {"inline_keyboard": rows}
    return messages


def _head(knowledge: Knowledge, draft: Draft) -> str:
    """What was told so far."""
    office = knowledge.office(draft.prefecture)
    said = [f"{office.name} ({draft.prefecture})"]
    said += [f"calendrier {draft.calendar}"] if draft.calendar else []
    said += [f"{draft.slots} places"] if draft.slots else []
    return ", ".join(said)


def _ends(knowledge: Knowledge, draft: Draft, now: datetime) -> list[datetime]:
    """Noon and evening of today, as far as they are to come, and of the next two days, at the préfecture's time."""
    local = now.astimezone(ZoneInfo(knowledge.office(draft.prefecture).timezone))
    days = [local.date() + timedelta(days=ahead) for ahead in range(3)]
    ends = [datetime.combine(day, hour, local.tzinfo) for day in days for hour in ENDINGS]
    return [end for end in ends if end > local]


def _moment(end: datetime, now: datetime) -> str:
    ahead = (end.date() - now.astimezone(end.tzinfo).date()).days
    day = ("aujourd’hui", "demain")[ahead] if ahead < 2 else f"le {end:%d/%m}"
    return f"{day} {end.hour} h"


def _line(line: Line) -> str:
    label = f"{line.key} : {line.title.text}"
    return label if len(label) <= _LABEL else f"{label[: _LABEL - 1].rstrip()}…"


def _column(buttons: Iterable[Button]) -> list[list[Button]]:
    return [[button] for button in buttons]


def _rows(buttons: Sequence[Button], width: int) -> list[list[Button]]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]
