"""The commands: the names of the intents after a slash, and the menu beside the text field, in every language.

https://core.telegram.org/bots/api#botcommand: 1 to 32 characters, lower-case letters, digits and underscores.
"""

from collections.abc import Callable, Iterator
from typing import Any

from bot.words import SOURCE_LANGUAGE, Words
from dialogs.machine import LANGUAGES

MENU = {
    "calendar_full": {"fr": "complet", "en": "full"},
    "documents": {"fr": "pieces", "en": "documents"},
    "why": {"fr": "pourquoi", "en": "why"},
    "subscribe": {"fr": "prevenir", "en": "notify"},
    "my_alerts": {"fr": "mesalertes", "en": "myalerts"},
    "remind_me": {"fr": "rappels", "en": "reminders"},
    "got_appointment": {"fr": "rendezvous", "en": "appointment"},
    "checklist": {"fr": "maliste", "en": "checklist"},
    "may_i_work": {"fr": "travailler", "en": "work"},
    "scam": {"fr": "arnaque", "en": "scam"},
    "booking_trouble": {"fr": "reservation", "en": "booking"},
    "back": {"fr": "retour", "en": "back"},
    "change": {"fr": "changer", "en": "change"},
    "restart": {"fr": "recommencer", "en": "restart"},
    "language": {"fr": "english", "en": "francais"},
    "human": {"fr": "quelquun", "en": "human"},
    "code": {"fr": "code", "en": "code"},
    "share_number": {"fr": "numero", "en": "number"},
    "my_data": {"fr": "donnees", "en": "data"},
    "erase": {"fr": "effacer", "en": "erase"},
    "help": {"fr": "aide", "en": "help"},
}
"""The intents of the menu, in its order, by the command that stands for them in each language."""

ALIASES = {
    "settings": "change",
    "mesdonnees": "my_data",
    "forget_number": "forget_number",
    "oubliernumero": "forget_number",
    "stop": "stop",
    "arret": "stop",
    "unsubscribe": "unsubscribe",
    "pause": "pause_alerts",
    "reprendre": "resume_alerts",
    "resume": "resume_alerts",
}
"""Commands understood though not shown; Telegram itself offers /settings (https://core.telegram.org/bots/features)."""

_INTENTS = (
    {intent: intent for intent in MENU}
    | {name: intent for intent, names in MENU.items() for name in names.values()}
    | ALIASES
)


def intent_of(command: str) -> str | None:
    """The intent a command stands for, in any language: people change languages more often than habits.

    >>> intent_of("pieces"), intent_of("Documents"), intent_of("weather")
    ('documents', 'documents', None)
    """
    return _INTENTS.get(command.casefold())


def menus(words: Callable[[str], Words]) -> Iterator[dict[str, Any]]:
    """What setMyCommands takes for each language; the source language is also everybody else's."""
    for language in LANGUAGES:
        said = words(language)
        entries = [
            {"command": names[language], "description": said.intent(intent)}
            for intent, names in MENU.items()
            if intent in said.knowledge.questions.intents
        ]
        yield {"commands": entries, "language_code": language}
        if language == SOURCE_LANGUAGE:
            yield {"commands": entries}
