"""What words mean: the lexicons of `dialogs/knowledge/lexicons`, loaded once.

`meanings.yaml` says what wins over what; `fr.yaml` and `en.yaml` give the phrases of each language, `ordinary.txt` the
words not to be mistaken for theirs. All languages are read together, because people mix them (« my récépissé expires »).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from dialogs.understanding.phrases import Phrases
from dialogs.understanding.words import plain, split

LANGUAGES = ("fr", "en")
# Every scalar a string: « on », « no » and « oui » are words here, and it is the fastest of the loaders.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a message can say: a fact's value, an intent, or a cue that only helps to read the rest.

    `beats` are meanings dropped wherever they are in the same message, `hides` those dropped where they
    overlap; the other marks are explained at the head of meanings.yaml. `exact` meanings are never understood through a typing mistake nor guessed.
    """

    kind: str
    name: str
    value: str
    beats: frozenset[str] = frozenset()
    hides: frozenset[str] = frozenset()
    deniable: bool = False
    alone: bool = False
    pending: bool = False
    exact: bool = False

    @property
    def key(self) -> str:
        """`permit=student`, `intent=scam`, `cue=expires`, or `?permit=none` for what only answers a question."""
        return f"?{self.name}={self.value}" if self.kind == "answer" else f"{self.name}={self.value}"


@dataclass(frozen=True)
class Lexicon:
    """Every meaning, the phrases that say it, and the small words of each language."""

    meanings: Mapping[str, Meaning]
    phrases: Phrases
    shorthand: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]]
    telltale: Mapping[str, frozenset[str]]
    examples: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    polite: frozenset[str]

    def values(self, fact: str) -> tuple[str, ...]:
        """The values of a fact, or the intents, that phrases can give."""
        return tuple(
            sorted({each.value for each in self.meanings.values() if each.name == fact and each.kind != "cue"})
        )


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon of the package. Raises ValueError naming the phrase when one cannot be read."""
    folder = files("dialogs.knowledge") / "lexicons"
    relations = _read(folder / "meanings.yaml")
    languages = {name: _read(folder / f"{name}.yaml") for name in LANGUAGES}
    return build(relations, languages, _ordinary((folder / "ordinary.txt").read_text("utf-8")))


def _read(path: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506
    return loaded


def _ordinary(text: str) -> list[str]:
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def build(
    relations: Mapping[str, Any], languages: Mapping[str, Mapping[str, Any]], ordinary: Iterable[str] = ()
) -> Lexicon:
    """A lexicon from the contents of its files; `ordinary` words are never corrected."""
    groups: dict[str, list[str]] = {}
    for language in languages.values():
        for name, texts in language.get("groups", {}).items():
            groups.setdefault(name, []).extend(map(str, texts))
    light = [str(word) for language in languages.values() for word in language.get("light", ())]
    polite = [str(word) for language in languages.values() for word in language.get("polite", ())]
    phrases = Phrases(groups, light, polite)
    meanings: dict[str, Meaning] = {}
    for language in languages.values():
        for kind, name, value, texts in _entries(language):
            meaning = _meaning(kind, name, value, relations)
            meanings[meaning.key] = meaning
            for text in texts:
                phrases.add(meaning.key, str(text), exact=meaning.exact)
    phrases.know(ordinary)
    return Lexicon(
        meanings,
        phrases,
        {name: _shorthand(language) for name, language in languages.items()},
        {name: frozenset(map(plain, language["telltale"])) for name, language in languages.items()},
        _examples(languages),
        {plain(word): int(number) for language in languages.values() for word, number in language["numbers"].items()},
        frozenset(map(plain, polite)),
    )


def _entries(language: Mapping[str, Any]) -> Iterator[tuple[str, str, str, list[str]]]:
    for kind in ("facts", "answers"):
        for name, values in language.get(kind, {}).items():
            for value, texts in values.items():
                yield kind.removesuffix("s"), name, str(value), texts
    for kind in ("intents", "cues"):
        for value, texts in language.get(kind, {}).items():
            yield kind.removesuffix("s"), kind.removesuffix("s"), str(value), texts


def _meaning(kind: str, name: str, value: str, relations: Mapping[str, Any]) -> Meaning:
    plain_meaning = Meaning(kind, name, value)
    relation = relations["relations"].get(plain_meaning.key, {})
    return Meaning(
        kind,
        name,
        value,
        frozenset(relation.get("beats", ())),
        frozenset(relation.get("hides", ())),
        relation.get("deniable") == "true",
        relation.get("alone") == "true",
        relation.get("pending") == "true",
        relation.get("exact") == "true",
    )


def _shorthand(language: Mapping[str, Any]) -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for written, meant in language.get("shorthand", {}).items():
        key = tuple(word.text for word in split(str(written)))
        table[key] = tuple(word.text for word in split(str(meant)))
    return table


def _examples(languages: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    examples: dict[str, list[str]] = {}
    for language in languages.values():
        for key, texts in language.get("examples", {}).items():
            examples.setdefault(key, []).extend(map(str, texts))
    return {key: tuple(texts) for key, texts in examples.items()}
