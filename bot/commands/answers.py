"""`rdv-sejour answer` and `understand`: a situation or a message in, what the assistant makes of it out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.batch import asked_for, each_line, spoken, understood, word
from bot.commands.options import AsJson, AsOf, Lang
from bot.commands.refusing import refuse
from bot.commands.required import sound_knowledge
from bot.situation import BadSituation, Situation, moment, respond
from dialogs.knowledge.library import Knowledge

Batch = Annotated[bool, typer.Option("--batch", help="Une situation JSON par ligne sur l’entrée standard.")]


def answer(
    facts: Annotated[list[str] | None, typer.Argument(metavar="FACT=VALUE")] = None,
    intent: Annotated[str | None, typer.Option(help="calendar_full, documents, why, agdref…")] = None,
    as_of: AsOf = None,
    lang: Lang = "fr",
    as_json: Annotated[bool, typer.Option("--json", help="Toute la réponse, en JSON.")] = False,
    batch: Batch = False,
    ics: Annotated[
        Path | None, typer.Option("--ics", metavar="FILE", help="Écrit aussi les dates, pour un agenda.")
    ] = None,
) -> None:
    """La prochaine question, ou la réponse, pour une situation."""
    knowledge = sound_knowledge()
    if batch:
        each_line(lambda asked: asked_for(knowledge, asked))
        return
    given = dict(_pair(fact) for fact in facts or ())
    try:
        situation = Situation(given, moment(as_of), intent, spoken(lang))
        reply = respond(knowledge, situation)
    except BadSituation as error:
        refuse(str(error))
    if ics is not None:
        _write_agenda(knowledge, situation, ics)
    print(json.dumps(reply, ensure_ascii=False) if as_json else _plain(reply))


def understand(
    text: Annotated[str | None, typer.Argument(metavar="TEXT")] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="La langue de la conversation, si elle est connue.")
    ] = None,
    as_json: AsJson = False,
    batch: Batch = False,
) -> None:
    """Les faits et l’intention d’un message."""
    if batch:
        each_line(lambda asked: understood(str(asked["text"]), word(asked, "as_of"), word(asked, "lang")))
        return
    if text is None:
        refuse("Il manque le texte à comprendre : rdv-sejour understand « j’ai perdu ma carte ».")
    try:
        reading = understood(text, as_of, lang)
    except BadSituation as error:
        refuse(str(error))
    if as_json:
        print(json.dumps(reading, ensure_ascii=False))
    else:
        rows = {"language": reading["language"], "intent": reading["intent"] or "-", **reading["facts"]}
        print("\n".join(f"{name}: {value}" for name, value in rows.items()))


def _write_agenda(knowledge: Knowledge, situation: Situation, path: Path) -> None:
    from bot.calendar_file import calendar_file
    from bot.situation import read_facts
    from bot.words import words_for
    from dialogs.agenda import agenda

    dated = agenda(knowledge, read_facts(knowledge, situation.facts, situation.now.date()), situation.now)
    if not dated.entries:
        refuse("Rien de daté : donnez aussi expires_on=2027-04-13 ou appointment_on=2026-12-08.")
    try:
        path.write_bytes(calendar_file(dated, words_for(knowledge, situation.language)))
    except OSError as error:
        refuse(f"{path} ne peut pas être écrit ({error.strerror}). Donnez un fichier, par exemple agenda.ics.")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        refuse(f"« {text} » n’est pas de la forme FACT=VALUE, par exemple permit=cst.")
    return name.strip(), value.strip()


def _plain(reply: dict[str, Any]) -> str:
    choices = [f"- {option['value']} : {option['label']}" for option in reply.get("options", ())]
    return "\n".join([str(reply["text"]), *choices])
