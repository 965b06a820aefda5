"""What a card says: the answer of a leaf, as its agent should check it, in the words of a language."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.graph import texts
from bot.graph.texts import CHANNELS, cell_label
from bot.graph.tree import Case, Leaf
from bot.words import Words
from dialogs.answers import Phrase
from dialogs.knowledge.schema import Source, Timing


@dataclass(frozen=True)
class Card:
    """The texts of one card. `rows` are named lines; `newer` is what is said before everything else."""

    channel: str
    title: str
    say: str
    rows: tuple[tuple[str, str], ...]
    newer: tuple[str, ...]
    sources: tuple[str, ...]
    rules: tuple[str, ...]


def card(leaf: Leaf, words: Words) -> Card:
    """The card of a leaf, whose cases differ at most in what is newer."""
    answer = leaf.cases[0].answer
    return Card(
        channel=answer.channel,
        title=words.text(CHANNELS[answer.channel]),
        say=words.phrase(answer.say),
        rows=tuple((words.text(name), text) for name, text in _rows(leaf, words)),
        newer=tuple(_newer(leaf, words)),
        sources=tuple(source_line(source, words) for source in _sources(leaf, words)),
        rules=leaf.rules,
    )


def source_line(source: Source, words: Words) -> str:
    """A document by title and date, with a word of caution where it is not official."""
    caution = "" if source.confidence == "H" else f", {words.text(texts.CONFIDENCE)}"
    return f"« {source.title} », {words.text(source.date)}{caution}"


def _rows(leaf: Leaf, words: Words) -> Iterator[tuple[str, str]]:
    answer, reply = leaf.cases[0].answer, leaf.cases[0].rule.answer
    if answer.title is not None:
        yield texts.CALENDAR, f"{answer.calendars[0]} : {words.phrase(answer.title)}"
        extra = ", ".join(answer.supplementary)
        yield texts.SUPPLEMENTARY, extra or words.text(texts.NO_SUPPLEMENTARY)
    place = words.phrase(answer.place) if answer.place else None
    if reply.place and reply.place.after and place is None:  # published once, no longer valid
        place = words.text(reply.place.after)
    for name, text in (
        (texts.PAGE, words.phrase(answer.page) if answer.page else None),
        (texts.EMAIL, answer.email),
        (texts.PLACE, place),
        (texts.SITE, answer.url),
    ):
        if text:
            yield name, text
    if reply.release or reply.calendar:  # the national hints are no promise of this préfecture
        yield from ((texts.RELEASES, words.phrase(opening.text)) for opening in answer.openings)
    windows = dict.fromkeys(deadline.timing for case in leaf.cases for deadline in case.answer.deadlines)
    for name in windows:
        timing = words.knowledge.find("timings", name, answer.office.code if answer.office else None)
        if isinstance(timing, Timing):
            yield texts.DEADLINE, words.text(timing.rule)


def _newer(leaf: Leaf, words: Words) -> Iterator[str]:
    """Each newer text; where only some of the cases hear it, after the answers that make the difference."""
    heard: dict[str, tuple[Phrase, list[Case]]] = {}
    for case in leaf.cases:
        for update in case.answer.updates:
            heard.setdefault(update.text, (update, []))[1].append(case)
    for update, cases in heard.values():
        text = words.phrase(update)
        difference = "" if len(cases) == len(leaf.cases) else _difference(cases, leaf.cases, words)
        yield f"{difference} : {text}" if difference else text


def _difference(cases: list[Case], of: tuple[Case, ...], words: Words) -> str:
    """The labels of the fact, as late as possible in the questions, that tells these cases from the others."""
    without = [case for case in of if case not in cases]
    for fact in cases[0].cells:
        inside = dict.fromkeys(case.cells.get(fact, "") for case in cases)
        if "" not in inside and not inside.keys() & {case.cells.get(fact) for case in without}:
            return ", ".join(cell_label(words, fact, cell) for cell in inside)
    return ""


def _sources(leaf: Leaf, words: Words) -> Iterator[Source]:
    names = dict.fromkeys(name.split()[0] for case in leaf.cases for name in case.rule.source)
    updates = dict.fromkeys(name for case in leaf.cases for name in case.rule.answer.updates)
    said = {update.text for case in leaf.cases for update in case.answer.updates}
    code = leaf.cases[0].answer.office.code if leaf.cases[0].answer.office else None
    for name in updates:
        entry = words.knowledge.find("updates", name, code)
        if getattr(entry, "text", None) in said:
            names |= dict.fromkeys(cited.split()[0] for cited in getattr(entry, "source", ()))
    yield from (words.knowledge.sources[name] for name in names)
