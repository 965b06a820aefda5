"""`rdv-sejour openings`: announces new appointments to those who wait for them, and says what became of it.

It only writes rows: the assistant that runs on the same database draws, tells and stops.
"""

import json
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, TypeVar

import typer

from bot.commands.options import As, AsJson
from bot.commands.refusing import refuse

if TYPE_CHECKING:
    from bot.agents.actor import Actor
    from bot.commands.office import Office
    from bot.notices.openings.desk import OpeningDesk
    from bot.notices.openings.rehearsal import Rehearsal
    from bot.notices.openings.report import Report
    from bot.store.openings import OpeningRow

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Les ouvertures : annoncer de nouveaux rendez-vous à ceux qui les attendent, et suivre l’annonce.",
)

Result = TypeVar("Result")
Id = Annotated[str, typer.Argument(metavar="ID", help="L’ouverture, comme « openings list » la nomme.")]

ALIVE = 10_000
"""Milliseconds without a sign of life after which nobody sends."""


@app.command()
def announce(
    prefecture: Annotated[str, typer.Option(metavar="CODE", help="Département, par exemple 74.")],
    calendar: Annotated[str, typer.Option(metavar="NOM", help="Le calendrier, par exemple 3.2.")],
    slots: Annotated[int, typer.Option(metavar="N", help="Combien de rendez-vous sont ouverts.")],
    until: Annotated[
        str, typer.Option(metavar="MOMENT", help="La fin, heure locale de la préfecture : 2026-11-24 12:00.")
    ],
    note: Annotated[str, typer.Option(metavar="TEXTE", help="200 signes au plus, sans lien ni numéro.")] = "",
    per_slot: Annotated[
        int, typer.Option("--per-slot", metavar="N", help="Personnes prévenues par place et vague.")
    ] = 5,
    yes: Annotated[bool, typer.Option("--yes", help="Sans demander confirmation.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Sans les 30 secondes pour se reprendre.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tout vérifier et montrer, ne rien annoncer.")] = False,
    by: As = None,
) -> None:
    """Annonce une ouverture : répétition, confirmation, 30 secondes pour se reprendre, puis l’envoi suivi ici."""
    from bot.commands.office import at_the_server

    actor = at_the_server(by)
    if not (dry_run or yes or (sys.stdin.isatty() and sys.stdout.isatty())):
        refuse("Personne ne peut confirmer ici. Ajoutez --yes pour annoncer, ou --dry-run pour seulement vérifier.")

    async def work(desk: "OpeningDesk") -> None:
        from bot.notices.openings.announcement import Unfit, read_announcement
        from bot.notices.openings.rehearsal import rehearse
        from bot.notices.openings.said import rehearsed

        try:
            announcement = read_announcement(
                desk.knowledge, prefecture, calendar, slots, until, desk.clock(), note=note, per_slot=per_slot
            )
        except Unfit as problem:
            refuse(problem.fr)
        rehearsal = await desk.database.run(lambda: rehearse(desk, actor, announcement, desk.clock(), at_once=now))
        print(rehearsed(rehearsal, desk.knowledge))
        if dry_run:
            return
        if rehearsal.ready + rehearsal.standing("told_lately") == 0:
            print("\nPersonne à prévenir : rien n’a été annoncé.")
            raise typer.Exit(1)
        if not yes and not typer.confirm("\nAnnoncer ?", default=False):
            print("\nRien n’a été annoncé.")
            raise typer.Exit(1)
        await _send(desk, actor, rehearsal, at_once=now)

    _at_the_desk(work)


@app.command()
def gone(id: Id, by: As = None) -> None:
    """Plus de créneaux : plus personne n’est prévenu, ce qui attendait ne part pas."""
    _end(id, "gone", by)


@app.command()
def cancel(id: Id, by: As = None) -> None:
    """Arrête une annonce, par exemple faite par erreur."""
    _end(id, "cancelled", by)


