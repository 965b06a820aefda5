"""All texts of the knowledge that a person may read, with the file and line they stand on, for the catalogues."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.schema import Part, Source, Timing
from dialogs.knowledge.shelves import Asking, Shelf


@dataclass(frozen=True, slots=True)
class Text:
    """A French text and where it is written."""

    text: str
    file: str
    line: int


def all_texts(knowledge: Knowledge) -> Iterator[Text]:
    """Every text once per place it is written."""
    for entry in knowledge.questions.facts:
        shown = [entry.title, *entry.labels.values(), *_asking_texts(entry.ask)]
        yield from (Text(text, "questions.yaml", entry.line) for text in shown)
    for label in knowledge.questions.intents.values():
        yield Text(label, "questions.yaml", knowledge.questions.line)
    for assumption in knowledge.questions.assume:
        yield Text(assumption.why, "questions.yaml", assumption.line)
    for checklist in knowledge.documents.checklists:
        for text in (checklist.title, *checklist.items, *checklist.notes):
            yield Text(text, "documents.yaml", checklist.line)
    yield from _sources(knowledge.documents.sources.values(), "documents.yaml")
    for term in knowledge.glossary.terms.values():
        yield Text(term.text, "glossary.yaml", term.line)
    if knowledge.national.clamped:
        yield Text(knowledge.national.clamped, "national.yaml", knowledge.national.line)
    yield from _shelf(knowledge.national, "national.yaml")
    for text in knowledge.national.notice_ends.values():
        yield Text(text, "national.yaml", knowledge.national.line)
    for code, shelf in knowledge.prefectures.items():
        file = knowledge.file_of[code]
        for asks in shelf.asks.values():
            for asking in asks:
                yield from (Text(text, file, asking.line) for text in _asking_texts((asking,)))
        yield from _shelf(shelf, file)


def _asking_texts(asks: tuple[Asking, ...]) -> Iterator[str]:
    for asking in asks:
        yield asking.text
        yield asking.again
        if asking.hint:
            yield asking.hint


def _shelf(shelf: Shelf, file: str) -> Iterator[Text]:
    yield from _sources(shelf.sources.values(), file)
    for calendar in shelf.calendars.values():
        yield Text(calendar.title, file, calendar.line)
    for release in shelf.releases.values():
        for text in (release.text, release.try_from, release.try_now):
            if text:
                yield Text(text, file, release.line)
    for timing in shelf.timings.values():
        yield from (Text(text, file, timing.line) for text in _timing_texts(timing))
    for path in shelf.paths.values():
        yield from (Text(step, file, path.line) for step in (*path.steps, *([path.label] if path.label else ())))
    for parts in (shelf.own_lists, shelf.remarks, shelf.updates, shelf.rungs):
        for part in parts.values():
            yield from _part(part, file)
    for paragraphs in shelf.topics.values():
        for part in paragraphs:
            yield from _part(part, file)
    for notice in shelf.notices.values():
        yield Text(notice.text, file, notice.line)
    for rule in shelf.rules:
        yield Text(rule.answer.say, file, rule.line)
        if rule.answer.page:
            yield Text(rule.answer.page, file, rule.line)
        if rule.answer.place:
            yield from _part(rule.answer.place, file)


def _timing_texts(timing: Timing) -> Iterator[str]:
    optional = (
        timing.early,
        timing.late,
        timing.over,
        timing.late_fee,
        timing.appointment_early,
        timing.appointment_late,
        timing.filed_late,
    )
    yield from (timing.rule, timing.unknown, timing.open, *(text for text in optional if text))


def _part(part: Part, file: str) -> Iterator[Text]:
    yield Text(part.text, file, part.line)
    if part.after:
        yield Text(part.after, file, part.line)


def _sources(sources: Iterable[Source], file: str) -> Iterator[Text]:
    for source in sources:
        yield Text(source.publisher, file, source.line)
        yield Text(source.date, file, source.line)
