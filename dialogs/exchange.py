"""One exchange: an event being worked out, the conversation as it becomes, the effects as they come."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Literal, Protocol

from dialogs.conversation import Conversation, How
from dialogs.events import (
    Alerts,
    Declined,
    Did,
    Linking,
    Listed,
    Noted,
    Offered,
    Outdated,
    Talked,
    Unreadable,
    Welcome,
)
from dialogs.facts import UNSAID, CalendarNumbers, Choice
from dialogs.facts import Unreadable as NotRead
from dialogs.knowledge.library import Knowledge
from dialogs.outlook import answer, today
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
    """What the machine does with one event. Each event has its method; what is said follows from what is known."""

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
        if not self._is_kept(fact):
            self.talk(fact, printed=value)
            return
        outlook = self.outlook()
        try:
            parsed = kind.parse(value, today(self.knowledge, outlook.known, self.now))
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
        day = today(self.knowledge, self.outlook().known, self.now)
        told: dict[str, Value] = {}
        for fact, value in facts.items():
            if self._is_kept(fact):
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

    def hear(self, text: str) -> None:
        """Free text: its facts first, then its intent."""
        reading = self._read(text)
        if reading.intent != "language":  # it speaks of the language that the conversation still has
            self.follow_language(reading)
        printed = reading.facts.get("agdref")
        facts = self._readable({fact: value for fact, value in reading.facts.items() if self._is_kept(fact)})
        follows: dict[str, Value] = {"full_calendars": UNSAID} if self._finds_full(reading, facts) else {}
        if self._has_appointment(reading, facts):
            follows["booked"] = "yes"
        if facts or follows:
            self.tell({**facts, **follows}, "understood", echo=facts)
        if printed is not None:
            self.talk("agdref", printed=str(printed))
        elif reading.intent == "checklist":
            self.list_papers(text)
        elif reading.intent is not None:
            self.ask(reading.intent, spoken=reading.language)
            if facts and isinstance(self.effects[-1], Talked):
                self.go_on()
        elif "booked" in follows:
            self.book()
        elif facts:
            self.go_on()
        elif reading.social is not None:
            self.be_polite(reading.social)
        elif reading.term is not None and reading.term in self.knowledge.glossary.terms:
            self.define(self.knowledge.glossary.terms[reading.term])
        elif reading.guesses:
            self.effects.append(Offered(reading.guesses[:3]))
        elif reading.language not in LANGUAGES or any(isinstance(effect, Unreadable) for effect in self.effects):
            self.go_on()  # what is wrong has been said
        else:
            self.miss()

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

    def follow_language(self, reading: Reading) -> None:
        """Whoever writes in English is answered in English, unless they chose their language."""
        if self.conversation.language_chosen or reading.language == self.conversation.language:
            return
        if reading.language in LANGUAGES:
            self.conversation = replace(self.conversation, language=reading.language)
        else:
            self.effects.append(Did("no_such_language"))

    # --- facts -----------------------------------------------------------------------------------------------

    def tell(self, facts: Mapping[str, Value], how: How, *, echo: Collection[str]) -> None:
        """New facts, and out with those they replace (a town and its arrondissement). Those of `echo` are said back."""
        facts = {fact: self._joined(fact, value) for fact, value in facts.items()}
        changed = self._changed(facts)
        self.conversation = self.conversation.tell({**dict.fromkeys(self._dropped(facts)), **facts}, how)
        self.news |= facts.keys()
        if echo:
            self.effects.append(Noted({fact: facts[fact] for fact in echo}, changed))

    def _read(self, text: str) -> Reading:
        """What a text says. Under an answer that wants a day to count from, a bare day is that one."""
        outlook, language = self.outlook(), self.conversation.language
        day = today(self.knowledge, outlook.known, self.now)
        reading = self.reader.read(text, day, asked=self.asks(), language=language)
        if outlook.rule is None or reading.facts or reading.intent or reading.social or reading.term:
            return reading
        wanted = next((each for each in answer(self.knowledge, outlook, self.now).deadlines[:1]), None)
        if wanted is None or wanted.state != "unknown":
            return reading
        dated = self.reader.read(text, day, asked=wanted.fact, language=language)
        return dated if isinstance(dated.facts.get(wanted.fact), date) else reading

    def _joined(self, fact: str, value: Value) -> Value:
        """« 3.2 aussi » adds to the calendars found full; any other fact takes its new value."""
        kind, before = self.knowledge.kinds[fact], self.conversation.facts.get(fact)
        if isinstance(kind, CalendarNumbers) and before is not None:
            return kind.joined(before, value)
        return value

    def _changed(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """What these facts were before, where they were known and otherwise."""
        before = self.conversation.facts
        return {fact: before[fact] for fact, value in facts.items() if fact in before and before[fact] != value}

    def _dropped(self, facts: Mapping[str, Value]) -> set[str]:
        """What no longer counts once these facts are told: what they replace, and what their change unsettles."""
        entries = self.knowledge.entries
        replaced = {other for fact in facts for other in entries[fact].replaces}
        unsettled = {other for fact in self._changed(facts) for other in entries[fact].unsettles}
        return (replaced | unsettled) & self.conversation.facts.keys() - facts.keys()

    def _readable(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """The facts that their kinds accept; the others are said to be wrong, and what would be right."""
        day = today(self.knowledge, self.outlook().known, self.now)
        readable = {}
        for fact, value in facts.items():
            kind = self.knowledge.kinds[fact]
            try:
                readable[fact] = kind.parse(kind.say(value), day)
            except NotRead as error:
                self.effects.append(Unreadable(fact, error.text, error.expected))
        return readable

    def _finds_full(self, reading: Reading, facts: Mapping[str, Value]) -> bool:
        """« Complet », without a number. Told in one turn with the facts of its message, one « back » undoes both."""
        known = self.conversation.facts.keys() - self._dropped(facts) | reading.facts.keys()
        return reading.intent == "calendar_full" and not {"agdref", "full_calendars"} & known

    def _has_appointment(self, reading: Reading, facts: dict[str, Value]) -> bool:
        """« J’ai mon rendez-vous », or an hour told with its day; the hour is then one of the facts."""
        if reading.hour is not None and "appointment_on" in facts:
            facts["appointment_at"] = reading.hour
            return reading.intent in (None, "got_appointment")
        return reading.intent == "got_appointment"

    def _is_kept(self, fact: str) -> bool:
        entry = self.knowledge.entries.get(fact)
        return entry is not None and entry.kept

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
