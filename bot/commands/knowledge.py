"""`rdv-sejour check`, `graph` and `replay`: the knowledge proved, drawn to be approved, and tried on stories."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.batch import spoken
from bot.commands.options import AsOf, Lang
from bot.commands.refusing import refuse
from bot.commands.required import sound_knowledge
from bot.situation import BadSituation, moment
from dialogs.knowledge.files import Fault
from dialogs.knowledge.places.tables import load_departments


def check(
    sms: Annotated[bool, typer.Option("--sms", help="Montre aussi les segments de chaque SMS.")] = False,
) -> None:
    """Prouve les connaissances : tables, mots, limites, exemples. Nomme chaque faute par fichier et ligne."""
    from bot.channels.sms.proof import summary
    from bot.check import examine
    from dialogs.machine import LANGUAGES

    report = examine(sound_knowledge(), datetime.now(UTC))
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


def graph(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Le numéro du département, par exemple 74.")],
    lang: Lang = "fr",
    as_of: AsOf = None,
    output: Annotated[Path | None, typer.Option("--output", help="Le fichier à écrire.")] = None,
) -> None:
    """Dessine les tables d’une préfecture en SVG, pour qu’un de ses agents les relise et les approuve."""
    from bot.graph import picture
    from bot.words import Words

    knowledge = sound_knowledge()
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
            misses += list(play(sound_knowledge(), load_reader(), path))
        except Fault as fault:
            refuse(str(fault))
    for miss in misses:
        print(miss)
    print(f"{len(paths)} stories, {len(misses)} misses")
    raise typer.Exit(1 if misses else 0)
