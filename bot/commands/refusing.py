"""How a command says no: one line that says what was wrong and what would be right, and exit code 2."""

import sys
from typing import NoReturn

import typer


def refuse(message: str) -> NoReturn:
    """Ends with one line on the error output and exit code 2."""
    print(" ".join(message.split()), file=sys.stderr)
    raise typer.Exit(2)
