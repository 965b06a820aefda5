"""What is said once an event is worked out, from what is known: the next question, the answer, the ladder, a topic."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from dialogs.conversation import Conversation
from dialogs.effects import Answered, Climbed, Defined, Did, Effect, Lost, Manner, Question, Talked
from dialogs.granting import granted
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.shelves import Rule, Term
from dialogs.ladder import climb
from dialogs.outlook import Outlook, answer, look, today
from dialogs.telling import Telling
from dialogs.topics import talk
from dialogs.understanding.reading import Social, Value
from dialogs.wishes import WISHES, wanted

_MANNERS: Mapping[Social, Manner] = {"greeting": "greeted", "thanks": "thanked", "upset": "heard"}


class Saying:
    """A conversation as it becomes, and the effects as they come.

    `news` are the facts told in this exchange, `before` those it began with; `answered` is the rule that was reached
    before it, `climbed` whether the ladder had been said.
    """

    def __init__(self, knowledge: Knowledge, conversation: Conversation, now: datetime) -> None:
        self.knowledge, self.now = knowledge, now
        self.conversation = conversation
        self.effects: list[Effect] = []
        self.news: set[str] = set()
        self.before: Mapping[str, Value] = conversation.facts
        self.answered: Rule | None = None
        self.climbed = False
        self._looked: tuple[Conversation, Outlook] | None = None

    def outlook(self) -> Outlook:
        """Where the conversation leads as it is now; computed once for each state it passes through."""
        if self._looked is None or self._looked[0] is not self.conversation:
            self._looked = (self.conversation, look(self.knowledge, self.conversation.facts, self.now))
        return self._looked[1]

    def go_on(self, again: bool = False) -> None:
        """The next question, the answer, or, when calendars are found full, the ladder and what would make it precise.

        The ladder is said when it is news, or asked for; whoever has read it gets the answer to their situation.
        """
        outlook = self.outlook()
        wished = list(granted(self.knowledge, self.before, self.conversation.facts, self.news, self.now))
        if self._is_wish(outlook, wished):
            pass
        elif is_full(outlook) and (not self.climbed or "full_calendars" in self.news):
            ladder = climb(self.knowledge, outlook.rule, outlook.known, self.now)
            reached = answer(self.knowledge, outlook, self.now) if outlook.rule else None
            self.effects.append(Climbed(ladder, reached))
        elif outlook.rule is not None:
            dates = self.knowledge.day_facts | WISHES
            only_dates = outlook.rule is self.answered and all(fact in dates for fact in self.news)
            reached = answer(self.knowledge, outlook, self.now)
            self.effects.append(Answered(reached, "dates" if only_dates and self.news else "whole"))
        self.effects += wished
        self.question(outlook, again)

    def _is_wish(self, outlook: Outlook, wished: list[Effect]) -> bool:
        """Whether all that is new is a wish, which changes no answer: then only what becomes of it is said."""
        news = self.news - WISHES
        if "booked" in outlook.known and not self._is_windowed(outlook):
            news -= {"appointment_on"}  # a day that no window of theirs is compared with
        return bool(self.news) and not news and outlook.rule is self.answered and bool(wished or self.asks())

    def _is_windowed(self, outlook: Outlook) -> bool:
        """Whether the answer has a window of which the days are known."""
        if outlook.rule is None:
            return False
        return any(each.state != "unknown" for each in answer(self.knowledge, outlook, self.now).deadlines)

    def asks(self, wish: Mapping[str, Value] | None = None) -> str | None:
        """The fact to ask next: for what the person wants of us first, then to tell the rules apart.

        `wish`: as if they wanted that as well.
        """
        outlook = self.outlook()
        known = {**outlook.known, **(wish or {})}
        reached = None
        if outlook.rule is not None and known.get("reminders") == "yes":
            reached = answer(self.knowledge, outlook, self.now)
        fact = wanted(known, reached.deadlines if reached else ()) or outlook.asks
        if fact is None and "full_calendars" in known and "prefecture" not in known:
            return "prefecture"
        return fact

    def question(self, outlook: Outlook, again: bool = False) -> None:
        fact = self.asks()
        if fact is not None:
            cells = self.knowledge.cells(outlook.known, today(self.knowledge, outlook.known, self.now))
            self.effects.append(Question(fact, self.knowledge.asking(fact, cells), again))

    def explain(self, intent: str) -> None:
        """« Pourquoi ? » and « quelles pièces ? » need the situation; without it, its next question."""
        outlook = self.outlook()
        said = len(self.effects)
        if outlook.rule is not None:
            part: Literal["why", "documents"] = "why" if intent == "why" else "documents"
            if part == "documents":  # what holds for every list comes before it
                self.effects.append(Talked(talk(self.knowledge, part, outlook.rule, outlook.known, self.now)))
            self.effects.append(Answered(answer(self.knowledge, outlook, self.now), part))
        if intent == "why" and is_full(outlook):
            self.effects.append(Climbed(climb(self.knowledge, outlook.rule, outlook.known, self.now), None, "why"))
        if len(self.effects) > said:
            return
        self.effects.append(Did("needs_situation"))
        self.question(outlook)

    def talk(self, intent: str, printed: str | None = None) -> None:
        """A topic; the question on the screen is asked again after it. A number given is used and dropped."""
        self.tell_of(intent, printed)
        self.question(self.outlook())

    def tell_of(self, intent: str, printed: str | None = None) -> None:
        outlook = self.outlook()
        known = {**outlook.known, "agdref": printed} if printed else outlook.known
        self.effects.append(Talked(talk(self.knowledge, intent, outlook.rule, known, self.now)))

    def be_polite(self, social: Social) -> None:
        """A greeting is returned, thanks are received, anger and tears are heard; none is a message that was not
        understood."""
        self.conversation = replace(self.conversation, misses=0)
        self.effects.append(Did(_MANNERS[social]))
        self.question(self.outlook())

    def define(self, term: Term) -> None:
        """A word of the field in plain words; the question on the screen is asked again after it."""
        outlook = self.outlook()
        telling = Telling(self.knowledge, None, outlook.known, self.now)
        self.effects += [Defined(text, telling.sources()) for text in telling.said([term])]
        self.question(outlook)

    def miss(self) -> None:
        """Nothing was understood: the question in other words, then the menu as well."""
        misses = self.conversation.misses + 1
        self.conversation = replace(self.conversation, misses=misses)
        self.effects.append(Lost(menu=misses > 1))
        self.question(self.outlook(), again=True)


def is_full(outlook: Outlook) -> bool:
    """Whether there is a ladder to climb: calendars found full, of a préfecture that is known."""
    return "full_calendars" in outlook.known and "prefecture" in outlook.known
