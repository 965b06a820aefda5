"""Reading a message: its language, the facts it states, what it asks for, and what it may have meant."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from dialogs.knowledge.library import load_knowledge
from dialogs.understanding.answers import read_answer, read_option
from dialogs.understanding.context import settle
from dialogs.understanding.dates import find_dates
from dialogs.understanding.days import DATE_FACTS, bound_dates
from dialogs.understanding.figures import age_among, calendars, foreigner_number
from dialogs.understanding.hours import find_hours
from dialogs.understanding.lexicon import Lexicon, load_lexicon
from dialogs.understanding.likeness import SentenceModel, installed_model
from dialogs.understanding.options import Options, load_options
from dialogs.understanding.phrases import Found
from dialogs.understanding.places import Place, Places, load_places
from dialogs.understanding.reading import SOCIAL, Guess, Reading, Social, Value
from dialogs.understanding.terms import load_terms
from dialogs.understanding.tongue import language_of
from dialogs.understanding.whereabouts import home
from dialogs.understanding.words import Word, split

_LONGEST = 2000
_SAYING_YEARS = ("permit", "ground")
_NO_HINT = ("none", "other", "usual")
_MOST_GUESSES = 3
_NUMBERS_ONLY = re.compile(r"[\W\d_]*")
_PLACE_FACTS = ("prefecture", "commune", "district")
_Settled = dict[str, list[tuple[str, Found]]]


class Reader:
    """Reads free text in French and English. Without a `model`, only what the lexicon knows is understood.

    `districts` gives the département of each district, for the départements where the town decides the answer.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        places: Places,
        model: SentenceModel | None = None,
        options: Options | None = None,
        districts: Mapping[str, str] | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._districts = districts or {}
        self._places = places
        self._options = options or load_options(frozenset(lexicon.polite))
        self._model = model
        self._terms = load_terms()

    def read(self, text: str, today: date, *, asked: str | None = None, language: str | None = None) -> Reading:
        """What `text` says. `asked` is the fact whose question the person is answering, `language` the
        conversation's if known. Only the first 2,000 characters are read.
        """
        text = text[:_LONGEST]
        tongue = language_of(text, split(text), self._lexicon.telltale, language, self._lexicon.unspoken)
        pressed = self._options.labelled(asked, text)
        if asked is not None and pressed is not None:
            return Reading(tongue, None, {asked: pressed})
        term = self._terms.asked(text)
        if term is not None:
            return Reading(tongue, term=term)
        words = self._words(text, tongue)
        places = self._places.find(text, expected=asked in _PLACE_FACTS)
        found = self._lexicon.phrases.find(words, _within(words, places))
        settled = settle(found, words, self._lexicon, asked)
        facts = self._facts(text, words, settled, today, asked)
        if asked in (None, *_PLACE_FACTS) or not _NUMBERS_ONLY.fullmatch(text):
            facts = {**self._home(text, words, places, settled, asked), **facts}
        intent = self._intent(settled, facts, asks="?" in text)
        guesses: tuple[Guess, ...] = ()
        social = _social(settled) if intent is None and not facts else None
        if (
            self._model is not None
            and social in (None, "upset")
            and not (facts and self._explained(text, words, found, places, today))
        ):
            intent, facts, guesses = self._model.complete(text, intent, facts, asked)
        elif intent is None and not facts and social is None:
            guesses = self._hints(found)
        if social == "upset" and (intent is not None or facts or guesses):
            social = None  # what they want comes before how they feel
        hour = _hour(text) if "appointment_on" in facts else None
        return Reading(tongue, intent, facts, guesses, social, hour=hour)

    def _words(self, text: str, tongue: str) -> list[Word]:
        shorthand = self._lexicon.shorthand
        return split(text, shorthand.get(tongue, shorthand["fr"]))

    def _facts(
        self, text: str, words: list[Word], settled: _Settled, today: date, asked: str | None
    ) -> dict[str, Value]:
        facts: dict[str, Value] = {
            name: found[0][0] for name, found in settled.items() if name not in ("intent", "cue", "age")
        }
        taken = {word for name in _SAYING_YEARS for _, each in settled.get(name, ()) for word in each.words}
        full = [each for value, each in settled.get("intent", ()) if value == "calendar_full"]
        dated = bound_dates(text, words, settled.get("cue", ()), today, taken, full)
        facts.update((name, day) for name, (day, _) in dated.items())
        age = self._age(words, settled)
        if age is not None:
            facts["age_at_entry"] = age
        found = calendars(text)
        if found is not None and _about_calendars(settled, asked):
            facts["full_calendars"] = found
        printed = foreigner_number(text, expected=_about_the_number(settled, asked))
        if printed is not None:
            facts["agdref"] = printed
        if full and asked in DATE_FACTS.values():
            return facts
        facts |= read_answer(text, words, today, asked, facts, self._lexicon)
        if asked in facts or settled.get("intent"):
            return facts
        unsaid = any(value == "unsaid" for value, _ in settled.get("cue", ()))
        return {**facts, **read_option(text, words, asked, self._options, unsaid=unsaid)}

    def _home(
        self, text: str, words: list[Word], places: tuple[Place, ...], settled: _Settled, asked: str | None
    ) -> dict[str, str]:
        left_behind = self._lexicon.small["left_behind"]
        found = home(places, words, settled, left_behind, self._districts, sure=asked in _PLACE_FACTS)
        if asked == "commune" and "commune" not in found:
            for code in sorted(set(self._districts.values())):
                town = self._places.commune(text.strip(), code)
                if town is not None:
                    return {"prefecture": code, "commune": town}
        return found

    def _intent(self, settled: _Settled, facts: Mapping[str, Value], *, asks: bool) -> str | None:
        """The likeliest intent; one that counts only `alone` gives way to the facts the message states."""
        for value, _ in settled.get("intent", ()):
            if facts and self._lexicon.meanings[f"intent={value}"].alone:
                continue
            asks = asks or any(cue == "question" for cue, _ in settled.get("cue", ()))
            if value == "agdref" and "agdref" in facts and not asks:
                continue
            return value
        return None

    def _explained(
        self, text: str, words: list[Word], found: Sequence[Found], places: tuple[Place, ...], today: date
    ) -> bool:
        """Whether what the lexicon found accounts for most of the words that count."""
        small = {*self._lexicon.light, *self._lexicon.polite}
        spans = [place.span for place in places] + [day.span for day in find_dates(text, today)]
        known = {place for each in found for place in each.words if each.meaning in self._lexicon.meanings}
        known |= {place for place, word in enumerate(words) if any(a <= word.span[0] < b for a, b in spans)}
        counting = {place for place, word in enumerate(words) if word.text not in small}
        return len(counting - known) * 2 <= len(counting)

    def _hints(self, found: Sequence[Found]) -> tuple[Guess, ...]:
        """What the short answers said by the message would mean, had they been asked for."""
        hints = [self._lexicon.meanings[each.meaning] for each in found]
        guesses = [Guess(hint.name, hint.value) for hint in hints if hint.kind == "answer"]
        return tuple(dict.fromkeys(each for each in guesses if each.value not in _NO_HINT))[:_MOST_GUESSES]

    def _age(self, words: list[Word], settled: _Settled) -> int | None:
        for value, found in settled.get("cue", ()):
            if value == "age_at_entry":
                return age_among(words, sorted(found.words), self._lexicon.numbers)
        return None


