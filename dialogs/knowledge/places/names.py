"""Names of towns and departments found in a message, each weighed against the words around it.

Many communes bear the name of an ordinary word (Tours, Die, Rives, Us), so a name counts only with evidence:
what stands before it, how well known the town is, how it is spelled.
"""

import re
from dataclasses import dataclass

from dialogs.knowledge.places.cues import Cue, cue_words
from dialogs.knowledge.places.gazetteer import KNOWN_FROM, Gazetteer
from dialogs.knowledge.places.message import SHORT_ANSWER, Message, Stretch
from dialogs.knowledge.places.tables import Commune

_ARRONDISSEMENTS = {"paris": 20, "lyon": 9, "marseille": 16}
_ARRONDISSEMENT = re.compile(
    r"[\s,(]{0,3}(?:dans le )?(\d{1,2})\s?(?:er|e|è|ème|eme|ième|ieme|st|nd|rd|th)?\b(?:\s+arr\w*)?\)?",
    re.IGNORECASE,
)
_CONTRACTED = {"au": "le", "du": "le", "aux": "les", "des": "les"}


@dataclass(frozen=True, slots=True)
class Name:
    """A stretch of the text read as a department, or as towns of that name, the most populous first.

    With neither, it is a name that tells no place of residence (« rue de Lyon »), and is read as nothing else.
    `living` tells that the person says they live there, or names its préfecture.
    """

    span: tuple[int, int]
    department: str | None = None
    towns: tuple[Commune, ...] = ()
    sure: bool = True
    living: bool = False


def find_names(message: Message, names: Gazetteer) -> list[Name]:
    """The names of the message: exact ones, the longest first, then those with a typo in what is left."""
    taken = [False] * len(message.words)
    found: list[Name] = []
    for reading in (_exact, _with_typo):
        for stretch in message.stretches(taken):
            name = reading(stretch, names)
            if name is not None:
                taken[stretch.first : stretch.last] = [True] * (stretch.last - stretch.first)
                found.append(name)
    return sorted((name for name in found if name.department or name.towns), key=lambda name: name.span)


def _exact(stretch: Stretch, names: Gazetteer) -> Name | None:
    key = stretch.key
    if key in names.aliases.elsewhere:
        return Name(stretch.span)
    article, _, bare = key.partition(" ")
    if article in cue_words("article") and bare in names.departments and key not in names.departments:
        return None  # « la Creuse » is the department, not the hamlet of that name
    if key not in names.departments and not names.is_name(key):
        key = f"{_CONTRACTED.get(stretch.previous, '')} {key}"  # « au Havre »
        if key not in names.known:
            return None
    if stretch.cue is Cue.REFUSED:
        return Name(stretch.span)
    towns = tuple(names.towns(key))
    if key in names.departments:
        return _department(stretch, names, key, towns)
    counts = _ordinary_counts if key in names.ordinary else _proper_counts
    if counts(stretch, key in names.known) or _numbered(stretch, towns):
        return _town(stretch, key, towns)
    if stretch.alone and key in names.known and key in names.ordinary:
        return _town(stretch, key, towns, sure=False)
    return None


def _proper_counts(stretch: Stretch, known: bool) -> bool:
    """Whether a name that is no ordinary word is a town here."""
    letters = len(stretch.key)
    if stretch.message.short_answer:
        return True
    if stretch.cue >= Cue.AT:
        return letters > 1 and stretch.key not in cue_words("at")
    return letters >= (3 if known else 4) and (known or stretch.cue is Cue.OF or stretch.alone)


def _ordinary_counts(stretch: Stretch, known: bool) -> bool:
    """Whether « Tours », « rives », « bonne » are a town here."""
    cue, short = stretch.cue, len(stretch.message.words) <= SHORT_ANSWER + 1
    if stretch.message.expected and stretch.alone:
        return True
    if stretch.capital and known:
        return cue >= Cue.OF or stretch.before.endswith((",", ":"))
    if stretch.capital:
        return cue >= Cue.AT
    if stretch.previous in cue_words("article"):
        return False  # « je suis à la rue »: no town takes an article outside its name
    if cue is Cue.LIVING:
        return known or short
    # « a » without its accent is too often the verb, or the English article.
    return known and cue is Cue.AT and stretch.previous != "a"


