"""The commands. Each says in one line, with exit code 2, what was wrong and what would be right."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer.core import TyperGroup

from bot.batch import asked_for, each_line, spoken, understood, word
from bot.commands import agents, openings, pickups
from bot.commands.refusing import refuse
from bot.situation import BadSituation, Situation, moment, respond
from dialogs.knowledge.files import Fault
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.knowledge.places.tables import load_departments


class Commands(TyperGroup):
    """The commands, refusing a wrong option or a wrong command in one line as well, where Typer would draw a box."""

    def main(self, *args: Any, **options: Any) -> Any:
        standalone = options.pop("standalone_mode", True)
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except NoArgsIsHelpError as help_wanted:
            help_wanted.show()
            code = 2
        except UsageError as error:
            print(f"{error.format_message().rstrip('.')}. « rdv-sejour --help » dit ce qui existe.", file=sys.stderr)
            code = 2
        if standalone:
            sys.exit(code)
        return code


if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)

app.add_typer(pickups.app, name="pickups")
app.add_typer(openings.app, name="openings")
app.add_typer(agents.app, name="agents")

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Le jour de la question, 2026-11-21.")]
Lang = Annotated[str, typer.Option("--lang", help="fr ou en.")]
Batch = Annotated[bool, typer.Option("--batch", help="Une situation JSON par ligne sur l’entrée standard.")]


@app.command()
def run() -> None:
    """Tout l’assistant, sur ce qui est configuré. Sans rien de configuré, une conversation dans le terminal."""
    settings = _settings()
    if settings.telegram_token is None and settings.twilio is None:
        _converse_kept(settings)
    else:
        _launch(settings, web=True, work=True)


@app.command()
def web() -> None:
    """Les requêtes HTTP seules (le webhook de Telegram), pour le Procfile."""
    _launch(_settings(), web=True, work=False)


@app.command()
def worker() -> None:
    """Les envois et, sans webhook, la lecture des messages, pour le Procfile."""
    _launch(_settings(), web=False, work=True)


@app.command()
def migrate() -> None:
    """Met les tables de la base à jour."""
    from bot.store.migrate import migrate as bring_up_to_date

    print(f"{bring_up_to_date(_settings().database_url)} migrations")


@app.command()
def chat(
    lang: Lang = "fr",
    as_of: AsOf = None,
    sms: Annotated[bool, typer.Option("--sms", help="Comme par SMS, avec le codage et les segments.")] = False,
) -> None:
    """Une conversation dans le terminal."""
    try:
        _converse_passing(spoken(lang), as_of, sms)
    except BadSituation as error:
        refuse(str(error))


@app.command()
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
    knowledge = _knowledge()
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


@app.command()
def understand(
    text: Annotated[str | None, typer.Argument(metavar="TEXT")] = None,
    as_of: AsOf = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="La langue de la conversation, si elle est connue.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="En JSON.")] = False,
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


@app.command()
def check(
    sms: Annotated[bool, typer.Option("--sms", help="Montre aussi les segments de chaque SMS.")] = False,
) -> None:
    """Prouve les connaissances : tables, mots, limites, exemples. Nomme chaque faute par fichier et ligne."""
    from bot.channels.sms.proof import summary
    from bot.check import examine
    from dialogs.machine import LANGUAGES

    report = examine(_knowledge(), datetime.now(UTC))
    for cost in report.sms if sms else ():
        print(cost)
    for finding in report.findings:
        print(finding)
    spread = ", ".join(f"{asked}: {count}" for asked, count in report.questions.items())
    print(f"{report.rules} rules, {report.regions} regions, {report.ways} ways to an answer")
    print(f"questions to an answer: {spread} (mean {report.mean_questions:.2f}); longest text {report.longest} signs")
    print("\n".join(summary(report.sms, language) for language in LANGUAGES))
    if report.findings:
        print(f"{len(report.findings)} faults")
        raise typer.Exit(1)
    print("sound")


@app.command()
def graph(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Le numéro du département, par exemple 74.")],
    lang: Lang = "fr",
    as_of: AsOf = None,
    output: Annotated[Path | None, typer.Option("--output", help="Le fichier à écrire.")] = None,
) -> None:
    """Dessine les tables d’une préfecture en SVG, pour qu’un de ses agents les relise et les approuve."""
    from bot.graph import picture
    from bot.words import Words

    knowledge = _knowledge()
    if code.upper() not in load_departments():
        refuse(
            f"« {code} » n’est pas un département. Ont leurs propres tables : {', '.join(knowledge.prefectures)}. "
            "Tous les autres (01, 2A, 69, 974…) donnent les tables nationales."
        )
    try:
        svg = picture(knowledge, code.upper(), moment(as_of), Words(knowledge, spoken(lang)))
    except BadSituation as error:
        refuse(str(error))
    if output is None:
        sys.stdout.write(svg)
        return
    try:
        output.write_text(svg, "utf-8")
    except OSError as error:
        refuse(f"{output} ne peut pas être écrit ({error.strerror}). Donnez un fichier, par exemple 74.svg.")


@app.command()
def replay(
    stories: Annotated[list[Path], typer.Argument(metavar="STORY", help="Des histoires, ou un dossier d’histoires.")],
) -> None:
    """Rejoue des histoires : ce que la personne dit ou choisit, ce qui doit et ne doit pas être répondu."""
    from bot.replay import replay as play
    from dialogs.understanding.reader import load_reader

    paths = [path for given in stories for path in (sorted(given.glob("*.yaml")) if given.is_dir() else [given])]
    misses = []
    for path in paths:
        if not path.is_file():
            refuse(f"{path} n’est pas une histoire. Donnez un fichier .yaml ou un dossier, par exemple tests/stories.")
        try:
            misses += list(play(_knowledge(), load_reader(), path))
        except Fault as fault:
            refuse(str(fault))
    for miss in misses:
        print(miss)
    print(f"{len(paths)} stories, {len(misses)} misses")
    raise typer.Exit(1 if misses else 0)


def _knowledge() -> Knowledge:
    try:
        return load_knowledge()
    except Fault as fault:
        refuse(str(fault))


def _settings() -> "Settings":
    from bot.settings import Misconfigured, load_settings

    try:
        return load_settings()
    except Misconfigured as problem:
        refuse(str(problem))


def _launch(settings: "Settings", *, web: bool, work: bool) -> None:
    from bot.door import PortTaken
    from bot.launch import launch
    from bot.store.sealed import BadKey

    _knowledge()
    try:
        launch(settings, web=web, work=work)
    except (BadKey, PortTaken) as problem:
        refuse(str(problem))


def _converse_kept(settings: "Settings") -> None:
    from bot.channels.terminal import converse
    from bot.local import kept
    from bot.store.sealed import BadKey
    from dialogs.understanding.reader import load_reader

    knowledge = _knowledge()
    try:
        with kept(knowledge, load_reader(), lambda: datetime.now(UTC), settings) as talk:
            converse(talk)
    except BadKey as problem:
        refuse(str(problem))


def _converse_passing(language: str, as_of: str | None, sms: bool) -> None:
    from bot.channels import terminal
    from bot.channels.sms import handset
    from bot.local import passing, passing_by_sms
    from dialogs.understanding.reader import load_reader

    fixed = moment(as_of) if as_of else None
    given = _knowledge(), load_reader(), lambda: fixed or datetime.now(UTC), language
    if sms:
        handset.converse(passing_by_sms(*given))
    else:
        terminal.converse(passing(*given))


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


def main() -> None:
    """The entry point: what escapes the commands is a mistake of ours, not of the person's."""
    app()


if __name__ == "__main__":
    main()
