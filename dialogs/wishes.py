"""What is asked because of what the person wants, where no rule needs it: the day of their appointment, the date of
which they want to be reminded.

Like every other question it follows from the facts alone: whoever has said that they have an appointment is asked when.
"""

from datetime import date

from dialogs.answers import Deadline
from dialogs.knowledge.library import Facts

WISHES = frozenset({"booked", "reminders", "night_reminders", "appointment_at", "papers"})
"""The facts that no rule and no date of an answer depends on: they change what we do, not what we answer."""

APPOINTMENT = frozenset({"booked", "appointment_on", "appointment_at"})


def is_served(facts: Facts) -> bool:
    """Whether they have what they came for: an appointment, or a request that is filed."""
    return facts.get("booked") == "yes" or isinstance(facts.get("filed_on"), date)


def wanted(known: Facts, dates: tuple[Deadline, ...]) -> str | None:
    """The fact to ask for, if any; `dates` are the deadlines of their answer, once it is reached."""
    if known.get("booked") == "yes":
        if "appointment_on" not in known:
            return "appointment_on"
        if isinstance(known["appointment_on"], date) and "appointment_at" not in known:
            return "appointment_at"
    if known.get("reminders") == "yes" and not is_served(known) and dates and dates[0].fact not in known:
        return dates[0].fact
    return None
