"""The dialog machine under anything a person may do: no exception, no dead end, nothing lost, nothing said twice."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.conversation import Conversation
from dialogs.effects import (
    Answered,
    Climbed,
    Declined,
    Did,
    Effect,
    Listed,
    Lost,
    Noted,
    Outdated,
    Question,
    Talked,
    Welcome,
)
from dialogs.effects import Unreadable as NotRead
from dialogs.events import Ask, Attach, Choose, Event, Reopen, Say, Tell, Tick
from dialogs.facts import Choice, Day
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.machine import Step, step
from dialogs.outlook import answer, look
from dialogs.paths import samples
from dialogs.proof import MOST_QUESTIONS
from dialogs.understanding.reader import load_reader
from tests import workbench

Kind = TypeVar("Kind")
NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))
KNOWLEDGE = load_knowledge()
READER = load_reader(model=False)
DAYS = frozenset(name for name, kind in KNOWLEDGE.kinds.items() if isinstance(kind, Day))

MESSAGES = [
    "je veux renouveler ma carte étudiant à Annecy",
    "non, c’est étudiant",
    "en fait c’est un duplicata",
    "j’habite à Mana",
    "Saint-Laurent-du-Maroni",
    "complet",
    "3.1 et 3.2 sont complets",
    "tout est complet à Grenoble pour mon renouvellement de carte de résident",
    "pourquoi ?",
    "quelles pièces ?",
    "retour",
    "changer",
    "recommencer",
    "STOP",
    "mon numéro est F973123456",
    "002345678",
    "12",
    "13/04/2027",
    "ma carte expire le 31 août 2026",
    "puis-je travailler ?",
    "on me demande 50 euros",
    "i want to renew my student card in Lyon",
    "English please",
    "أريد تجديد بطاقة الإقامة",
    "je ne sais pas",
    "oui",
    "pour un duplicata aussi c’est complet",
    "j’ai déposé ma demande le 3 mars 2099",
    "asdf qwer zxcv",
    "effacez mes données",
    "prévenez-moi",
    "jai eu mon rdv",
    "jai rdv le 12 mars a 9h30",
    "9h30",
    "rappelez-moi",
    "stop rappels",
    "oui la nuit",
    "coche passeport",
    "coche 2",
]


def presses() -> Iterable[Choose]:
    """Every value of every fact, as an option says it, and a few that no keyboard ever offered."""
    today = NOW.date()
    for fact, kind in KNOWLEDGE.kinds.items():
        for value in samples(kind, today):
            yield Choose(fact, kind.say(value))
        for nonsense in (
            "",
            "nonsense",
            "-1",
            "9999-12-31",
            "0001-01-01",
            "1900-01-01",
            "2199-12-31",
            "99",
            "unsaid",
            "3.1",
        ):
            yield Choose(fact, nonsense)
    yield from (Choose("commune", town) for town in ("Mana", "Cayenne", "Annecy", "Grenoble", "Poudlard"))
    yield from (
        Choose("gone_fact", "gone"),
        Choose("language", "fr"),
        Choose("language", "en"),
        Choose("language", "xx"),
    )


CHOICES = list(presses())
ANSWERS = [press for press in CHOICES if press.value not in ("", "nonsense", "-1", "gone")]
choices = st.sampled_from(CHOICES)
asks = st.sampled_from([*KNOWLEDGE.questions.intents, "nonsense"]).map(Ask)
reopens = st.sampled_from([*KNOWLEDGE.kinds, "gone_fact"]).map(Reopen)
said = st.one_of(st.sampled_from(MESSAGES), st.text(max_size=40)).map(Say)
replies = st.integers(0, 50)
"""An answer to the question on the screen: the number of one of its possible values."""
links = st.lists(choices, max_size=4).map(lambda told: Tell({press.fact: press.value for press in told}))
attached = st.sampled_from(["photo", "voice", "document", "nonsense"]).map(Attach)
ticks = st.sampled_from(["common-held.1", "student.2", "gone.9"]).map(Tick)
events = st.one_of(choices, st.sampled_from(ANSWERS), asks, reopens, said, replies, links, attached, ticks)
talks = st.lists(events, max_size=12)


def play(conversation: Conversation, event: Event | int | None, now: datetime = NOW) -> Step:
    """One event; a number answers the question on the screen."""
    if isinstance(event, int):
        outlook = look(KNOWLEDGE, conversation.facts, now)
        event = None if outlook.asks is None else replied(outlook.asks, event)
    return step(KNOWLEDGE, READER, conversation, event, now)


def replied(fact: str, number: int) -> Choose:
    kind = KNOWLEDGE.kinds[fact]
    possible = list(samples(kind, NOW.date()))
    return Choose(fact, kind.say(possible[number % len(possible)]))


def after(talk: Iterable[Event | int]) -> Conversation:
    conversation = Conversation()
    for event in talk:
        conversation = play(conversation, event).conversation
    return conversation


def of(effects: tuple[Effect, ...], kind: type[Kind]) -> list[Kind]:
    return [effect for effect in effects if isinstance(effect, kind)]


# --- whatever happens ------------------------------------------------------------------------------------------------


@given(talks)
@settings(max_examples=150)
def test_there_is_always_a_way_on(talk: list[Event | int]) -> None:
    conversation = Conversation()
    for event in talk:
        result = play(conversation, event)
        conversation = result.conversation
        outlook = look(KNOWLEDGE, conversation.facts, NOW)
        assert (outlook.rule is None) != (outlook.asks is None)
        assert result.trace.asks == outlook.asks
        assert result.trace.rules_left == outlook.left
        if outlook.rule is not None:
            assert answer(KNOWLEDGE, outlook, NOW).say.text
        resumed = play(conversation, None)
        assert any(isinstance(effect, Question | Answered | Climbed) for effect in resumed.effects)


@given(talks)
@settings(max_examples=100)
def test_a_foreigner_number_is_never_kept(talk: list[Event | int]) -> None:
    for number in ("973123456", "002345678"):
        for event in (Say(f"mon numéro est F{number}"), Say(f"F{number}"), Choose("agdref", number)):
            conversation = after([*talk, event])
            assert "agdref" not in conversation.facts
            assert number not in json.dumps(conversation.to_json())


@given(talks, events)
@settings(max_examples=120)
def test_back_undoes_exactly_one_event(talk: list[Event | int], last: Event | int) -> None:
    before = after(talk)
    told = play(before, last).conversation
    if not told.given or told.given[: len(before.given)] != before.given or told.given == before.given:
        return  # it went back, started over, or told nothing
    assert play(told, Ask("back")).conversation.given == before.given


@given(talks, choices)
@settings(max_examples=120)
def test_a_double_tap_changes_nothing_and_says_nothing(talk: list[Event | int], press: Choose) -> None:
    once = play(after(talk), press)
    if not of(once.effects, Outdated) and not of(once.effects, NotRead) and not of(once.effects, Talked):
        twice = play(once.conversation, press)
        assert twice.conversation == once.conversation
        assert twice.effects == ()


@given(talks, st.sampled_from(ANSWERS))
@settings(max_examples=150)
def test_a_tap_on_an_old_keyboard_changes_that_answer_and_says_so(talk: list[Event | int], press: Choose) -> None:
    before = after(talk)
    result = play(before, press)
    facts = result.conversation.facts
    old, new = before.facts.get(press.fact), facts.get(press.fact)
    if old is None or old == new:
        return
    noted = of(result.effects, Noted)
    assert noted == [Noted({press.fact: new}, {press.fact: old})]
    entry = KNOWLEDGE.entries[press.fact]
    others = set(before.facts) - {press.fact, *entry.replaces, *entry.unsettles}
    assert all(facts[fact] == before.facts[fact] for fact in others)


@given(talks)
def test_a_conversation_is_no_more_than_its_facts(talk: list[Event | int]) -> None:
    facts = after(talk).facts
    fresh = Conversation().tell(facts, "typed")
    assert look(KNOWLEDGE, fresh.facts, NOW) == look(KNOWLEDGE, facts, NOW)
    assert play(fresh, None).trace == play(after(talk), None).trace


@given(talks)
def test_a_conversation_survives_its_store(talk: list[Event | int]) -> None:
    conversation = after(talk)
    stored = json.dumps(conversation.to_json())
    assert Conversation.from_json(json.loads(stored), DAYS) == conversation


@given(
    st.lists(st.sampled_from(ANSWERS), max_size=8, unique_by=lambda press: press.fact),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_answers_does_not_matter(presses: list[Choose], random: Random) -> None:
    one_way = [press for press in presses if press.fact not in ("commune", "district", "language")]
    another = random.sample(one_way, len(one_way))
    first, second = after(one_way), after(another)
    assert first.facts == second.facts
    outlook = look(KNOWLEDGE, first.facts, NOW)
    assert outlook == look(KNOWLEDGE, second.facts, NOW)
    if outlook.rule is not None:
        assert answer(KNOWLEDGE, outlook, NOW) == answer(KNOWLEDGE, look(KNOWLEDGE, second.facts, NOW), NOW)


@given(st.lists(replies, min_size=MOST_QUESTIONS, max_size=MOST_QUESTIONS))
@settings(max_examples=150)
def test_five_questions_are_enough(numbers: list[int]) -> None:
    conversation = after(numbers)
    assert look(KNOWLEDGE, conversation.facts, NOW).asks is None


@given(st.lists(replies, max_size=MOST_QUESTIONS))
def test_what_is_answered_is_not_asked_again(numbers: list[int]) -> None:
    conversation, asked = Conversation(), []
    for number in numbers:
        question = look(KNOWLEDGE, conversation.facts, NOW).asks
        if question is not None:
            asked.append(question)
        conversation = play(conversation, number).conversation
    assert len(asked) == len(set(asked))


# --- taps ------------------------------------------------------------------------------------------------------------


def test_an_option_that_is_gone_is_told_and_the_question_comes_again() -> None:
    result = play(Conversation(), Choose("permit", "emerald"))
    assert result.conversation == Conversation()
    assert result.effects[0] == Outdated(("permit",))
    assert [question.fact for question in of(result.effects, Question)] == ["prefecture"]


def test_the_town_and_the_arrondissement_replace_each_other() -> None:
    by_town = after([Choose("prefecture", "973"), Choose("procedure", "renewal"), Choose("commune", "Mana")])
    assert look(KNOWLEDGE, by_town.facts, NOW).known["district"] == "saint_laurent"
    by_button = play(by_town, Choose("district", "cayenne")).conversation
    assert "commune" not in by_button.facts
    assert look(KNOWLEDGE, by_button.facts, NOW).known["district"] == "cayenne"
    assert play(by_button, Ask("back")).conversation.facts == by_town.facts


def test_to_reopen_an_answer_asks_it_and_keeps_the_others() -> None:
    talk = [Choose("prefecture", "74"), Choose("procedure", "renewal"), Choose("permit", "cst")]
    result = play(after(talk), Reopen("procedure"))
    assert result.conversation.facts == {"prefecture": "74", "permit": "cst"}
    assert [question.fact for question in of(result.effects, Question)] == ["procedure"]


def test_to_change_lists_what_still_counts() -> None:
    talk = [Choose("prefecture", "74"), Choose("procedure", "first_request"), Choose("permit", "student")]
    talk += [Choose("student_case", "usual"), Choose("procedure", "duplicate")]
    listed = of(play(after(talk), Ask("change")).effects, Listed)
    assert [effect.facts for effect in listed] == [{"prefecture": "74", "procedure": "duplicate"}]


def test_calendars_found_full_are_of_one_situation() -> None:
    talk = [
        Choose("prefecture", "74"),
        Choose("procedure", "renewal"),
        Choose("permit", "cst"),
        Choose("full_calendars", "3.1"),
    ]
    moved = play(after(talk), Choose("prefecture", "38"))
    assert "full_calendars" not in moved.conversation.facts
    assert play(moved.conversation, Ask("back")).conversation.facts == after(talk).facts


def test_a_link_tells_what_it_can() -> None:
    result = play(Conversation(), Tell({"prefecture": "74", "permit": "nonsense", "gone": "1", "agdref": "F973123456"}))
    assert result.conversation.facts == {"prefecture": "74"}
    assert isinstance(result.effects[0], Welcome)
    assert of(result.effects, Question)
    assert not of(play(result.conversation, Tell({})).effects, Welcome)


def test_what_is_no_text_is_declined_and_the_question_stays() -> None:
    before = after([Choose("prefecture", "74")])
    result = play(before, Attach("photo"))
    assert result.conversation == before
    assert [type(effect) for effect in result.effects] == [Declined, Question]


# --- an edited knowledge ---------------------------------------------------------------------------------------------


def test_a_value_that_is_gone_is_asked_again_and_said_so(tmp_path: Path) -> None:
    """The older knowledge had an « emerald » card; the shipped one no longer has it."""
    folder = workbench.copy(tmp_path / "older")
    workbench.edit(
        folder / "questions.yaml", "      visitor: Visiteur", "      visitor: Visiteur\n      emerald: Émeraude"
    )
    renewals = "permit: [vls_ts, cst, csp, aps, aps_master, private_family, other]"
    workbench.edit(folder / "prefectures" / "74.yaml", renewals, renewals.replace("other", "other, emerald"))
    older = Knowledge(folder)
    conversation = Conversation()
    for press in (Choose("prefecture", "74"), Choose("procedure", "renewal"), Choose("permit", "emerald")):
        conversation = step(older, READER, conversation, press, NOW).conversation
    assert look(older, conversation.facts, NOW).rule is older.rules["74-renewal-short"]

    stored = Conversation.from_json(conversation.to_json(), DAYS)
    result = step(KNOWLEDGE, READER, stored, None, NOW)
    assert result.effects[0] == Outdated(("permit",))
    assert [question.fact for question in of(result.effects, Question)] == ["permit"]
    assert result.conversation.facts == {"prefecture": "74", "procedure": "renewal"}
    assert not of(step(KNOWLEDGE, READER, result.conversation, None, NOW).effects, Outdated)


def test_a_fact_that_is_gone_is_forgotten_and_said_so() -> None:
    conversation = Conversation().tell({"prefecture": "74", "star_sign": "leo"}, "pressed")
    result = play(conversation, Choose("procedure", "pickup"))
    assert result.effects[0] == Outdated(("star_sign",))
    assert result.conversation.facts == {"prefecture": "74", "procedure": "pickup"}


# --- words -----------------------------------------------------------------------------------------------------------


def test_what_is_understood_is_said_back() -> None:
    result = play(Conversation(), Say("je veux renouveler ma carte étudiant à Annecy"))
    noted = of(result.effects, Noted)
    assert len(noted) == 1
    assert {"prefecture": "74", "procedure": "renewal", "permit": "student"}.items() <= noted[0].facts.items()
    assert [effect.answer.rule for effect in of(result.effects, Answered)] == ["74-renewal-online"]


def test_facts_and_intent_of_one_message_go_back_together() -> None:
    before = after([Choose("prefecture", "74"), Choose("procedure", "renewal")])
    told = play(before, Say("tout est complet pour ma carte de résident de 10 ans"))
    assert {"permit", "full_calendars"} <= told.conversation.facts.keys()
    assert play(told.conversation, Ask("back")).conversation.given == before.given


@pytest.mark.parametrize("misses", [1, 2, 3])
def test_nonsense_is_asked_again_then_shown_the_menu(misses: int) -> None:
    conversation = Conversation()
    for _ in range(misses):
        result = play(conversation, Say("xqzt vbnk"))
        conversation = result.conversation
    assert of(result.effects, Lost) == [Lost(menu=misses > 1)]
    questions = of(result.effects, Question)
    assert [(question.fact, question.again) for question in questions] == [("prefecture", True)]


def test_a_message_understood_ends_the_misses() -> None:
    conversation = after([Say("xqzt vbnk"), Say("Annecy"), Say("xqzt vbnk")])
    assert conversation.misses == 1


@pytest.mark.parametrize("intent", ["scam", "may_i_work", "human", "help", "booking_trouble"])
def test_a_topic_does_not_lose_the_question(intent: str) -> None:
    before = after([Choose("prefecture", "38"), Choose("procedure", "first_request")])
    result = play(before, Ask(intent))
    assert result.conversation == before
    assert [type(effect) for effect in result.effects] == [Talked, Question]
    assert [bool(talked.topic.paragraphs) for talked in of(result.effects, Talked)] == [True]


def test_documents_and_why_need_the_situation() -> None:
    result = play(Conversation(), Ask("documents"))
    assert result.effects[0] == Did("needs_situation")
    assert of(result.effects, Question)


def test_full_calendars_need_the_prefecture_first() -> None:
    asked = play(Conversation(), Ask("calendar_full"))
    assert [question.fact for question in of(asked.effects, Question)] == ["prefecture"]
    climbed = play(asked.conversation, Choose("prefecture", "38"))
    assert of(climbed.effects, Climbed)


def test_to_start_over_and_to_erase_leave_nothing() -> None:
    for intent in ("restart", "erase"):
        result = play(after([Choose("prefecture", "38"), Ask("calendar_full")]), Ask(intent))
        assert result.conversation.given == ()
        assert isinstance(result.effects[0], Did)


def test_back_at_the_start_says_so() -> None:
    assert play(Conversation(), Ask("back")).effects[0] == Did("at_start")


# --- languages -------------------------------------------------------------------------------------------------------


def test_whoever_writes_in_english_is_answered_in_english() -> None:
    conversation = after([Say("I want to renew my student card in Grenoble")])
    assert conversation.language == "en"
    assert after([Say("I want to renew my student card in Grenoble"), Say("je veux retirer ma carte")]).language == "fr"


def test_a_chosen_language_stays() -> None:
    conversation = after([Choose("language", "en"), Say("je veux retirer ma carte à Annecy")])
    assert (conversation.language, conversation.language_chosen) == ("en", True)


def test_the_language_is_changed_back_and_forth_from_the_menu() -> None:
    assert after([Ask("language")]).language == "en"
    assert after([Ask("language"), Ask("language")]).language == "fr"


def test_a_language_we_do_not_speak_is_told() -> None:
    result = play(Conversation(), Say("أريد تجديد بطاقة الإقامة"))
    assert Did("no_such_language") in result.effects
    assert result.conversation.language == "fr"


def test_to_start_over_keeps_the_language() -> None:
    assert after([Choose("language", "en"), Ask("restart")]).language == "en"


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_foreigner_number_is_answered_at_once() -> None:
    result = play(after([Choose("prefecture", "973")]), Say("mon numéro est F973123456"))
    texts = [phrase for effect in of(result.effects, Talked) for phrase in effect.topic.paragraphs]
    assert any(phrase.values.get("number") == "9731023456" and "{number}" in phrase.text for phrase in texts)


def test_every_choice_of_the_product_can_be_pressed() -> None:
    """An option is read, or it would be a button that leads nowhere."""
    for entry in KNOWLEDGE.questions.facts:
        if isinstance(KNOWLEDGE.kinds[entry.name], Choice) and entry.kept:
            for value in entry.labels:
                result = play(Conversation(), Choose(entry.name, value))
                assert result.conversation.facts == {entry.name: value}


def test_the_names_of_the_values_fit_a_store_and_a_button() -> None:
    for entry in KNOWLEDGE.questions.facts:
        for value in entry.labels:
            assert re.fullmatch(r"[a-z0-9_]+", value)
