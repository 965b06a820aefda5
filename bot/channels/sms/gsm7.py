"""The GSM 7-bit alphabet (3GPP TS 23.038, formerly GSM 03.38): what fits, what it costs, and how the rest is written.

One sign outside of it turns a whole message into UCS-2, which more than doubles its price.
"""

import re
import unicodedata
from functools import lru_cache

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""The signs that take two septets: an escape, then the sign."""

_ALPHABET = BASIC | EXTENSION
_QUOTES_WITH_SPACES = re.compile(r"«\s*|\s*»")
_SPACES = re.compile(r" {2,}")
_WRITTEN = {
    "œ": "oe", "Œ": "OE", "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "″": '"', "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-",
    "—": "-", "―": "-", "−": "-", "•": "-", "·": "-", "▸": "-", "▪": "-", "●": "-", "…": "...", "→": "->", "⇒": "->",
    "←": "<-", "⇐": "<-", "×": "x", "÷": "/", "⁄": "/", "°": "o", "©": "(c)", "®": "(r)", "≤": "<=", "≥": ">=",
    "¢": "c", "±": "+/-", "¦": "|", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ı": "i", "ħ": "h", "Ħ": "H", "ə": "e", "Ə": "E", "ʻ": "'", "ʿ": "'", "ʾ": "'", "،": ",", "؛": ";",
    "。": ".", "、": ",", "\t": " ", "\u2028": "\n", "\u2029": "\n",
}  # fmt: skip
"""The signs that no decomposition brings into the alphabet."""


def fits(text: str) -> bool:
    """Whether a text is GSM-7 as it stands.

    >>> fits("élève à 3 €"), fits("être"), fits("ça")
    (True, False, False)
    """
    return _ALPHABET.issuperset(text)


def septets(text: str) -> int:
    """What a text costs, in septets of 7 bits. ValueError for a text that does not fit.

    >>> septets("3 €")
    4
    """
    if not fits(text):
        raise ValueError("not in the GSM 7-bit alphabet")
    return len(text) + sum(map(text.count, EXTENSION))


@lru_cache(maxsize=4096)
def written(text: str) -> str:
    """A text in the alphabet: accents it lacks are left out, signs are written another way, foreign scripts dropped.

    No question mark comes in that was not there: it is what networks put for a sign they cannot send.

    >>> written("« Où êtes-vous ? » L’hôtel, 3 × 5 €… ça")
    '"Où etes-vous ?" L\\'hotel, 3 x 5 €... ca'
    >>> written("🙂 مرحبا Żółć")
    'Zolc'
    """
    if fits(text):
        return text
    composed = _QUOTES_WITH_SPACES.sub('"', unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", "".join(map(_sign, composed))).strip(" ")


@lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    if sign in _ALPHABET:
        return sign
    if sign in _WRITTEN:
        return _WRITTEN[sign]
    if unicodedata.category(sign) == "Zs":
        return " "
    return "".join(_part(part) for part in unicodedata.normalize("NFKD", sign))


def _part(part: str) -> str:
    """What remains of a part of a sign: itself, another way to write it, or nothing."""
    return part if part in _ALPHABET and part != "?" else _WRITTEN.get(part, "")
