"""What new facts do to those already known: they add to them, change them, or put them out."""

from dialogs.facts import CalendarNumbers
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.understanding.reading import Value


def joined(knowledge: Knowledge, before: Facts, facts: Facts) -> dict[str, Value]:
    """« 3.2 aussi » adds to the calendars found full; any other fact takes its new value."""
    return {fact: _joined(knowledge, before.get(fact), fact, value) for fact, value in facts.items()}


def changed(before: Facts, facts: Facts) -> dict[str, Value]:
    """What these facts were before, where they were known and otherwise.

    >>> changed({"permit": "cst", "procedure": "renewal"}, {"permit": "csp", "procedure": "renewal", "ground": "other"})
    {'permit': 'cst'}
    """
    return {fact: before[fact] for fact, value in facts.items() if fact in before and before[fact] != value}


def dropped(knowledge: Knowledge, before: Facts, facts: Facts) -> set[str]:
    """What no longer counts once these facts are told: what they replace, and what their change unsettles."""
    entries = knowledge.entries
    replaced = {other for fact in facts for other in entries[fact].replaces}
    unsettled = {other for fact in changed(before, facts) for other in entries[fact].unsettles}
    return (replaced | unsettled) & before.keys() - facts.keys()


def _joined(knowledge: Knowledge, before: Value | None, fact: str, value: Value) -> Value:
    kind = knowledge.kinds[fact]
    return kind.joined(before, value) if isinstance(kind, CalendarNumbers) and before is not None else value
