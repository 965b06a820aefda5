"""One exchange: an event being worked out, the conversation as it becomes, the effects as they come."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, Protocol

from dialogs.amending import changed, dropped, joined
from dialogs.conversation import Conversation, How
from dialogs.effects import Declined, Did, Linking, Listed, Noted, Outdated, Unreadable, Welcome
from dialogs.facts import UNSAID, Choice
from dialogs.facts import Unreadable as NotRead
from dialogs.knowledge.library import Knowledge
from dialogs.notices import Alerts
from dialogs.outlook import today
from dialogs.reminders import plans
from dialogs.saying import is_full
from dialogs.serving import ALERTS, Serving
from dialogs.understanding.reading import Reading, Value
from dialogs.wishes import WISHES

LANGUAGES = ("fr", "en")
"""The languages the assistant speaks; their catalogues are complete, which `check` proves."""


class Reader(Protocol):
    """What the machine needs of understanding."""

    def read(self, text: str, today: date, *, asked: str | None, language: str | None) -> Reading: ...


class Exchange(Serving):
    """What the machine does with one event. Each has its method, free text its room (`dialogs.hearing`); what is said
    follows from what is known.
    """

    def __init__(self, knowledge: Knowledge, reader: Reader, conversation: Conversation, now: datetime) -> None:
        super().__init__(knowledge, conversation, now)
        self.reader = reader
        self.forget_outdated()
        self.before = self.conversation.facts
        self.answered = self.outlook().rule
        self.climbed = is_full(self.outlook())

    # --- events ----------------------------------------------------------------------------------------------

    def forget_outdated(self) -> None:
        """An edited rule loses nobody: only the answers it no longer accepts are asked again."""
        facts = self.conversation.facts
        gone = tuple(
            fact
            for fact, value in facts.items()
            if (kind := self.knowledge.kinds.get(fact)) is None
            or (isinstance(kind, Choice) and value not in kind.values)
        )
        if gone:
            self.conversation = self.conversation.tell(dict.fromkeys(gone), "pressed")
            self.effects.append(Outdated(gone))

    def choose(self, fact: str, value: str, guessed: bool = False) -> None:
        """A tap says fact = value, whatever keyboard it was on. The same tap twice changes and says nothing."""
        if fact == "language" and value in LANGUAGES:
            if value != self.conversation.language:
                self.speak(value)
            return
        kind = self.knowledge.kinds.get(fact)
        if kind is None:
            self.effects.append(Outdated((fact,)))
            self.go_on()
            return
        if not self.keeps(fact):
            self.talk(fact, printed=value)
            return
        try:
            parsed = kind.parse(value, self.day())
        except NotRead as error:
            gone = isinstance(kind, Choice)
            self.effects.append(Outdated((fact,)) if gone else Unreadable(fact, error.text, error.expected))
            self.go_on()
            return
        before = self.conversation.facts.get(fact)
        if parsed == before:
            return
        self.tell({fact: parsed}, "pressed", echo=(fact,) if guessed or before is not None else ())
        self.go_on()

    def arrive(self, facts: Mapping[str, str]) -> None:
        """A link told these facts, in one turn; what it says that we do not know is passed over. Then, where we are."""
        self.effects.append(Did("resumed") if self.conversation.given else Welcome())
        day = self.day()
        told: dict[str, Value] = {}
        for fact, value in facts.items():
            if self.keeps(fact):
                with suppress(NotRead):
                    told[fact] = self.knowledge.kinds[fact].parse(value, day)
        news = {fact: value for fact, value in told.items() if self.conversation.facts.get(fact) != value}
        if news:
            self.tell(news, "pressed", echo=news)
        self.go_on()

    def decline(self, kind: str) -> None:
        """What is no text is not looked at; the question on the screen is asked again."""
        self.effects.append(Declined(kind))
        self.question(self.outlook())

    def ask_again(self, why: Literal["changed", "no_such_number"]) -> None:
        """An answer that fits nothing asked changes nothing. Where things changed since, we say where we are."""
        self.effects.append(Did(why))
        if why == "changed":
            self.go_on()
        else:
            self.question(self.outlook())

    def reopen(self, fact: str) -> None:
        """The answer is taken back; as the others stay, its question comes again by itself."""
        if fact in self.conversation.facts:
            self.conversation = self.conversation.tell({fact: None}, "pressed")
        self.go_on()

    def ask(self, intent: str, spoken: str | None = None) -> None:
        """An intent, taken from the menu or from words."""
        self.conversation = replace(self.conversation, misses=0)
        match intent:
            case "back":
                at_start = not self.conversation.given
                self.conversation = self.conversation.back()
                self.effects.append(Did("at_start" if at_start else "back"))
                self.go_on()
            case "restart" | "erase":
                self.conversation = Conversation(
                    language=self.conversation.language, language_chosen=self.conversation.language_chosen
                )
                self.effects.append(Did(self._begun_again(intent)))
                self.before = {}
                self.go_on()
            case "change":
                self.effects.append(Listed(self._counting(), "change"))
            case "my_data":
                self.effects.append(Listed(self.conversation.facts, "my_data"))
                self.talk(intent)
            case "documents" | "why":
                self.explain(intent)
            case "checklist":
                self.list_papers()
            case "subscribe":
                self.wait()
            case "got_appointment":
                self.book()
            case "remind_me":
                self.remind()
            case "stop_reminders":
                self.stop_reminders()
            case "stop":
                self.stop()
            case "agenda":
                self.give_agenda()
            case "papers_done":
                self.go_on()
            case _ if intent in ALERTS:
                self.effects.append(Alerts(ALERTS[intent]))
            case "calendar_full":
                if "full_calendars" not in self.conversation.facts:
                    self.conversation = self.conversation.tell({"full_calendars": UNSAID}, "understood")
                self.climbed = False
                self.go_on()
            case "language":
                self.speak(spoken or "")
            case "code":
                self.effects.append(Linking("code"))
            case "forget_number":
                self.effects.append(Linking("forget"))
            case "share_number":  # the button it needs takes the place of a question's
                self.tell_of(intent)
            case _:
                self.talk(intent)

    # --- language --------------------------------------------------------------------------------------------

    def speak(self, language: str) -> None:
        """The language asked for; the other one when only « another language » was said."""
        if language not in LANGUAGES or language == self.conversation.language:
            language = next(each for each in LANGUAGES if each != self.conversation.language)
        self.conversation = replace(self.conversation, language=language, language_chosen=True)
        self.effects.append(Did("language"))
        self.go_on()

    # --- facts -----------------------------------------------------------------------------------------------

    def tell(self, facts: Mapping[str, Value], how: How, *, echo: Collection[str]) -> None:
        """New facts, and out with those they replace (a town and its arrondissement). Those of `echo` are said back."""
        before = self.conversation.facts
        facts = joined(self.knowledge, before, facts)
        out = dict.fromkeys(dropped(self.knowledge, before, facts))
        self.conversation = self.conversation.tell({**out, **facts}, how)
        self.news |= facts.keys()
        if echo:
            self.effects.append(Noted({fact: facts[fact] for fact in echo}, changed(before, facts)))

    def keeps(self, fact: str) -> bool:
        """Whether the knowledge has this fact and lets it be kept; the foreigner's number is not."""
        entry = self.knowledge.entries.get(fact)
        return entry is not None and entry.kept

    def day(self) -> date:
        """Today where their préfecture is."""
        return today(self.knowledge, self.outlook().known, self.now)

    def _begun_again(self, intent: str) -> Literal["restarted", "restarted_with_reminders", "erased"]:
        """Whoever starts over is told that their reminders go with the dates they were counted from."""
        if intent == "erase":
            return "erased"
        lost = plans(self.knowledge, self.before, (), self.now)
        return "restarted_with_reminders" if lost else "restarted"

    def _counting(self) -> dict[str, Value]:
        """The answers that still count: those that a remaining rule, a date of the answer or a wish depends on."""
        outlook = self.outlook()
        rows = {row.name: row.when for row in self.knowledge.table.rows}
        counting = {fact for name in outlook.left for fact in rows[name]}
        undecided = {
            fact
            for fact, kind in self.knowledge.kinds.items()
            if not kind.cells or fact in self.knowledge.day_facts or fact in WISHES
        }
        return {fact: value for fact, value in self.conversation.facts.items() if fact in counting | undecided}
