"""`rdv-sejour agents`: who may act for which préfecture, and what was done."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer

from bot.commands.options import As, AsJson
from dialogs.knowledge.places.tables import load_departments

if TYPE_CHECKING:
    from bot.commands.office import Office
    from bot.store.agents import AgentRow
    from bot.store.script import Script
    from bot.store.trail import Entry

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Les agents des préfectures : qui peut annoncer quoi, et ce qui a été fait.",
)

Name = Annotated[str, typer.Argument(metavar="NOM", help="L’agent ou son service, par exemple « Accueil Grenoble ».")]

MOST = 1000
"""Entries of the trail at once."""
PARIS = ZoneInfo("Europe/Paris")
DONE = {
    "agents.add": "a ajouté l’agent",
    "agents.revoke": "a révoqué l’agent",
    "pickups.import": "a annoncé des titres prêts",
    "pickups.rehearse": "a essayé un envoi, sans rien envoyer",
    "pickups.report": "a lu un compte rendu d’envoi",
    "senders.resume": "a fait repartir l’expéditeur",
    "agents.code": "a demandé un code Telegram pour l’agent",
    "agents.link": "a lié une conversation Telegram",
    "agents.unlink": "a délié sa conversation Telegram",
    "openings.announce": "a annoncé une ouverture",
    "openings.rehearse": "a essayé une annonce, sans rien annoncer",
    "openings.wave": "a fait prévenir une vague",
    "openings.end": "n’a plus personne à prévenir",
    "openings.gone": "a dit qu’il n’y a plus de créneaux",
    "openings.cancel": "a arrêté une annonce",
    "openings.report": "a lu un compte rendu d’ouverture",
}
"""The actions as a person reads them; one without words is shown by its name."""


KINDS = {"agent": "agent", "operator": "opérateur"}


@app.command()
def add(
    name: Name,
    prefecture: Annotated[list[str], typer.Option(metavar="CODE", help="Département, par exemple 38 ; répétable.")],
    role: Annotated[
        Literal["notices", "openings", "admin"],
        typer.Option(help="notices : titres prêts ; openings : ouvertures ; admin : les deux, et le journal."),
    ],
    by: As = None,
) -> None:
    """Ajoute un agent et montre sa clé, une seule fois."""
    from bot.agents import keys, register
    from bot.commands.office import at_the_server, at_work, refuse

    known_as = _name(name)
    actor, codes, key = at_the_server(by), {_department(code) for code in prefecture}, keys.new_key()

    async def work(office: "Office") -> "AgentRow | None":
        now_ms, digest = office.now_ms(), keys.digest(office.vault, key)
        return await office.database.run(
            lambda: register.add(actor, known_as, role, codes, digest, now_ms, office.new_id)
        )

    agent = at_work(work)
    if agent is None:
        refuse(
            f"Il y a, ou il y a eu, un agent « {known_as} ». Le journal nomme les agents : prenez un autre nom, par "
            f"exemple « {known_as} 2 »."
        )
    print(f"{agent.name} : {agent.role}, {', '.join(agent.prefectures)}")
    print("Sa clé, que personne ne pourra revoir :")
    print(key)


@app.command()
def link(name: Name, by: As = None) -> None:
    """Montre un code, bon dix minutes et une fois, qui lie une conversation Telegram à un agent."""
    from bot.agents import linking
    from bot.commands.office import at_the_server, at_work, refuse

    actor, known_as = at_the_server(by), _name(name)

    async def work(office: "Office") -> str | None:
        now_ms = office.now_ms()
        return await office.database.run(lambda: linking.give(office.vault, actor, known_as, now_ms, office.new_id))

    code = at_work(work)
    if code is None:
        refuse(f"Aucun agent « {known_as} » n’a de clé. « rdv-sejour agents list » donne les noms.")
    print(f"{known_as} : écrivez au bot, sur Telegram, dans les dix minutes :")
    print(f"/agent {code}")


@app.command("list")
def everybody(as_json: AsJson = False) -> None:
    """Les agents, leur rôle, leurs préfectures."""
    from bot.commands.office import at_work
    from bot.store import agents

    async def work(office: "Office") -> "list[AgentRow]":
        return await office.database.run(agents.everybody)

    rows = at_work(work)
    if as_json:
        print(json.dumps([_dated(row, "created_at", "revoked_at") for row in rows], ensure_ascii=False))
        return
    for row in rows:
        since = f"depuis le {_day(row.created_at)}"
        until = "" if row.revoked_at is None else f", révoqué le {_day(row.revoked_at)}"
        print(f"{row.name} : {row.role}, {', '.join(row.prefectures)}, {since}{until}")
    if not rows:
        print("Aucun agent. Pour en ajouter : rdv-sejour agents add NOM --prefecture 38 --role notices")


@app.command()
def revoke(name: Name, by: As = None) -> None:
    """Met fin à la clé d’un agent, à l’instant même."""
    from bot.agents import register
    from bot.commands.office import at_the_server, at_work, refuse

    actor, known_as = at_the_server(by), _name(name)

    async def work(office: "Office") -> "AgentRow | None":
        now_ms = office.now_ms()
        return await office.database.run(lambda: register.revoke(actor, known_as, now_ms, office.new_id))

    if at_work(work) is None:
        refuse(f"Aucun agent « {known_as} » n’a de clé. « rdv-sejour agents list » donne les noms.")
    print(f"{known_as} : révoqué")


@app.command()
def trail(
    prefecture: Annotated[list[str] | None, typer.Option(metavar="CODE", help="Ces préfectures seulement.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Depuis ce jour, par exemple 2026-11-21.")] = None,
    most: Annotated[int, typer.Option(min=1, max=MOST, help="Combien de lignes, les dernières d’abord.")] = 50,
    before: Annotated[str | None, typer.Option(metavar="ID", help="Celles d’avant cette ligne (son id).")] = None,
    as_json: AsJson = False,
) -> None:
    """Le journal : qui a fait quoi, pour combien de personnes, quand."""
    from bot.commands.office import at_work
    from bot.store import trail

    codes = [_department(code) for code in prefecture] if prefecture else None
    since_ms = 0 if since is None else _start_of(since)

    def script() -> "Script[list[Entry]]":
        return trail.entries(codes, since_ms, before, most)

    async def work(office: "Office") -> "list[Entry]":
        return await office.database.run(script)

    entries = at_work(work)
    if as_json:
        print(json.dumps([_dated(each, "at") for each in entries], ensure_ascii=False))
        return
    for each in entries:
        print(_line(each))
    if len(entries) == most:
        print(f"La suite : --before {entries[-1].id}")
    if not entries:
        print("Rien dans le journal.")


def _line(entry: "Entry") -> str:
    when = datetime.fromtimestamp(entry.at / 1000, PARIS).strftime("%d/%m/%Y %H:%M:%S")
    said = [f"{when}  {_who(entry.actor)} {DONE.get(entry.action, entry.action)}"]
    if entry.subject:
        said.append(entry.subject)
    if entry.prefecture:
        said.append(f"préfecture {entry.prefecture}")
    if entry.people is not None:
        said.append("1 personne" if entry.people == 1 else f"{entry.people} personnes")
    if entry.detail:
        said.append(entry.detail)
    return ", ".join(said)


def _who(signature: str) -> str:
    kind, _, name = signature.partition(" ")
    return f"{name} ({KINDS.get(kind, kind)})"


def _name(text: str) -> str:
    from bot.agents.names import BadName, read_name
    from bot.commands.office import refuse

    try:
        return read_name(text)
    except BadName as problem:
        refuse(f"« {text} » : {problem}.")


def _department(code: str) -> str:
    from bot.commands.office import refuse

    if code.upper() not in load_departments():
        refuse(f"« {code} » n’est pas un département. Donnez son numéro, par exemple 38, 2A ou 973.")
    return code.upper()


def _start_of(day: str) -> int:
    from bot.commands.office import refuse

    try:
        return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=PARIS).timestamp() * 1000)
    except (ValueError, OverflowError):
        refuse(f"--since : « {day} » n’est pas une date. Écrivez-la comme 2026-11-21.")


def _dated(row: "AgentRow | Entry", *times: str) -> dict[str, Any]:
    """A row for JSON: its times as ISO moments."""
    given = asdict(row)
    for time in times:
        if given[time] is not None:
            given[time] = datetime.fromtimestamp(given[time] / 1000, UTC).isoformat(timespec="milliseconds")
    return given


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, PARIS).strftime("%d/%m/%Y")
