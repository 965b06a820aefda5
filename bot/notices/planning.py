"""Reminders as rows: what the facts and the alerts ask for is compared with what is planned, and the rows follow.

A row says what it is about and when, nothing of the person. What is due already is left to be said, or not, by what is
true then.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from bot.answering import Answering
from bot.clock import milliseconds, moment_of
from bot.notices.alerts import plain
from bot.notices.quiet import opens_at
from bot.store import people, plans, subscriptions
from bot.store.people import PersonRow
from bot.store.plans import PlanRow
from bot.store.script import Script
from bot.store.subscriptions import SubscriptionRow
from dialogs import reminders
from dialogs.effects import Effect
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.notices import AlertsChanged, Booked, Remind, Waiting
from dialogs.plans import Plan


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned row read. `put_off`: it was due, and waits for an hour at which people may be written to."""

    plan: Plan
    put_off: bool = False

    @classmethod
    def of(cls, row: PlanRow) -> "Planned":
        about = json.loads(row.plan)
        due, expires = moment_of(row.due_at), moment_of(row.expires_at)
        return cls(Plan(about["kind"], about["key"], due, expires, "night" in about), "put_off" in about)

    @property
    def text(self) -> str:
        """What the row keeps of it."""
        flags = {"night": self.plan.night_allowed, "put_off": self.put_off}
        about = {"kind": self.plan.kind, "key": self.plan.key}
        return json.dumps({**about, **{flag: True for flag, holds in flags.items() if holds}})


def concerns(rows: Sequence[PersonRow], before: Facts, after: Facts, effects: Sequence[Effect]) -> bool:
    """Whether a turn may have changed what is to be said later. For people who want nothing, a look at what we hold."""
    if any(isinstance(effect, Waiting | Remind | Booked) for effect in effects):
        return True
    if any(isinstance(effect, AlertsChanged) and effect.alerts for effect in effects):
        return True
    return before != after and (bool(rows[-1].waits) or wants(after))


def wants(facts: Facts) -> bool:
    """Whether they asked to be reminded of their dates, or told us of an appointment."""
    return "yes" in (facts.get("reminders"), facts.get("booked"))


def replan(
    desk: Answering, rows: tuple[PersonRow, ...], facts: Facts, now: datetime, *, here: bool = False
) -> Script[None]:
    """Brings the planned rows of a conversation in line with its facts and its alerts.

    `rows` lead from a window to the conversation, both locked. What reminds of dates goes to the window that has such
    reminders already, or to this one; `here`: to this one, where they were just asked for.
    """
    this, home = rows[0], rows[-1]
    waiting = yield from subscriptions.of(home.id)
    kept = yield from plans.of(home.id)
    dated = next((row for row in kept if Planned.of(row).plan.kind != "release"), None)
    window = None if this.blocked else (this.id, this.channel)
    if dated is not None and not here:
        window = (dated.person_id, dated.channel)
    wanted = {_place(row): row for row in _wanted(desk, facts, waiting, window, now)}
    left = []
    for row in kept:
        planned = Planned.of(row)
        new = wanted.pop(_place(row), None)
        if new is not None:
            if replace(new, id=row.id) != row:
                yield from plans.change(replace(new, id=row.id))
            left.append(row)
        elif planned.put_off or row.due_at <= milliseconds(now):
            left.append(row)
        else:
            yield from plans.drop(row.id)
    for row in wanted.values():
        yield from plans.add(row, milliseconds(now))
    is_waiting = any(each.state != "ended" for each in waiting) or left or wanted or wants(facts)
    waits = edition(desk.knowledge.folder) if is_waiting else 0
    if waits != (home.waits or 0):
        yield from people.save_waits(home.id, waits)


@cache
def edition(folder: Path) -> int:
    """A number for the knowledge as its files are now: another one once any is edited, and never 0."""
    files = sorted(folder.rglob("*.yaml"))
    digest = sha256(b"\0".join(file.read_bytes() for file in files)).digest()
    return int.from_bytes(digest[:6], "big") | 1


def _wanted(
    desk: Answering, facts: Facts, waiting: Sequence[SubscriptionRow], window: tuple[str, str] | None, now: datetime
) -> Iterator[PlanRow]:
    """The rows there should be, each once in a conversation. `window` is told of dates, if any is."""
    live = [each for each in waiting if each.is_live]
    windows = {(each.prefecture, ",".join(each.calendars)): (each.person_id, each.channel) for each in live}
    own = desk.knowledge.infer(facts).get("prefecture")
    for plan in reminders.plans(desk.knowledge, facts, [plain(each) for each in live], now):
        code, to = (None if own is None else str(own)), window
        if plan.kind == "release":
            code, keys = plan.key.split("/")[:2]
            to = windows[code, keys]
        if to is None:
            continue
        quiet = code if code is not None and _keeps_quiet(desk.knowledge, plan, code) else None
        due, expires = milliseconds(plan.due), milliseconds(plan.expires)
        yield PlanRow(desk.new_id(now), *to, Planned(plan).text, due, expires, quiet)


def _keeps_quiet(knowledge: Knowledge, plan: Plan, code: str) -> bool:
    """Whether it waits for the hours of the préfecture: not where the person said yes to the night, nor where what they
    asked to be reminded of would come too late to be of use (on the eve, if that is a Sunday)."""
    if plan.night_allowed:
        return False
    if plan.kind == "release":
        return True
    return opens_at(plan.due, knowledge.office(code).timezone, code) - plan.due <= (plan.expires - plan.due) / 2


def _place(row: PlanRow) -> tuple[str, str]:
    """What a row is, among those of a conversation."""
    return row.person_id, str(json.loads(row.plan)["key"])
