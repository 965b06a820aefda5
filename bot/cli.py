"""The commands. Each says in one line, with exit code 2, what was wrong and what would be right."""

import typer

from bot.commands import agents, openings, pickups
from bot.commands.answers import answer, understand
from bot.commands.knowledge import check, graph, replay
from bot.commands.processes import migrate, run, web, worker
from bot.commands.refusing import Commands
from bot.commands.talking import chat

HELP = (
    "L’assistant des rendez-vous en préfecture, par Telegram, par SMS et dans le terminal."
    " Une commande mal dite répond en une ligne, avec le code 2 : ce qui ne va pas, et ce qui irait."
)

app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP)

for command in (run, web, worker, migrate, chat, answer, understand, check, graph, replay):
    app.command()(command)

app.add_typer(pickups.app, name="pickups")
app.add_typer(openings.app, name="openings")
app.add_typer(agents.app, name="agents")

if __name__ == "__main__":
    app()  # what escapes the commands is a mistake of ours, not of the person's
