"""`rdv-sejour pickups`: tells people that their card is ready, and says what became of it."""

import json
import sys
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.commands.options import As, AsJson
from bot.commands.refusing import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.commands.office import Office
    from bot.notices.desk import NoticeDesk
    from bot.notices.pickups import Imported
    from bot.notices.rehearsal import Rehearsal
    from bot.notices.report import Report, Summary
    from bot.notices.sheet import Sheet

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Les titres prêts : prévenir les personnes par SMS ou Telegram, et suivre les envois.",
)

Result = TypeVar("Result")
STANDARD = Path("-")
NEEDS_PROGRESS = 2000
"""Rows from which the reading takes long enough to be watched."""


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV ou .xlsx : telephone, reference, langue, public.")],
    prefecture: Annotated[str, typer.Option(metavar="CODE", help="Département, par exemple 38.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tout vérifier et montrer, ne rien envoyer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Sans demander confirmation.")] = False,
    by: As = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Essayer encore ceux dont un message n’est pas arrivé.")
    ] = False,
) -> None:
    """Prévient les personnes d’un fichier que leur titre est prêt, chacune une fois."""
    from bot.commands.office import at_the_server

    code, actor = _department(prefecture), at_the_server(by)
    asks = not (dry_run or yes)
    if asks and not (sys.stdin.isatty() and sys.stdout.isatty()):
        refuse("Personne ne peut confirmer ici. Ajoutez --yes pour envoyer, ou --dry-run pour seulement vérifier.")
    sheet = _read(file)

    async def work(desk: "NoticeDesk") -> "tuple[Rehearsal, Imported | None]":
        from bot.commands.pickups_said import rehearsed
        from bot.notices.pickups import import_rows
        from bot.notices.rehearsal import rehearse

        with _progress("Vérification", len(sheet.rows)) as seen:
            rehearsal = await rehearse(
                desk, sheet.rows, code, actor.signature, retry_failed=retry_failed, progress=seen
            )
        print(rehearsed(file, sheet, rehearsal, desk))
        nothing = rehearsal.taken + rehearsal.earlier == 0
        if dry_run or nothing or (asks and not typer.confirm("\nEnvoyer ?", default=False)):
            return rehearsal, None
        with _progress("Envoi", len(sheet.rows)) as seen:
            imported = await import_rows(
                desk, sheet.rows, code, actor.signature, retry_failed=retry_failed, progress=seen
            )
        return rehearsal, imported

    rehearsal, imported = _at_the_desk(work, _warn if dry_run else refuse)
    if imported is None:
        print("\nRien n’a été envoyé.")
        raise typer.Exit(0 if dry_run and rehearsal.taken + rehearsal.earlier else 1)
    from bot.commands.pickups_said import told

    print(f"\n{told(imported)}")
    if imported.taken == 0:
        raise typer.Exit(1)


@app.command()
def report(
    batch: Annotated[str | None, typer.Argument(metavar="BATCH", help="L’envoi ; sans lui, la liste.")] = None,
    as_json: AsJson = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE|-", help="Les lignes à reprendre, en CSV ; « - » : ici.")
    ] = None,
    svg: Annotated[Path | None, typer.Option("--svg", metavar="FILE", help="L’envoi dans le temps, en SVG.")] = None,
    by: As = None,
) -> None:
    """Ce que sont devenus les messages d’un envoi."""
    from bot.commands.office import at_the_server

    actor = at_the_server(by)
    if batch is None:
        if csv is not None or svg is not None:
            refuse("--csv et --svg veulent un envoi. « rdv-sejour pickups report » donne leur liste.")
        _list(as_json)
        return
    wanted = batch

    async def work(desk: "NoticeDesk") -> "tuple[Report, str, str] | None":
        from bot.notices.curves import Curves, draw
        from bot.notices.report import report as became
        from bot.notices.report import rows_of

        found = await became(desk, wanted, actor.signature)
        if found is None:
            return None
        timezone = desk.knowledge.office(found.batch.prefecture).timezone
        picture = ""
        if svg is not None:
            title = f"Titres prêts, envoi {found.batch.id}"
            picture = draw(await Curves.of(rows_of(desk, wanted)), title, timezone)
        return found, timezone, picture

    result = _at_the_desk(work, _never_mind)
    if result is None:
        refuse(f"Il n’y a pas d’envoi « {wanted} ». « rdv-sejour pickups report » donne leur liste.")
    found, timezone, picture = result
    if svg is not None:
        _write(svg, picture.encode())
    if csv is not None:
        from bot.notices.report import as_csv

        _write(csv, as_csv(found, timezone))
        if csv == STANDARD:
            return
    from bot.commands.pickups_said import reported

    print(json.dumps(found.to_json(), ensure_ascii=False) if as_json else reported(found, timezone))