def _numbered(stretch: Stretch, towns: tuple[Commune, ...]) -> bool:
    """« Vif (38) », « 74000 Annecy »: the number beside the name is of the same department."""
    number = stretch.number
    return bool(number) and any(number == town.department or number in town.postcodes.split() for town in towns)


def _department(stretch: Stretch, names: Gazetteer, key: str, towns: tuple[Commune, ...]) -> Name | None:
    """A department, or the town of the same name: « la Vienne » and « à Vienne »."""
    code = names.departments[key]
    article = stretch.previous in ("le", "la", "les", "l", "du", "des")
    earlier = stretch.message.words[stretch.first - 2].folded if stretch.first > 1 else ""
    within = article and (earlier == "dans" or stretch.cue is Cue.LIVING)
    if towns and (towns[0].department == code or not article):
        populous = towns[0].population >= KNOWN_FROM or (stretch.cue >= Cue.AT and towns[0].population >= 1000)
        if towns[0].department == code or (populous and stretch.number != code):
            return _town(stretch, key, towns)
    certain = within or stretch.alone or stretch.message.short_answer or stretch.number == code
    if not certain and key in names.ordinary:
        return None
    return Name(stretch.span, code, living=stretch.cue is Cue.LIVING)


def _town(stretch: Stretch, key: str, towns: tuple[Commune, ...], *, sure: bool = True) -> Name:
    start, end = stretch.span
    part = _ARRONDISSEMENT.match(stretch.message.text, end) if key in _ARRONDISSEMENTS else None
    if part and 1 <= int(part.group(1)) <= _ARRONDISSEMENTS[key]:
        end = part.end()
    return Name((start, end), None, towns, sure, stretch.cue is Cue.LIVING)


def _with_typo(stretch: Stretch, names: Gazetteer) -> Name | None:
    """The stretch as a misspelled name: the stronger the cue, the more names and typos are considered."""
    words, key = stretch.words, stretch.key
    if not _may_be_misspelled(words, names) or stretch.cue is Cue.REFUSED:
        return None
    code = names.department_close(key)
    if code is not None:
        return Name(stretch.span, code, living=stretch.cue is Cue.LIVING)
    living = stretch.cue is Cue.LIVING or stretch.message.short_answer or stretch.alone
    edits = _edits(words, stretch.cue, living)
    near = names.close(key, edits, known=True) if edits else None
    small_too = living if len(words) > 1 else living or (stretch.cue is Cue.AT and len(key) >= 7)
    if near is None and small_too and edits:
        near = names.close(key, edits, known=False)
    if near is None or near in names.ordinary or (len(words) > 1 and " " not in near and not living):
        return None
    return _town(stretch, near, tuple(names.towns(near)))


def _may_be_misspelled(words: list[str], names: Gazetteer) -> bool:
    linking = cue_words("of") | cue_words("at")
    if len(words) > 5 or not 5 <= len(" ".join(words)) <= 40 or any(word.isdigit() for word in words):
        return False
    if words[0] in linking | cue_words("living") or words[-1] in linking | cue_words("between"):
        return False
    small = linking | cue_words("between") | cue_words("courtesy") | cue_words("living")
    return not all(word in names.ordinary or word in small for word in words)


def _edits(words: list[str], cue: Cue, living: bool) -> int:
    """How many typos a name of that length may have; an article says nothing of the name."""
    counted = words[1:] if len(words) > 1 and words[0] in cue_words("article") else words
    length = len(" ".join(counted))
    if living:
        return 2 if length >= 8 else 1
    if cue >= Cue.OF:
        return 2 if length >= 9 else 1
    if len(words) > 1:
        return 2 if length >= 13 else 1 if length >= 9 else 0
    return 1
