"""The names agents go by: they stand in the trail for good, so they are a service's or a person's and nothing else."""

import re
import unicodedata

LONGEST = 40
_NAME = re.compile(r"[^\W_][\w .'’-]*")
_DIGITS = re.compile(r"(\D*\d){6}")


class BadName(ValueError):
    """Its text says what would be right."""


def read_name(text: str) -> str:
    """The name as it is kept. Raises BadName.

    >>> read_name("  Accueil   Grenoble ")
    'Accueil Grenoble'
    >>> read_name("06 39 98 00 01")
    Traceback (most recent call last):
    bot.agents.names.BadName: un nom n’est pas un numéro : au plus cinq chiffres, par exemple « Accueil Grenoble »
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        raise BadName(
            f"un nom est fait de lettres, de chiffres, d’espaces et de tirets, {LONGEST} signes au plus, par exemple "
            "« Accueil Grenoble »"
        )
    if _DIGITS.match(name):
        raise BadName("un nom n’est pas un numéro : au plus cinq chiffres, par exemple « Accueil Grenoble »")
    return name
