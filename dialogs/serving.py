"""What people want beyond an answer: to be told of new appointments, to be reminded, to tick their documents.

The machine knows no store: what a wish asks of the world is left among the effects for the turn to carry out.
"""

import re
from collections.abc import Mapping
from datetime import date

from dialogs.agenda import agenda
from dialogs.effects import Did
from dialogs.facts import Ticked
from dialogs.knowledge.places.folding import fold
from dialogs.notices import Alerts, AlertWish, NoCalendar, Papers, Remind, Wait
from dialogs.outlook import answer, today
from dialogs.papers import PaperList, named, paper_lists
from dialogs.reminders import plans
from dialogs.saying import Saying
from dialogs.understanding.reading import Value
from dialogs.waiting import lines

ALERTS: Mapping[str, AlertWish] = {
    "my_alerts": "list",
    "pause_alerts": "pause",
    "resume_alerts": "resume",
    "unsubscribe": "stop",
    "still_searching_yes": "still_yes",
    "still_searching_no": "still_no",
}
"""The intents about alerts that only the store can answer."""

_UNTICKS = re.compile(r"\b(?:decoch|untick|uncheck|pas encore|plus|not)\w*")


class Serving(Saying):
    """The wishes, one method each."""

    def wait(self) -> None:
        """« Prévenez-moi » needs a situation in which a calendar is booked; else, what is missing, or why not."""
        outlook = self.outlook()
        found = lines(self.knowledge, outlook)
        if found:
            self.effects.append(Wait(str(outlook.known["prefecture"]), tuple(line.key for line in found)))
            if outlook.rule is None:
                self.question(outlook)
        elif outlook.rule is None:
            self.effects.append(Did("needs_situation_to_wait"))
            self.question(outlook)
        else:
            reached = answer(self.knowledge, outlook, self.now)
            self.effects.append(NoCalendar(reached, dated=bool(reached.deadlines)))

    def stop(self) -> None:
        """Everything that we would send of ourselves ends: the alerts, and the reminders."""
        facts = self.conversation.facts
        if "yes" in (facts.get("reminders"), facts.get("booked")):
            self._want({"reminders": "no"})
        self.effects.append(Alerts("stop"))

    def book(self) -> None:
        """They have their appointment: the alerts end, and its day and hour are asked. An earlier one is forgotten."""
        facts = self.conversation.facts
        day = facts.get("appointment_on")
        is_over = day is not None and (
            not isinstance(day, date) or day < today(self.knowledge, self.outlook().known, self.now)
        )
        gone = ("appointment_on", "appointment_at") if is_over and "appointment_on" not in self.news else ()
        self._want({"booked": "yes", **dict.fromkeys(gone)})
        self.effects.append(Alerts("served"))
        self.go_on()

    def remind(self) -> None:
        """« Rappelez-moi »: of the dates of their answer and of their appointment; where there are none, it is said."""
        outlook = self.outlook()
        asked = self.asks(wish={"reminders": "yes"})
        upcoming = plans(self.knowledge, {**self.conversation.facts, "reminders": "yes"}, (), self.now)
        if upcoming:
            self._want({"reminders": "yes"})
            self.effects.append(Remind(upcoming))
        elif outlook.rule is not None and asked is None:
            self.effects.append(Remind(()))
        else:
            self._want({"reminders": "yes"})
            if outlook.rule is None:
                self.effects.append(Did("needs_situation_to_remind"))
            self.question(self.outlook())

    def stop_reminders(self) -> None:
        self._want({"reminders": "no"})
        self.effects.append(Did("reminders_stopped"))

    def list_papers(self, text: str = "") -> None:
        """The list to tick; the documents that `text` names are ticked first, or unticked where it says so."""
        lists = self._lists()
        ids = set(named(text, lists))
        done = set(str(self.conversation.facts.get("papers", "")).split(",")) - {""}
        done = done - ids if _UNTICKS.search(fold(text)) else done | ids
        if ids:
            self._want({"papers": ",".join(sorted(done)) or None})
        self._show_papers()

    def tick(self, item: str, done: bool | None = None) -> None:
        """A tap on a document of the list; one of an old list changes nothing, the same tap twice says nothing."""
        papers = {paper.id: paper.ticked for each in self._lists() for paper in each.papers}
        if done is not None and papers.get(item) is done:
            return
        if item in papers:
            self._want({"papers": Ticked().toggled(self.conversation.facts.get("papers"), item)})
        self._show_papers()

    def give_agenda(self) -> None:
        """All that is dated, to be taken along."""
        dated = agenda(self.knowledge, self.conversation.facts, self.now)
        if dated.entries or self.outlook().rule is not None:
            self.effects.append(dated)
        else:
            self.effects.append(Did("needs_situation"))
            self.question(self.outlook())

    def _lists(self) -> tuple[PaperList, ...]:
        outlook = self.outlook()
        if outlook.rule is None:
            return ()
        return paper_lists(answer(self.knowledge, outlook, self.now), self.conversation.facts.get("papers"))

    def _show_papers(self) -> None:
        outlook, lists = self.outlook(), self._lists()
        if outlook.rule is None:
            self.effects.append(Did("needs_situation"))
            self.question(outlook)
        elif lists:
            self.effects.append(Papers(lists, answer(self.knowledge, outlook, self.now).own_list))
        else:
            self.effects.append(Did("no_papers"))

    def _want(self, wishes: Mapping[str, Value | None]) -> None:
        self.conversation = self.conversation.tell(wishes, "understood")
        self.news |= wishes.keys()
