"""What words mean: the lexicons of `dialogs/knowledge/lexicons`, loaded once.

`meanings.yaml` says what wins over what; `fr.yaml` and `en.yaml` give the phrases of each language, `ordinary.txt`
the words not to be mistaken for theirs, `unspoken.yaml` those that tell a language the assistant does not speak. All
languages are read together, because people mix them (« my récépissé expires »).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from dialogs.understanding.phrases import Phrases
from dialogs.understanding.words import plain, split

LANGUAGES = ("fr", "en")
SMALL = ("negators", "after_a_negator_nothing_is_denied", "unable", "new_start", "oneself", "left_behind", "towards")
# Every scalar a string: « on », « no » and « oui » are words here, and it is the fastest of the loaders.
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a message can say: a fact's value, an intent, or a cue that only helps to read the rest.

    `beats` are meanings dropped wherever they are in the same message, `hides` those dropped where they
    overlap; the other marks are explained at the head of meanings.yaml.
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
    written: Sequence[tuple[str, str]]
    groups: Mapping[str, Sequence[str]]
    light: Sequence[str]
    polite: Sequence[str]
    ordinary: Sequence[str]
    small: Mapping[str, frozenset[str]]
    shorthand: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]]
    telltale: Mapping[str, frozenset[str]]
    examples: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    unspoken: Mapping[str, frozenset[str]]

    @cached_property
    def phrases(self) -> Phrases:
        """The phrases compiled, on first use: it takes a tenth of a second.

        Raises ValueError naming the phrase when one cannot be read.
        """
        phrases = Phrases(self.groups, self.light, self.polite, self.small["negators"])
        for key, text in self.written:
            phrases.add(key, text, exact=self.meanings[key].exact)
        phrases.know(self.ordinary)
        return phrases

    def values(self, name: str) -> frozenset[str]:
        """The values of a fact (or, for `intent`, the intents) that phrases can give."""
        return frozenset(each.value for each in self.meanings.values() if each.name == name and each.kind != "cue")


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon of the package."""
    folder = files("dialogs.knowledge") / "lexicons"
    relations = _read(folder / "meanings.yaml")
    languages = {name: _read(folder / f"{name}.yaml") for name in LANGUAGES}
    ordinary = _ordinary((folder / "ordinary.txt").read_text("utf-8"))
    return build(relations, languages, ordinary, _read(folder / "unspoken.yaml"))


def _read(path: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506
    return loaded


def _ordinary(text: str) -> list[str]:
    return [word for line in text.splitlines() if not line.startswith("#") for word in line.split()]


def build(
    relations: Mapping[str, Any],
    languages: Mapping[str, Mapping[str, Any]],
    ordinary: Sequence[str] = (),
    unspoken: Mapping[str, Sequence[str]] | None = None,
) -> Lexicon:
    """A lexicon from the contents of its files; `ordinary` words are never corrected."""
    groups: dict[str, list[str]] = {}
    meanings: dict[str, Meaning] = {}
    written: list[tuple[str, str]] = []
    for language in languages.values():
        for name, texts in language["groups"].items():
            groups.setdefault(name, []).extend(texts)
        for kind, name, value, texts in _entries(language):
            meaning = _meaning(kind, name, value, relations)
            meanings[meaning.key] = meaning
            written += ((meaning.key, text) for text in texts)
    return Lexicon(
        meanings,
        written,
        groups,
        [word for language in languages.values() for word in language["light"]],
        [word for language in languages.values() for word in language["polite"]],
        ordinary,
        {name: frozenset().union(*(each["small"][name] for each in languages.values())) for name in SMALL},
        {name: _shorthand(language) for name, language in languages.items()},
        {name: frozenset(map(plain, language["telltale"])) for name, language in languages.items()},
        _examples(languages),
        {plain(word): int(number) for language in languages.values() for word, number in language["numbers"].items()},
        {name: frozenset(texts) for name, texts in (unspoken or {}).items()},
    )


def _entries(language: Mapping[str, Any]) -> Iterator[tuple[str, str, str, list[str]]]:
    for kind in ("facts", "answers"):
        for name, values in language.get(kind, {}).items():
            for value, texts in values.items():
                yield kind.removesuffix("s"), name, value, texts
    for kind in ("intents", "cues"):
        for value, texts in language.get(kind, {}).items():
            yield kind.removesuffix("s"), kind.removesuffix("s"), value, texts


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
        key = tuple(word.text for word in split(written))
        table[key] = tuple(word.text for word in split(meant))
    return table


def _examples(languages: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    examples: dict[str, list[str]] = {}
    for language in languages.values():
        for key, texts in language.get("examples", {}).items():
            examples.setdefault(key, []).extend(texts)
    return {key: tuple(texts) for key, texts in examples.items()}
