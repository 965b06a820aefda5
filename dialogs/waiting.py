"""What one waits for: the calendars of a situation, by the names under which an agent announces them.

Where the préfecture numbers its calendars, they are the main one of the situation and its supplementary ones (F14 to
F17); where it does not, the way to the booking page; in a department without a file, the préfecture as a whole.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from dialogs.answers import Opening, Phrase
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.knowledge.schema import Release as ReleaseEntry
from dialogs.knowledge.schema import Reply
from dialogs.knowledge.shelves import Path, Rule
from dialogs.outlook import Outlook
from dialogs.telling import Telling

GENERAL = "general"
"""The one line of a department without a file."""

NIGHT = (time(20), time(8))
"""Between these hours, local time, an SMS wakes people up."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to wait for. `key` is what an agent announces; `numbered`: it is the number on the site."""

    key: str
    title: Phrase
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody who waits, as the store keeps it. `releases`: they also want to be told when new ones come."""

    prefecture: str
    calendars: tuple[str, ...]
    releases: bool = True


@dataclass(frozen=True, slots=True)
class Alert:
    """A subscription as it is shown. `openings`: when new ones come; `night`: one of them comes in the night."""

    prefecture: str
    name: str
    site: str
    lines: tuple[Line, ...]
    openings: tuple[Opening, ...]
    state: Literal["live", "paused", "ended"] = "live"
    night: bool = False


def lines(knowledge: Knowledge, outlook: Outlook) -> tuple[Line, ...]:
    """What there is to wait for in this situation: nothing where no calendar is booked, or too little is known."""
    code = outlook.known.get("prefecture")
    if code is None:
        return ()
    rule = outlook.rule
    if rule is None:
        return _lines_found_full(knowledge, outlook)
    return tuple(_lines_of(knowledge, str(code), rule.answer))


def all_lines(knowledge: Knowledge, code: str) -> tuple[Line, ...]:
    """All that can be announced in a préfecture, each once, in the order of its file."""
    found = {line.key: line for rule in _rules(knowledge, code) for line in _lines_of(knowledge, code, rule.answer)}
    shelf = knowledge.prefectures.get(code)
    calendars = shelf.calendars.values() if shelf else ()
    order = [key for calendar in calendars for key in (calendar.main, *calendar.supplementary) if key in found]
    return tuple(found[key] for key in dict.fromkeys([*order, *found]))


def releases(
    knowledge: Knowledge, code: str, keys: Collection[str], rule: Rule | None = None
) -> tuple[tuple[str, ReleaseEntry], ...]:
    """When new appointments come to these calendars, by name; where nothing is published, what is only a hint.

    `rule`: that of the person's situation, whose own release passes before those of others on the same page.
    """
    rules = [rule] if rule is not None and _shares(knowledge, code, rule, keys) else []
    rules += [each for each in _rules(knowledge, code) if _shares(knowledge, code, each, keys)]
    names = [name for each in rules if (name := _release_of(knowledge, code, each.answer))]
    shelf = knowledge.prefectures.get(code)
    wanted: Sequence[str] = names[:1] or (shelf.hints if shelf else ()) or knowledge.national.hints
    found = ((name, knowledge.find("releases", name, code)) for name in wanted)
    return tuple((name, entry) for name, entry in found if isinstance(entry, ReleaseEntry))


def alert(
    knowledge: Knowledge,
    facts: Facts,
    subscription: Subscription,
    now: datetime,
    state: Literal["live", "paused", "ended"] = "live",
) -> Alert:
    """A subscription with all that is said of it. `now` is aware; calendars that are no more are left out."""
    code = subscription.prefecture
    office = knowledge.office(code)
    known = all_lines(knowledge, code)
    telling = Telling(knowledge, None, {**facts, "prefecture": code}, now)
    openings = []
    for _, entry in releases(knowledge, code, subscription.calendars) if subscription.releases else ():
        release = telling.recurrence(entry)
        moment = release.next(telling.now)
        openings.append(Opening(telling.phrase(entry.text), moment if release.has_hour else moment.date()))
    return Alert(
        code,
        office.name,
        office.site,
        tuple(line for line in known if line.key in subscription.calendars),
        tuple(openings),
        state,
        any(at_night(opening.next) for opening in openings),
    )


def at_night(moment: datetime | date) -> bool:
    """Whether an hour is one at which people sleep; a day without an hour is not."""
    evening, morning = NIGHT
    return isinstance(moment, datetime) and not morning <= moment.time() < evening


def yes_or_no(text: str) -> bool | None:
    """The answer to a question of ours that no rule asks (« cherchez-vous toujours ? »); None for any other text.

    >>> yes_or_no(" OUI ! "), yes_or_no("no"), yes_or_no("oui mais à Annecy")
    (True, False, None)
    """
    said = " ".join(text.casefold().strip(" .!?«»\"'").split())
    if said in ("oui", "o", "ui", "ouais", "yes", "y", "yep", "ok oui", "oui merci", "oui svp", "yes please"):
        return True
    return False if said in ("non", "n", "no", "nope", "non merci", "no thanks", "no thank you") else None


def _rules(knowledge: Knowledge, code: str) -> Iterator[Rule]:
    """The rules that answer in a préfecture: its own, and the national ones that hold there."""
    shelf = knowledge.prefectures.get(code)
    if shelf is not None:
        yield from shelf.rules
    for rule in knowledge.national.rules:
        if shelf is None or rule.scope == "everywhere" or rule.id in shelf.adopts:
            yield rule


def _lines_of(knowledge: Knowledge, code: str, reply: Reply) -> Iterator[Line]:
    """What a rule's answer makes one wait for. Only a booked appointment opens."""
    if reply.channel != "booking":
        return
    shelf = knowledge.prefectures.get(code)
    if shelf is not None and reply.calendar is not None:
        calendar = shelf.calendars[reply.calendar]
        yield from (Line(key, Phrase(calendar.title), True) for key in (calendar.main, *calendar.supplementary))
    elif shelf is not None and reply.path is not None and reply.path in shelf.paths:
        yield Line(reply.path, Phrase(shelf.paths[reply.path].label or reply.say))
    else:
        path = knowledge.find("paths", "official-site", None)
        yield Line(GENERAL, Phrase(path.label if isinstance(path, Path) and path.label else reply.say))


def _lines_found_full(knowledge: Knowledge, outlook: Outlook) -> tuple[Line, ...]:
    """The calendar that a number found full belongs to, when nothing else is known."""
    code, full = str(outlook.known["prefecture"]), str(outlook.known.get("full_calendars", "")).split(",")
    shelf = knowledge.prefectures.get(code)
    for name, calendar in shelf.calendars.items() if shelf else ():
        keys = (calendar.main, *calendar.supplementary)
        if any(number in (name, *keys) for number in full):
            return tuple(Line(key, Phrase(calendar.title), True) for key in keys)
    return ()


def _shares(knowledge: Knowledge, code: str, rule: Rule, keys: Collection[str]) -> bool:
    return any(line.key in keys for line in _lines_of(knowledge, code, rule.answer))


def _release_of(knowledge: Knowledge, code: str, reply: Reply) -> str | None:
    shelf = knowledge.prefectures.get(code)
    calendar = shelf.calendars[reply.calendar] if shelf and reply.calendar else None
    return reply.release or (calendar.release if calendar else None)
