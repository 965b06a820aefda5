"""The words: effects and answers rendered for a channel and a language, with dates as people say them."""

from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, time
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

from babel.core import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from dialogs.answers import Phrase
from dialogs.effects import Did, Effect, Lost, Question, Welcome
from dialogs.facts import UNSAID, Clock, Ticked
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.schema import Source
from dialogs.understanding.reading import Value

TEMPLATES = Path(__file__).parent.parent / "templates"
SCREEN = "screen"
"""The folder of what every window says alike; a channel's own folder holds what it says in its own way."""
SOURCE_LANGUAGE = "fr"
MARKED_UP = frozenset({"telegram"})
"""The channels whose messages are HTML: all that is not the template's own is escaped. The others take plain text."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """The translations of a language, by their French text; empty for French itself."""
    path = TEMPLATES / "locales" / language / "LC_MESSAGES" / "rdv.po"
    if language == SOURCE_LANGUAGE or not path.exists():
        return {}
    with path.open("rb") as file:
        messages: Catalog = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


class Words:
    """All that is said in one language on one channel."""

    def __init__(self, knowledge: Knowledge, language: str, channel: str = "terminal") -> None:
        self.knowledge, self.language, self.channel = knowledge, language, channel
        self._translations = catalogue(language)
        self._said: dict[Hashable, str] = {}

    def effect(self, effect: Effect) -> str:
        """What an effect says. What is the same for everybody, such as a question, is rendered once."""
        match effect:
            case Question(_, asking, again):
                key: Hashable = (id(asking), again)  # it lives as long as the knowledge
            case Did() | Lost() | Welcome():
                key = effect
            case _:
                return self.render(type(effect).__name__.lower(), effect=effect)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self.render(type(effect).__name__.lower(), effect=effect)
        return said

    def render(self, template: str, **values: object) -> str:
        """A template of the channel, filled in, without blank lines at its ends."""
        return self._environment.get_template(f"{template}.j2").render(**values).strip()

    def text(self, text: str, values: Mapping[str, object] | None = None) -> str:
        """A French text of the catalogue in this language, its placeholders filled in."""
        translated = self._translations.get(text, text)
        return translated.format_map(_Said(self, values)) if values and "{" in translated else translated

    def phrase(self, phrase: Phrase) -> str:
        return self.text(phrase.text, phrase.values)

    def value(self, value: object) -> str:
        """A value as people say it: a day with its weekday, an hour without useless zeros, a list with « ou »."""
        if isinstance(value, datetime):
            return f"{_day(value.date(), self.language)}{self.text(' à ')}{_hour(value, self.language)}"
        if isinstance(value, date):
            return _day(value, self.language)
        if isinstance(value, tuple):
            return format_list(value, style="or", locale=self.language)
        return str(value)

    def fact(self, fact: str, value: Value) -> str:
        """A fact's value by its label, or as people say it."""
        kind = self.knowledge.kinds.get(fact)
        if isinstance(value, date):
            return self.value(value)
        if isinstance(kind, Ticked):
            return str(len(str(value).split(",")))
        if isinstance(kind, Clock) and value != UNSAID:
            return _hour(time.fromisoformat(str(value)), self.language)
        return self.text(self.knowledge.label(fact, value))

    def title(self, fact: str) -> str:
        return self.text(self.knowledge.entries[fact].title)

    def intent(self, intent: str) -> str:
        return self.text(self.knowledge.questions.intents[intent])

    def source(self, source: Source) -> str:
        """A document by title, publisher and date."""
        return f"« {source.title} », {self.text(source.publisher)} ({self.text(source.date)})"

    def gettext(self, text: str, /, **values: object) -> str:
        """A text of a template, where it is written `_("… %(name)s", name=…)`."""
        said = self._translations.get(text, text)
        return (escape(said) if self.channel in MARKED_UP else said) % values

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader([TEMPLATES / self.channel, TEMPLATES / SCREEN]),
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=self.channel in MARKED_UP,  # noqa: S701 - the terminal shows text as it is
        )
        marked_up = self.channel in MARKED_UP
        environment.globals |= {
            "words": self,
            "_": self.gettext,
            "bullet": "•" if marked_up else "-",
            "has_buttons": marked_up,
        }
        environment.filters |= {
            "strong": _bold if marked_up else str,
            "weak": _italic if marked_up else str,
            "say": self.phrase,
            "value": self.value,
            "source": self.source,
            "fact_title": self.title,
            "known_title": lambda fact: self.title(fact) if fact in self.knowledge.entries else fact,
        }
        return environment


def _bold(text: str) -> Markup:
    return Markup("<b>{}</b>").format(text)


def _italic(text: str) -> Markup:
    return Markup("<i>{}</i>").format(text)


_spoken: dict[tuple[int, str, str], Words] = {}


def words_for(knowledge: Knowledge, language: str, channel: str = "terminal") -> Words:
    """The words of a language on a channel, made once."""
    key = (id(knowledge), language, channel)
    if key not in _spoken:
        _spoken[key] = Words(knowledge, language, channel)
    return _spoken[key]


def speaks(knowledge: Knowledge) -> Callable[[str, str], Words]:
    """The words by channel and language."""
    return lambda channel, language: words_for(knowledge, language, channel)


class _Said(dict[str, Any]):
    """The values of a text's placeholders, each said only if the text wants it."""

    def __init__(self, words: Words, values: Mapping[str, object] | None) -> None:
        super().__init__(values or {})
        self._words = words

    def __getitem__(self, name: str) -> str:
        return self._words.value(super().__getitem__(name))


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    said = str(format_date(day, "EEEE d MMMM y", locale=_locale(language)))
    return said.replace(" 1 ", " 1er ", 1) if language == "fr" else said


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def _hour(moment: datetime | time, language: str) -> str:
    if language == "fr":
        return f"{moment.hour} h {moment:%M}" if moment.minute else f"{moment.hour} h"
    return f"{moment.hour}:{moment:%M}"
