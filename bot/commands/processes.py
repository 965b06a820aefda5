"""`rdv-sejour run`, `web`, `worker`, and `migrate` before them: the processes of the assistant."""

from typing import TYPE_CHECKING

from bot.commands.refusing import refuse
from bot.commands.required import sound_knowledge, valid_settings
from bot.commands.talking import converse_kept

if TYPE_CHECKING:
    from bot.settings import Settings


def run() -> None:
    """Tout l’assistant, sur ce qui est configuré. Sans rien de configuré, une conversation dans le terminal."""
    settings = valid_settings()
    if settings.telegram_token is None and settings.twilio is None:
        converse_kept(settings)
    else:
        _launch(settings, web=True, work=True)


def web() -> None:
    """Les requêtes HTTP seules (le webhook de Telegram), pour le Procfile."""
    _launch(valid_settings(), web=True, work=False)


def worker() -> None:
    """Les envois et, sans webhook, la lecture des messages, pour le Procfile."""
    _launch(valid_settings(), web=False, work=True)


def migrate() -> None:
    """Met les tables de la base à jour."""
    from bot.store.migrate import migrate as bring_up_to_date

    print(f"{bring_up_to_date(valid_settings().database_url)} migrations")


def _launch(settings: "Settings", *, web: bool, work: bool) -> None:
    from bot.door import PortTaken
    from bot.launch import launch
    from bot.store.sealed import BadKey

    sound_knowledge()
    try:
        launch(settings, web=web, work=work)
    except (BadKey, PortTaken) as problem:
        refuse(str(problem))
