"""Which language a message is in: by its script, or by the small words of each language the lexicons know."""

from collections.abc import Mapping, Sequence

from dialogs.understanding.words import Word

# Scripts written by one language (or one so common here that the guess is safe); Latin is told by words.
_SCRIPTS = (
    ("\u0600", "\u06ff", "ar"),
    ("\u0400", "\u04ff", "ru"),
    ("\u0980", "\u09ff", "bn"),
    ("\u0b80", "\u0bff", "ta"),
    ("\u10a0", "\u10ff", "ka"),
    ("\u0530", "\u058f", "hy"),
    ("\u1200", "\u137f", "am"),
    ("\u3040", "\u30ff", "ja"),
    ("\uac00", "\ud7af", "ko"),
    ("\u4e00", "\u9fff", "zh"),
)
_SURE = 2


def language_of(
    text: str,
    words: Sequence[Word],
    telltale: Mapping[str, frozenset[str]],
    otherwise: str | None,
    unspoken: Mapping[str, frozenset[str]] | None = None,
) -> str:
    """The language of a message as an ISO 639 code; `otherwise` (or French) where nothing tells.

    `telltale` words are of the languages the assistant speaks, `unspoken` those of others: two of them tell
    (« quiero renovar »), or one alone in the message (« hola »), where they outnumber the telltale words.

    >>> language_of("ما هي الوثائق", [], {}, None)
    'ar'
    """
    script = _script(text)
    if script is not None:
        return script
    said = [word.text for word in words if not word.text[0].isdigit()]
    ours = {name: sum(word in small for word in said) for name, small in telltale.items()}
    best = max(ours.values(), default=0)
    theirs = {name: sum(word in small for word in said) for name, small in (unspoken or {}).items()}
    name, sure = max(theirs.items(), key=lambda each: each[1], default=("", 0))
    if sure > best and (sure >= _SURE or sure == len(said)):
        return name
    leaders = [name for name, score in ours.items() if score == best]
    if best and len(leaders) == 1:
        return leaders[0]
    return otherwise or "fr"


def _script(text: str) -> str | None:
    letters = [letter for letter in text if letter.isalpha()]
    for low, high, language in _SCRIPTS:
        if sum(low <= letter <= high for letter in letters) * 2 > len(letters):
            return language
    return None
