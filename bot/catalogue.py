"""The gettext catalogues: what is to be translated, gathered from the knowledge and the templates.

`python -m bot.catalogue` brings every catalogue up to date: new texts come in untranslated, texts no longer said
go out, translations stay.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from bot.graph.texts import TEXTS
from bot.words import SOURCE_LANGUAGE, TEMPLATES
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.knowledge.texts import Text, all_texts
from dialogs.machine import LANGUAGES


def spoken(knowledge: Knowledge, templates: Path = TEMPLATES) -> Iterator[Text]:
    """All texts a person may read, those of the knowledge first; a text met twice comes twice."""
    yield from all_texts(knowledge)
    yield Text(" à ", "bot/words.py", 1)
    yield from (Text(text, "bot/graph/texts.py", 1) for text in TEXTS)
    yield from of_templates(templates)


def of_templates(templates: Path = TEMPLATES, channel: str = "*") -> Iterator[Text]:
    """What the templates say themselves, those of one channel or all."""
    for path in sorted(templates.glob(f"{channel}/*.j2")):
        with path.open("rb") as file:
            for line, message, _, _ in extract("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
                name = str(path.relative_to(templates))
                yield from (
                    Text(text, name, line) for text in ([message] if isinstance(message, str) else message) if text
                )


def catalogue_path(language: str, templates: Path = TEMPLATES) -> Path:
    return templates / "locales" / language / "LC_MESSAGES" / "rdv.po"


def update(knowledge: Knowledge, language: str, templates: Path = TEMPLATES) -> int:
    """Rewrites a catalogue in the order of the texts; returns how many are still to be translated."""
    path = catalogue_path(language, templates)
    known = {}
    if path.exists():
        with path.open("rb") as file:
            known = {message.id: message.string for message in read_po(file, locale=language) if message.id}
    catalogue = Catalog(locale=language, project="rdv-sejour", charset="utf-8", fuzzy=False)
    for text in spoken(knowledge, templates):
        catalogue.add(text.text, known.get(text.text, ""), locations=[(text.file, None)])  # type: ignore[list-item]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, omit_header=False, include_lineno=False)
    return sum(1 for message in catalogue if message.id and not message.string)


if __name__ == "__main__":
    for each in LANGUAGES:
        if each != SOURCE_LANGUAGE:
            print(f"{each}: {update(load_knowledge(), each)} texts to translate")
