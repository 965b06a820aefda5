"""How a command says no: one line that says what was wrong and what would be right, and exit code 2."""

import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup


def refuse(message: str) -> NoReturn:
    """Ends with one line on the error output and exit code 2."""
    print(" ".join(message.split()), file=sys.stderr)
    raise typer.Exit(2)


class Commands(TyperGroup):
    """The commands, refusing a wrong option or a wrong command in one line as well, where Typer would draw a box."""

    def main(self, *args: Any, **options: Any) -> Any:
        standalone = options.pop("standalone_mode", True)
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except typer.TyperException as problem:
            said = problem.format_message()
            # A group without a command ends with its help, raised by a class without a public name.
            if type(problem).__name__ != "NoArgsIsHelpError":
                said = f"{said if said.endswith(('.', '?')) else f'{said}.'} « rdv-sejour --help » dit ce qui existe."
            print(said, file=sys.stderr)
            code = problem.exit_code
        if standalone:
            sys.exit(code)
        return code
