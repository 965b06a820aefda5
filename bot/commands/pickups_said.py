"""What `rdv-sejour pickups` says to an agent, in plain French."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from bot.channels.sms.errors import explain
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import Imported
from bot.notices.rehearsal import Rehearsal
from bot.notices.report import STATES, Report, Summary
from bot.notices.sheet import Sheet

_LANGUAGES = {"fr": "français", "en": "anglais"}
_PUBLICS = {"general": "général", "student": "étudiants"}
_ENCODINGS = {"GSM-7": "alphabet GSM-7", "UCS-2": "alphabet UCS-2, plus cher"}


def rehearsed(file: Path, sheet: Sheet, rehearsal: Rehearsal, desk: NoticeDesk) -> str:
    office = desk.knowledge.office(rehearsal.prefecture)
    lines = [f"{file.name} : {_count(rehearsal.given, 'ligne')}, préfecture {office.name} ({office.code})"]
    if sheet.ignored:
        lines.append(f"Colonnes qui ne servent pas ici : {', '.join(sheet.ignored)}")
    if rehearsal.batch:
        told = _count(rehearsal.earlier, "personne")
        lines.append(f"Suite de l’envoi {rehearsal.batch}, interrompu : {told} déjà dans la file")
    lines.append("")
    lines.append(f"À prévenir : {_count(rehearsal.taken, 'personne')}")
    if rehearsal.telegram:
        lines.append(f"  par Telegram, puis par SMS si Telegram échoue : {rehearsal.telegram}")
    if rehearsal.sms:
        lines.append(f"  par SMS : {rehearsal.sms}")
    if rehearsal.refused:
        lines += ["", f"Refusées : {_count(len(rehearsal.refused), 'ligne')}"]
        lines += [
            f"  ligne {each.row}, {each.column} : {each.says()} ; {each.right(rehearsal.prefecture)}"
            for each in rehearsal.refused
        ]
    for text in rehearsal.texts:
        cost = f"{_ENCODINGS[text.encoding]}, {text.units} signes, {_count(text.segments, 'segment')}"
        lines += [
            "",
            f"Texte en {_LANGUAGES[text.language]}, public {_PUBLICS[text.audience]}, "
            f"pour {_count(text.sms + text.telegram, 'personne')} : {cost}, {text.price} {rehearsal.currency} par SMS",
            f"  {text.text}",
        ]
    if rehearsal.taken:
        lines += ["", f"Prix estimé, au plus : {rehearsal.price} {rehearsal.currency}"]
        if rehearsal.sms:
            pace = f"{_count(rehearsal.segments, 'segment')} à {rehearsal.pace:g} par seconde"
            lines.append(f"Durée de l’envoi par SMS : {_lasting(rehearsal.lasts.total_seconds())} ({pace})")
            lines.append(_leaving(rehearsal))
    if desk.ending.way == "reply":
        lines += ["", "Aucun expéditeur à deux sens ni PUBLIC_URL n’est configuré ici : vérifiez avant d’envoyer."]
    return "\n".join(lines)


def _leaving(rehearsal: Rehearsal) -> str:
    if not rehearsal.is_quiet:
        return "Les SMS partiront tout de suite (pas de 20 h à 8 h, ni le dimanche ni les jours fériés)"
    when = format_datetime(rehearsal.leaves_at, "EEEE d MMMM 'à' H 'h'", locale="fr")
    return f"Heures calmes : les SMS partiront le {when}, heure de la préfecture"


def told(imported: Imported) -> str:
    if imported.batch is None:
        return "Personne n’était à prévenir. Rien n’a été envoyé."
    told = _count(imported.taken, "personne")
    return f"Envoi {imported.batch} : {told} dans la file.\nLa suite : rdv-sejour pickups report {imported.batch}"


def line(summary: Summary) -> str:
    batch = summary.batch
    states = ", ".join(f"{count} {STATES[state]}" for state, count in summary.states.items() if count)
    stopped = " (interrompu, importez le même fichier pour finir)" if batch.state == "importing" else ""
    when = _when(batch.created_at, "Europe/Paris")
    return f"{batch.id}  {when}, {batch.actor}, {_count(batch.rows_taken, 'personne')} : {states or 'rien'}{stopped}"


def reported(report: Report, timezone: str) -> str:
    batch, lines = report.batch, []
    for halt in report.halts:
        since = _when(halt.since, timezone)
        lines += [
            f"ARRÊT : l’expéditeur {halt.sender} ne part plus depuis le {since} : {explain(halt.reason)}",
            "Une fois la cause réglée : rdv-sejour pickups resume",
            "",
        ]
    lines.append(f"Envoi {batch.id}, préfecture {batch.prefecture}, par {batch.actor}")
    if batch.state == "importing":
        lines.append("Interrompu, ou en cours. Importez le même fichier pour finir")
    lines.append(
        f"Du {_when(batch.created_at, timezone)} : {_count(batch.rows_taken, 'personne')} sur {batch.rows_read}"
    )
    lines += ["", *(f"  {STATES[state]} : {count}" for state, count in report.states.items() if count)]
    if report.fell_back:
        lines.append(f"  par SMS, Telegram ayant échoué : {report.fell_back}")
    if report.resent:
        lines.append(f"  renvoyés une fois, faute de savoir s’ils étaient partis : {report.resent}")
    if report.rows:
        lines += ["", f"À reprendre autrement : {_count(len(report.rows), 'ligne')}"]
        for each in report.rows:
            reference = f" {each.reference}" if each.reference else ""
            because = f" : {each.because}" if each.because else ""
            resent = " (renvoyé une fois)" if each.resent else ""
            lines.append(f"  ligne {each.row}{reference}, …{each.last_four}, {_one(each.state)}{because}{resent}")
    return "\n".join(lines)


def _one(state: str) -> str:
    return {
        "failed": "non arrivé",
        "uncertain": "incertain",
        "expired": "périmé avant l’envoi",
        "cancelled": "annulé",
    }.get(state, state)


def _count(number: int, thing: str) -> str:
    """
    >>> _count(1, "ligne"), _count(12000, "ligne")
    ('1 ligne', '12\\u202f000 lignes')
    """
    return f"{number:,} {thing}{'s' if number > 1 else ''}".replace(",", "\u202f")


def _lasting(seconds: float) -> str:
    """
    >>> _lasting(1), _lasting(75), _lasting(7300)
    ('1 s', '1 min 15 s', '2 h 01 min')
    """
    minutes, rest = divmod(int(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _when(at_ms: int, timezone: str) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone)):%d/%m/%Y %H:%M}"