def _within(words: list[Word], places: tuple[Place, ...]) -> frozenset[int]:
    """The words that are part of a place's name."""
    return frozenset(
        number
        for number, word in enumerate(words)
        if any(place.span[0] <= word.span[0] and word.span[1] <= place.span[1] for place in places)
    )


def _social(settled: _Settled) -> Social | None:
    said = {value for value, _ in settled.get("cue", ())}
    return next((social for social in SOCIAL if social in said), None)


def _hour(text: str) -> str | None:
    """The one hour that a message tells beside a day."""
    hours = {found.hour for found in find_hours(text)}
    return hours.pop() if len(hours) == 1 else None


def _about_the_number(settled: _Settled, asked: str | None) -> bool:
    return asked == "agdref" or any(value == "agdref" for value, _ in settled.get("intent", ()))


def _about_calendars(settled: Mapping[str, list[tuple[str, Found]]], asked: str | None) -> bool:
    intents = {value for value, _ in settled.get("intent", ())}
    named = not intents and any(value == "calendar" for value, _ in settled.get("cue", ()))
    return named or "calendar_full" in intents or asked == "full_calendars"


@lru_cache(maxsize=2)
def load_reader(*, model: bool = True) -> Reader:
    """The reader of the package; the sentence model, if wanted and installed, is loaded when first needed."""
    lexicon = load_lexicon()
    shelves = load_knowledge().prefectures
    districts = {district: code for code, shelf in shelves.items() for district in shelf.districts}
    return Reader(lexicon, load_places(), installed_model() if model else None, districts=districts)
