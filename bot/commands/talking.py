"""`rdv-sejour chat`, and `run` where nothing is configured: a conversation in the terminal."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.batch import spoken
from bot.commands.options import AsOf, Lang
from bot.commands.refusing import refuse
from bot.commands.required import sound_knowledge
from bot.situation import BadSituation, moment

if TYPE_CHECKING:
    from bot.settings import Settings


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


def converse_kept(settings: "Settings") -> None:
    """A conversation that goes on where it was left the last time, in the embedded database."""
    from bot.channels.terminal import converse
    from bot.local import kept
    from bot.store.sealed import BadKey
    from dialogs.understanding.reader import load_reader

    knowledge = sound_knowledge()
    try:
        with kept(knowledge, load_reader(), lambda: datetime.now(UTC), settings) as talk:
            converse(talk)
    except BadKey as problem:
        refuse(str(problem))


def _converse_passing(language: str, as_of: str | None, sms: bool) -> None:
    """A conversation that nothing keeps."""
    from bot.channels import terminal
    from bot.channels.sms import handset
    from bot.local import passing, passing_by_sms
    from dialogs.understanding.reader import load_reader

    fixed = moment(as_of) if as_of else None
    given = sound_knowledge(), load_reader(), lambda: fixed or datetime.now(UTC), language
    if sms:
        handset.converse(passing_by_sms(*given))
    else:
        terminal.converse(passing(*given))
