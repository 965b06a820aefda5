"""What an agent may add in words of their own: nothing that could lead people anywhere, should a key be stolen.

The only address in an announcement is the préfecture's own, which comes from the knowledge.
"""

import re
import unicodedata
from dataclasses import dataclass

MOST = 200
"""Characters."""

_SIGNS = frozenset(" .,;:!?'’\"«»()-–…/%°")
_DIGITS = frozenset("0123456789")
_NAME = re.compile(r"\w[\s()]*[.·][\s()]*(?:fr|com|net|org|gouv)\b", re.I)
_DOMAIN = re.compile(r"\w\.[^\W\d_]{2,}")
_SPELT = re.compile(r"\b(?:https?|www|point\s+(?:fr|com|net|org)|dot\s+(?:fr|com|net|org)|arobase|at\s+sign)\b", re.I)
_NUMBER = re.compile(r"\d(?:[\s.()-]*\d){5,}")
_SHORT_CODE = re.compile(r"\b(?:appel\w*|t[ée]l\w*|sms|whatsapp|telegram|signal|call|phone|text)\b\D{0,20}\d{3,}", re.I)


@dataclass(slots=True)
class NotPlain(ValueError):
    """Why, and what would be right, in French and in English."""

    fr: str
    en: str


def plain(text: str) -> str:
    """The words as they will be read, in one line. Raises NotPlain.

    >>> plain("  Guichet 4,\\n venez avec une photo (35 × 45) ".replace("×", "sur"))
    'Guichet 4, venez avec une photo (35 sur 45)'
    """
    said = " ".join(unicodedata.normalize("NFC", text).split())
    if len(said) > MOST:
        raise NotPlain(
            f"La note a {len(said)} signes, {MOST} au plus. Gardez l’essentiel.",
            f"The note has {len(said)} characters, at most {MOST}. Keep what matters.",
        )
    if _NUMBER.search(said) or _SHORT_CODE.search(said):
        raise NotPlain(
            "La note ne peut pas donner de numéro de téléphone. Écrivez les dates comme 24/11.",
            "The note may not give a telephone number. Write dates as 24/11.",
        )
    if "@" in said or "＠" in said:
        raise NotPlain(
            "La note ne peut pas donner d’adresse e-mail : seul le site de la préfecture est montré.",
            "The note may not give an e-mail address: only the préfecture’s site is shown.",
        )
    if any(pattern.search(said) for pattern in (_SPELT, _DOMAIN, _NAME)) or "//" in said:
        raise NotPlain(
            "La note ne peut pas donner de lien : seul le site de la préfecture est montré. Mettez une espace après un "
            "point.",
            "The note may not give a link: only the préfecture’s site is shown. Put a space after a full stop.",
        )
    odd = next((sign for sign in said if not _is_plain(sign)), None)
    if odd is not None:
        name = unicodedata.name(odd, f"U+{ord(odd):04X}")
        shown = f"« {odd} »" if odd.isprintable() and not unicodedata.combining(odd) else name
        raise NotPlain(
            f"La note contient un signe qui n’est pas admis : {shown}. Écrivez des lettres, des chiffres et la "
            "ponctuation ordinaire.",
            f"The note has a sign that is not allowed: {shown}. Write letters, digits and ordinary punctuation.",
        )
    return said


def _is_plain(sign: str) -> bool:
    """Letters of the Latin alphabet, ASCII digits, ordinary punctuation: no sign that passes for another."""
    if sign.isalpha():
        return unicodedata.name(sign, "").startswith("LATIN ") and unicodedata.normalize("NFKC", sign) == sign
    return sign in _SIGNS or sign in _DIGITS
