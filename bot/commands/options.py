"""The options that several commands take."""

from typing import Annotated

import typer

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="Le jour de la question, 2026-11-21.")]
Lang = Annotated[str, typer.Option("--lang", help="fr ou en.")]
As = Annotated[
    str | None, typer.Option("--as", metavar="NOM", help="Qui agit, pour le journal ; sinon, votre compte ici.")
]
AsJson = Annotated[bool, typer.Option("--json", help="En JSON.")]
