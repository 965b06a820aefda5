"""From the rule that matched to the answer: everything it says to this person on this day."""

from collections.abc import Iterator

from dialogs.answers import Answer, Checklist
from dialogs.knowledge.schema import Update
from dialogs.knowledge.shelves import Path, Rule
from dialogs.telling import Telling
from dialogs.windows import deadlines


def compose(telling: Telling, rule: Rule) -> Answer:
    """The rule's answer. Windows of newer ways of filing come after the rule's own."""
    reply = rule.answer
    calendar = telling.calendar(reply.calendar)
    updates = [entry for entry in telling.entries("updates", reply.updates) if isinstance(entry, Update)]
    own_list = telling.entries("own_lists", [reply.own_list] if reply.own_list else [])
    places = [reply.place] if reply.place else []
    gone = [each for each in places if telling.is_past(each)]
    return Answer(
        rule=rule.id,
        office=telling.office,
        channel=reply.channel,
        say=telling.phrase(reply.say),
        updates=tuple(telling.said(updates)),
        calendar=reply.calendar,
        calendars=(calendar.main,) if calendar else (),
        supplementary=calendar.supplementary if calendar else (),
        title=telling.phrase(calendar.title) if calendar else None,
        page=telling.phrase(reply.page) if reply.page else None,
        steps=tuple(telling.phrase(step) for step in _steps(telling, reply.path)),
        url=reply.url or (telling.office.site if telling.office else None),
        email=reply.email,
        place=None if gone else next(telling.said(places), None),
        own_list=next(telling.said(own_list), None),
        checklists=tuple(_checklists(telling)),
        openings=tuple(telling.openings(reply.release or (calendar.release if calendar else None))),
        deadlines=deadlines(telling, [reply.timing, *(update.timing for update in updates if telling.applies(update))]),
        remarks=tuple(telling.said(telling.entries("remarks", reply.remarks))),
        warnings=(*telling.said(gone), *telling.said(telling.entries("remarks", reply.warnings))),
        sources=telling.sources(*rule.source),
    )


def _steps(telling: Telling, name: str | None) -> tuple[str, ...]:
    path = telling.knowledge.find("paths", name, telling.code) if name else None
    return path.steps if isinstance(path, Path) else ()


def _checklists(telling: Telling) -> Iterator[Checklist]:
    """The indicative lists for this situation; the préfecture's own passes before them."""
    for entry in telling.knowledge.checklists(telling.cells, telling.today):
        telling.citations += entry.source
        yield Checklist(
            entry.id,
            telling.phrase(entry.title),
            tuple(telling.phrase(item) for item in entry.items),
            tuple(telling.phrase(note) for note in entry.notes),
        )