@app.command()
def resume(by: As = None) -> None:
    """Laisse repartir un expéditeur arrêté, une fois la cause réglée chez l’opérateur."""
    from bot.commands.office import Office, at_the_server, at_work
    from bot.store import halts, trail
    from bot.store.halts import Halt
    from bot.store.script import Script

    actor = at_the_server(by)

    async def work(office: Office) -> list[Halt]:
        def script() -> Script[list[Halt]]:
            stopped = yield from halts.everywhere()
            for halt in stopped:
                yield from halts.lift(halt.sender)
                yield from trail.note(
                    office.new_id(), office.now_ms(), actor.signature, "senders.resume",
                    subject=halt.sender, detail=halt.reason,
                )  # fmt: skip
            return stopped

        return await office.database.run(script)

    stopped = at_work(work)
    for halt in stopped:
        print(f"L’expéditeur {halt.sender} repart. Il était arrêté : {halt.reason}.")
    if not stopped:
        print("Aucun expéditeur n’est arrêté.")


def _list(as_json: bool) -> None:
    async def work(desk: "NoticeDesk") -> "list[Summary]":
        from bot.notices.report import summaries

        return await summaries(desk)

    found = _at_the_desk(work, _never_mind)
    if as_json:
        from bot.notices.report import summary_json

        print(json.dumps([summary_json(each) for each in found], ensure_ascii=False))
        return
    from bot.commands.pickups_said import line

    for each in found:
        print(line(each))
    if not found:
        print("Aucun envoi. Pour en faire un : rdv-sejour pickups import FILE --prefecture 38")


# --- what it stands on -------------------------------------------------------------------------------------------


def _at_the_desk(work: "Callable[[NoticeDesk], Awaitable[Result]]", unable: Callable[[str], None]) -> Result:
    """What `work` gives at a desk; `unable` is told why a notice could not be sent from here, and may end it all."""
    from bot.commands.office import at_work
    from bot.notices.desk import NoticeDesk
    from bot.notices.wording import NoWayToStop
    from dialogs.knowledge.library import load_knowledge

    async def at_the_desk(office: "Office") -> Result:
        settings = office.settings
        try:
            desk = NoticeDesk.of(settings, load_knowledge(), office.database, office.vault, office.clock, office.ids)
        except NoWayToStop as problem:
            unable(str(problem))
            settings = settings.model_copy(update={"public_url": "https://PUBLIC_URL"})
            desk = NoticeDesk.of(settings, load_knowledge(), office.database, office.vault, office.clock, office.ids)
        return await work(desk)

    return at_work(at_the_desk)


def _warn(problem: str) -> None:
    print(f"Attention : {problem} Sans cela, l’envoi sera refusé.", file=sys.stderr)


def _never_mind(_: str) -> None:
    """Who only reads sends nothing."""


def _read(file: Path) -> "Sheet":
    from bot.notices.sheet import read_sheet
    from bot.notices.tables import MOST_BYTES, Unreadable

    try:
        if file == STANDARD:
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with file.open("rb") as source:
                data = source.read(MOST_BYTES + 1)
    except OSError as problem:
        refuse(f"{_why(problem, file)} Donnez un fichier .csv ou .xlsx, ou « - » pour l’entrée standard.")
    try:
        return read_sheet(data)
    except Unreadable as problem:
        refuse(f"{file} : {problem}")


def _write(file: Path, data: bytes) -> None:
    try:
        if file == STANDARD:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        else:
            file.write_bytes(data)
    except OSError as problem:
        refuse(f"{_why(problem, file)} Donnez un fichier que vous pouvez écrire.")


def _why(problem: OSError, file: Path) -> str:
    match problem:
        case FileNotFoundError():
            return f"{file} n’existe pas."
        case PermissionError():
            return f"{file} ne vous est pas permis."
        case IsADirectoryError():
            return f"{file} est un dossier."
        case _:
            return f"{file} : {problem.strerror}."


@contextmanager
def _progress(title: str, total: int) -> "Iterator[Callable[[int], None]]":
    """A bar on a terminal, where there is enough to wait for."""
    if total < NEEDS_PROGRESS or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda more: bar.advance(task, more)


def _department(code: str) -> str:
    from dialogs.knowledge.places.tables import load_departments

    if code.upper() not in load_departments():
        refuse(f"« {code} » n’est pas un département. Donnez son numéro, par exemple --prefecture 38.")
    return code.upper()