@app.command()
def report(id: Id, as_json: AsJson = False, by: As = None) -> None:
    """Ce que sont devenus les messages d’une ouverture."""
    from bot.commands.office import at_the_server

    actor = at_the_server(by)

    async def work(desk: "OpeningDesk") -> "Report | None":
        from bot.notices.openings.report import report as became

        return await desk.database.run(lambda: became(desk, actor, id))

    found = _at_the_desk(work)
    if found is None:
        _unknown(id)
    print(json.dumps(found.to_json(), ensure_ascii=False) if as_json else "\n".join(found.lines()))


@app.command("list")
def everything(
    most: Annotated[int, typer.Option(min=1, max=1000, help="Combien, les dernières d’abord.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Les ouvertures annoncées."""

    async def work(desk: "OpeningDesk") -> "list[tuple[OpeningRow, str]]":
        from bot.store import openings

        rows = await desk.database.run(lambda: openings.page(most=most))
        return [(row, desk.knowledge.office(row.prefecture).timezone) for row in rows]

    found = _at_the_desk(work)
    if as_json:
        from bot.notices.openings.report import summary

        print(json.dumps([summary(row, timezone) for row, timezone in found], ensure_ascii=False))
        return
    from bot.notices.openings.said import line

    for row, timezone in found:
        print(line(row, timezone))
    if not found:
        print("Aucune ouverture. Pour en annoncer une : rdv-sejour openings announce --help")


async def _send(desk: "OpeningDesk", actor: "Actor", rehearsal: "Rehearsal", *, at_once: bool) -> None:
    from rich.console import Console

    from bot.commands.openings_watch import take_back, watch
    from bot.notices.openings.deciding import announce as decide
    from bot.store import claiming

    opening = await desk.database.run(lambda: decide(desk, actor, rehearsal, desk.clock(), at_once=at_once))
    print(f"\nOuverture {opening.id}. Pour l’arrêter : rdv-sejour openings cancel {opening.id}")
    print(f"Plus de créneaux : rdv-sejour openings gone {opening.id}", flush=True)
    if not await desk.database.run(lambda: claiming.somebody_sends(desk.now_ms() - ALIVE)):
        print(
            "Attention : aucun assistant n’est en marche sur cette base. Rien ne partira avant « rdv-sejour run ».",
            file=sys.stderr,
        )
    if not sys.stdout.isatty():
        return
    console = Console()
    if not at_once and await take_back(desk, actor, opening, console):
        print("Annonce reprise : personne n’a été prévenu.")
        raise typer.Exit(1)
    found = await watch(desk, opening.id, console)
    if found is not None:
        print("\n".join(found.lines()))
        if not found.is_over:
            print(f"L’annonce continue. Pour la suivre : rdv-sejour openings report {opening.id}")


def _end(id: str, ending: Literal["gone", "cancelled"], by: str | None) -> None:
    from bot.commands.office import at_the_server

    actor = at_the_server(by)

    async def work(desk: "OpeningDesk") -> "Report | None":
        from bot.notices.openings.deciding import end
        from bot.notices.openings.report import look

        ended = await desk.database.run(lambda: end(desk, actor, id, ending, desk.clock()))
        return None if ended is None else await desk.database.run(lambda: look(desk, id))

    found = _at_the_desk(work)
    if found is None:
        _unknown(id)
    print("\n".join(found.lines()))


def _at_the_desk(work: "Callable[[OpeningDesk], Awaitable[Result]]") -> Result:
    """What `work` gives at the desk of the settings."""
    from bot.commands.office import at_work
    from bot.notices.openings.desk import OpeningDesk
    from dialogs.knowledge.library import load_knowledge

    async def at_the_desk(office: "Office") -> Result:
        return await work(
            OpeningDesk.of(office.settings, load_knowledge(), office.database, office.vault, office.clock, office.ids)
        )

    return at_work(at_the_desk)


def _unknown(id: str) -> NoReturn:
    refuse(f"Il n’y a pas d’ouverture « {id} ». « rdv-sejour openings list » donne leur liste.")
