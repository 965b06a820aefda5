"""A short answer to the question on the screen: a bare date, number or word means what was asked."""

from collections.abc import Mapping, Sequence
from datetime import date

from dialogs.understanding.dates import find_dates
from dialogs.understanding.days import DATE_FACTS, PAST_FACTS
from dialogs.understanding.figures import calendars, number
from dialogs.understanding.lexicon import Lexicon
from dialogs.understanding.reading import Value
from dialogs.understanding.words import Word

_OLDEST = 110


def read_answer(
    text: str,
    words: Sequence[Word],
    today: date,
    asked: str | None,
    facts: Mapping[str, Value],
    lexicon: Lexicon,
) -> dict[str, Value]:
    """The fact `asked`, when the message answers it barely; nothing if `facts` have it already."""
    if asked is None or asked in facts:
        return {}
    if asked in DATE_FACTS.values():
        if any(fact in facts for fact in DATE_FACTS.values()):
            return {}
        days = find_dates(text, today, prefer="past" if asked in PAST_FACTS else "future")
        return {asked: days[0].day} if len(days) == 1 else {}
    if asked == "age_at_entry":
        ages = [years for word in words if (years := number(word.text, lexicon.numbers)) is not None]
        return {asked: ages[0]} if len(ages) == 1 and 0 <= ages[0] <= _OLDEST else {}
    if asked == "full_calendars":
        found = calendars(text) or calendars(f"calendrier {text.strip()}")
        return {asked: found} if found else {}
    return {}
