"""What is said when a wish is granted, or changes: the appointment noted, what they will be reminded of."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from dialogs.effects import Did, Effect
from dialogs.knowledge.library import Facts, Knowledge
from dialogs.notices import Alerts, Remind
from dialogs.reminders import appointment, plans
from dialogs.wishes import APPOINTMENT


def granted(
    knowledge: Knowledge, before: Facts, after: Facts, news: Collection[str], now: datetime
) -> Iterator[Effect]:
    """What follows from the facts told in an exchange; `before` are those it began with."""
    booked = after.get("booked") == "yes"
    dated = isinstance(after.get("appointment_on"), date) and "appointment_at" in after
    if booked and dated and APPOINTMENT & set(news):
        noted = appointment(knowledge, after, now)
        if noted is not None:
            yield noted
    elif news and after.get("reminders") == "yes":
        upcoming = plans(knowledge, after, (), now)
        if upcoming and upcoming != plans(knowledge, before, (), now):
            yield Remind(upcoming)
    if "reminders" in news and after.get("reminders") == "no":
        yield Did("reminders_stopped")
    if "night_reminders" in news:
        yield Alerts("list")
