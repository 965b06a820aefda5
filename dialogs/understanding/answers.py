"""A short answer to the question on the screen: a bare date, number or word means what was asked."""

from collections.abc import Mapping, Sequence
from datetime import date

from dialogs.understanding.dates import find_dates
from dialogs.understanding.days import DATE_FACTS, PAST_FACTS
from dialogs.understanding.figures import calendars, number
from dialogs.understanding.hours import read_hour
from dialogs.understanding.lexicon import Lexicon
from dialogs.understanding.options import UNSAID, Options
from dialogs.understanding.reading import Value
from dialogs.understanding.words import Word

_OLDEST = 110
_LONGEST_UNSAID = 12
"""Words in « je ne sais pas »: whoever says more says something else too."""


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
        said = [each.day for each in days if not (each.rough and asked == "expires_on")]
        return {asked: said[0]} if len(said) == 1 else {}
    if asked == "appointment_at":
        hour = read_hour(text)
        return {asked: hour} if hour else {}
    if asked == "age_at_entry":
        ages = [years for word in words if (years := number(word.text, lexicon.numbers)) is not None]
        return {asked: ages[0]} if len(ages) == 1 and 0 <= ages[0] <= _OLDEST else {}
    if asked == "full_calendars":
        found = calendars(text) or calendars(f"calendrier {text.strip()}")
        return {asked: found} if found else {}
    return {}


def read_option(
    text: str, words: Sequence[Word], asked: str | None, options: Options, *, unsaid: bool
) -> dict[str, Value]:
    """The option chosen in a message that says nothing else of the fact `asked`; `unsaid`: it tells that the person
    does not know, or would rather not say.
    """
    if asked is None:
        return {}
    if unsaid and len(words) <= _LONGEST_UNSAID and "?" not in text and options.can_be_unsaid(asked):
        return {asked: UNSAID}
    value = options.part_of(asked, text)
    return {asked: value} if value is not None else {}
