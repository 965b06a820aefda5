"""Dates tied to what they are the date of: the end of a permit, an entry, a filing, an appointment.

A date belongs to the nearest cue in its sentence, sooner before it than after (« ma carte expire le 13 avril »).
The date until which nothing is free is the date of none of these.
"""

from collections.abc import Collection, Sequence
from datetime import date

from dialogs.understanding.dates import FoundDate, find_dates
from dialogs.understanding.phrases import Found
from dialogs.understanding.words import Word

DATE_FACTS = {
    "expires": "expires_on",
    "expired": "expires_on",
    "entered": "entered_on",
    "filed": "filed_on",
    "appointment": "appointment_on",
}
_NO_FACT = frozenset({"other_date", "available"})
_PAST = frozenset({"expired", "entered", "filed"})
PAST_FACTS = frozenset({"entered_on", "filed_on"})
_REACH = 12.0
_AFTER, _CLAUSE, _SENTENCE = 2.5, 1.5, 5.0
_Cues = Sequence[tuple[str, Found]]


def bound_dates(
    text: str,
    words: Sequence[Word],
    cues: _Cues,
    today: date,
    taken: Collection[int] = (),
    full: Sequence[Found] = (),
) -> dict[str, tuple[date, tuple[int, int]]]:
    """Each date fact of the message, with where its date stood. Dates tied to nothing known are left out,
    and so are those made only of words `taken` for something else (« carte de 10 ans », « dans les 2 mois »).
    `full` are the words that say that no appointment is to be had.

    A permit that ended « il y a 8 mois » has no date: the day would be a guess, and a few days decide (F39).
    """
    ahead = [found for found in find_dates(text, today) if not _within(found, words) <= set(taken)]
    if not ahead:
        return {}
    behind = {found.span: found for found in find_dates(text, today, prefer="past")}
    cues = _told_until(cues, words, full, {place for found in ahead for place in _within(found, words)})
    facts: dict[str, tuple[date, tuple[int, int]]] = {}
    nearest: dict[str, float] = {}
    for found in ahead:
        cue, distance = _cue_of(found, words, cues, full)
        fact = DATE_FACTS.get(cue or "")
        if cue is None or fact is None or distance >= nearest.get(fact, _REACH):
            continue
        if found.rough and fact == "expires_on":
            continue
        day = behind.get(found.span, found).day if cue in _PAST else found.day
        if cue == "appointment" and day < today:
            continue
        nearest[fact] = distance
        facts[fact] = (day, found.span)
    return facts


def _told_until(
    cues: _Cues, words: Sequence[Word], full: Sequence[Found], dated: Collection[int]
) -> list[tuple[str, Found]]:
    """« Jusqu'au » is said of a permit, unless its clause speaks of appointments to be had, and of no end.

    The « fin » of « fin janvier », among the words of a date, tells of no end either.
    """
    said = [(name, words[cue.first].clause) for name, cue in cues if not cue.words <= set(dated)]
    said += [("available", words[each.last].clause) for each in full]
    told = []
    for name, cue in cues:
        if name == "until" or (name == "expires" and cue.words <= set(dated)):
            here = {other for other, clause in said if clause == words[cue.first].clause}
            name = "available" if "available" in here and not here & {"expires", "expired"} else "expires"
        told.append((name, cue))
    return told


def _within(found: FoundDate, words: Sequence[Word]) -> set[int]:
    first, last = found.span
    return {place for place, word in enumerate(words) if word.span[1] > first and word.span[0] < last}


def _cue_of(found: FoundDate, words: Sequence[Word], cues: _Cues, full: Sequence[Found]) -> tuple[str | None, float]:
    inside = _within(found, words)
    if not inside:
        return None, _REACH
    first, last = min(inside), max(inside)
    best: tuple[str | None, float] = (None, _REACH)
    for name, cue in cues:
        if name not in DATE_FACTS and name not in _NO_FACT:
            continue
        if cue.last < first:
            distance, place = float(first - cue.last), cue.last
        elif cue.first > last:
            distance, place = cue.first - last + _AFTER, cue.first
        else:
            distance, place = 0.5, first
        distance += _CLAUSE * abs(words[place].clause - words[first].clause)
        sentences = words[place].sentence - words[first].sentence
        distance += _SENTENCE * (2 * sentences if sentences > 0 else -sentences)
        distance -= 0.1 * len(cue.words) + (0.05 if name in _PAST else 0.0)  # « périmée » says more than « périm- »
        if distance < best[1]:
            # « pas de rdv avant mars »: that appointment does not exist
            nowhere = name == "appointment" and any(
                cue.words & each.words and not each.first < first <= each.last for each in full
            )
            best = ("available" if nowhere else name, distance)
    return best
