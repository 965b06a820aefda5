"""Whole conversations by SMS: every message in its budget, what matters first, all the rest on request."""

import json
import random
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.limits import SMS_BUDGET
from bot.channels.sms.gsm7 import fits, written
from bot.channels.sms.segments import measure
from bot.channels.sms.window import CHANNEL, More, Screen, hear, more, show
from bot.local import passing_by_sms
from bot.words import Words, words_for
from dialogs.answers import Answer, Phrase
from dialogs.conversation import Conversation
from dialogs.effects import Answered, Climbed, Effect, Noted, Offered, Question, Talked, Unreadable
from dialogs.events import Ask, Attach, Choose, Event, Say, Tell
from dialogs.facts import UNSAID
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.ladder import climb
from dialogs.machine import LANGUAGES, Step, Trace, open_question, step
from dialogs.outlook import answer
from dialogs.paths import Way, ways
from dialogs.topics import talk
from dialogs.understanding.reader import Reader, load_reader

Talk = Callable[[str | None], str]
FOOT = re.compile(r"(?m)^(Répondez|Reply) .*$")
KNOWLEDGE, READER = load_knowledge(), load_reader(model=False)


@pytest.fixture
def phone(knowledge: Knowledge, reader: Reader, now: datetime) -> Talk:
    """A conversation by SMS: what is texted in, the one SMS out; None to begin."""
    return texting(knowledge, reader, now)


def texting(knowledge: Knowledge, reader: Reader, now: datetime, language: str = "fr") -> Talk:
    talk = passing_by_sms(knowledge, reader, lambda: now, language)

    def said(text: str | None) -> str:
        (message,) = talk(text)
        assert set(message) == {"body"}
        return str(message["body"])

    return said


def shown(effects: tuple[Effect, ...], words: Words, asks: str | None = None) -> tuple[str, Screen]:
    (message,), screen = show(Step(Conversation(), effects, Trace({}, (), asks)), words)
    return str(message["body"]), screen


def read_through(effects: tuple[Effect, ...], words: Words) -> list[str]:
    """All the pages, as somebody sees them who writes SUITE to the end."""
    body, screen = shown(effects, words)
    pages = [body]
    while screen["rest"]:
        (message,), screen = more(json.loads(json.dumps(screen)), words)
        pages.append(message["body"])
    return pages


# --- a conversation -----------------------------------------------------------------------------------------------


def test_from_the_first_word_to_the_answer_and_all_of_it(phone: Talk) -> None:
    first = phone(None)
    assert "1 Haute-Savoie (74)\n2 Isère (38)\n3 Guyane (973)" in first
    assert measure(first).segments <= 2
    assert "Que voulez-vous faire ?" in phone("1")
    assert "3 CST (carte d'un an)" in phone("renouveler mon titre")
    answered = phone("3")
    assert "calendrier 3.1" in answered
    assert "www.haute-savoie.gouv.fr" in answered
    assert "SUITE, PIECES, POURQUOI ou PLEIN" in answered
    read = answered
    while "C'est tout" not in (page := phone("suite")):
        read += page
    assert "Cliquez" in read or "cliquez" in read
    assert "lundi 23 novembre 2026 à 8 h" in read
    assert "Passeport" in phone("PIECES") + phone("SUITE")
    assert "74-renewal-short" in phone("Pourquoi")
    assert "3.2, 3.3 ou 3.4" in phone("Plein")
    assert "calendrier 3.1" in phone("0")


def test_shorthand_tells_two_facts_in_one_message(phone: Talk) -> None:
    phone(None)
    reply = phone("slt jve renouvlé ma carte a grenoble")
    assert reply.startswith("Compris : Isère (38), Renouveler mon titre.\n")
    assert "1 Étudiant" in reply
    assert measure(reply).segments <= 2


def test_options_that_do_not_fit_come_on_another_page_and_their_numbers_hold_before(phone: Talk) -> None:
    phone(None)
    first = phone("38")
    assert first.endswith("0 Retour\nSUITE : autres choix")
    assert "11 " not in first
    second = phone("SUITE")
    assert "17 Carte grise" in second
    assert "11 " in second
    assert "C'est tout." in phone("SUITE")
    assert "Que voulez-vous faire ?" in phone("SUITE")
    assert "ants.gouv.fr" in phone("17")


def test_a_wrong_number_gets_one_sentence_and_the_question_again(phone: Talk) -> None:
    phone(None)
    phone("38")
    again = phone("99")
    assert again.startswith("Ce numéro n'est pas dans la liste.\nQue voulez-vous faire ?\n1 ")
    assert "3 " in phone("3")


def test_a_topic_in_the_middle_leaves_the_question_open(phone: Talk) -> None:
    phone(None)
    phone("38")
    topic = phone("arnaque ?")
    assert topic.endswith("Répondez SUITE. Ou à ma question : Que voulez-vous faire ?")
    page = topic
    while not page.startswith("Que voulez") and "1 Renouveler" not in page:
        page = phone("suite")
    assert "1 Étudiant" in phone("1")


def test_a_question_can_be_answered_right_after_a_topic(phone: Talk) -> None:
    phone(None)
    phone("38")
    phone("arnaque ?")
    assert "1 Étudiant" in phone("1")


def test_a_date_after_the_answer_that_asked_for_it(phone: Talk) -> None:
    for text in (None, "74", "1", "3"):
        phone(text)
    assert "13 février 2027" in phone("13/04/2027")


def test_english_is_answered_in_english(phone: Talk) -> None:
    phone(None)
    reply = phone("hello I want to renew my student card in Annecy")
    assert reply.startswith("Understood: ")
    assert "Reply MORE, DOCS or WHY." in reply
    assert "Where to click:" in phone("more") + phone("MORE")
    assert "passport" in phone("docs").lower() + phone("more").lower()
    assert "Did not" not in phone("full")


def test_changing_an_answer_is_a_numbered_list(phone: Talk) -> None:
    phone(None)
    phone("renouveler ma carte étudiant à Grenoble")
    listed = phone("changer")
    number = next(line.split()[0] for line in listed.splitlines() if "Préfecture" in line)
    assert "Dans quel département" in phone(number)


def test_a_number_that_is_not_on_a_list_shows_the_list_again(phone: Talk) -> None:
    phone(None)
    phone("renouveler ma carte étudiant à Grenoble")
    listed = phone("changer")
    again = phone("9")
    assert again.startswith("Ce numéro n'est pas dans la liste.\n1 ")
    assert again.splitlines()[1:] == listed.splitlines()[1:]
    number = next(line.split()[0] for line in again.splitlines() if "Préfecture" in line)
    assert "Dans quel département" in phone(number)


def test_a_bare_number_after_the_answer_moves_nobody(phone: Talk) -> None:
    phone(None)
    phone("renouveler ma carte étudiant à Grenoble")
    assert phone("22").startswith("Ce numéro n'est pas dans la liste.")
    assert "Isère" in phone("mes données")


def test_a_word_that_begins_an_option_is_said_back(phone: Talk) -> None:
    for text in (None, "69", "2"):
        phone(text)
    assert phone("maladie").startswith("Compris : Maladie (moi ou mon enfant).")


def test_thanks_and_greetings_after_the_answer_are_short(phone: Talk) -> None:
    phone(None)
    phone("renouveler ma carte étudiant à Grenoble")
    assert measure(phone("merci")).segments == 1
    assert measure(phone("bonjour")).segments == 1
    assert measure(phone("xyzzy")).segments == 1


def test_more_before_anything_was_said(knowledge: Knowledge) -> None:
    (message,), screen = more(None, words_for(knowledge, "fr", CHANNEL))
    assert message["body"] == "C'est tout."
    assert hear("SUITE", screen, None) == More()


# --- two windows --------------------------------------------------------------------------------------------------


def test_a_question_answered_in_another_window_is_asked_as_it_is_now(
    knowledge: Knowledge, reader: Reader, now: datetime
) -> None:
    words = words_for(knowledge, "fr", CHANNEL)
    here = step(knowledge, reader, Conversation(), Tell({}), now)
    _, screen = show(here, words)
    there = step(knowledge, reader, here.conversation, Choose("prefecture", "38"), now)
    question = open_question(knowledge, reader, there.conversation, now)
    event = hear("2", screen, question)
    assert not isinstance(event, More)
    result = step(knowledge, reader, there.conversation, event, now)
    assert result.conversation == there.conversation
    (message,), screen = show(result, words)
    assert message["body"].startswith("Cela a changé depuis.\nQue voulez-vous faire ?")
    assert hear("2", screen, question) == Choose("procedure", "first_request")


def test_somebody_who_repeats_an_answer_is_still_answered(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = step(knowledge, reader, Conversation(), Choose("prefecture", "38"), now).conversation
    result = step(knowledge, reader, conversation, Choose("prefecture", "38"), now)
    assert result.effects == ()
    (message,), screen = show(result, words_for(knowledge, "fr", CHANNEL))
    assert message["body"].startswith("C'est déjà noté.\nQue voulez-vous faire ?")
    assert screen["asked"] is not None


# --- nothing official is lost -------------------------------------------------------------------------------------


def phrases(answer: Answer) -> list[Phrase]:
    """All that an answer says in its own words."""
    return [
        *answer.updates,
        answer.say,
        *answer.warnings,
        *answer.remarks,
        *answer.steps,
        *(opening.text for opening in answer.openings),
        *(deadline.text for deadline in answer.deadlines),
        *(note for deadline in answer.deadlines for note in deadline.notes),
        *(each for each in (answer.title, answer.page, answer.place, answer.own_list) if each is not None),
    ]


def plain(pages: list[str]) -> str:
    return " ".join(FOOT.sub("", "\n".join(pages)).split())


def sample(count: int, now: datetime) -> list[Way]:
    return random.Random(38).sample(list(ways(KNOWLEDGE, now)), count)  # noqa: S311 - a fixed choice


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_other_windows_say_is_on_the_pages(language: str, knowledge: Knowledge, now: datetime) -> None:
    words = words_for(knowledge, language, CHANNEL)
    for way in sample(150, now):
        reached = answer(knowledge, way.outlook, now)
        pages = read_through((Noted(way.asked), Answered(reached)), words)
        read = plain(pages)
        for phrase in phrases(reached):
            assert " ".join(written(words.phrase(phrase)).split()) in read, (way.asked, phrase.text)
        for exact in (reached.url, reached.email, *reached.calendars):
            assert exact is None or exact in pages[0], way.asked
        for opening in reached.openings:
            assert written(words.value(opening.next)) in read
        papers = plain(read_through((Answered(reached, "documents"),), words))
        for checklist in reached.checklists:
            for item in (*checklist.items, *checklist.notes):
                assert " ".join(written(words.phrase(item)).split()) in papers
        why = plain(read_through((Answered(reached, "why"),), words))
        for source in reached.sources:
            assert " ".join(written(words.source(source)).split()) in why


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ladder_begins_with_its_first_rungs_and_keeps_the_others(
    language: str, knowledge: Knowledge, now: datetime
) -> None:
    words = words_for(knowledge, language, CHANNEL)
    for way in sample(60, now):
        known = {**way.outlook.known, "full_calendars": UNSAID}
        if "prefecture" not in known:
            continue
        ladder = climb(knowledge, way.outlook.rule, known, now)
        reached = answer(knowledge, way.outlook, now)
        pages = read_through((Climbed(ladder, reached),), words)
        read = plain(pages)
        for phrase in (*ladder.rungs, *reached.updates):
            assert " ".join(written(words.phrase(phrase)).split()) in read
        if reached.channel == "booking" and way.outlook.known["prefecture"] in ("74", "69"):
            assert re.search(r"(?m)^2\. ", pages[0]), pages[0]


# --- whatever happens ---------------------------------------------------------------------------------------------


def events() -> st.SearchStrategy[str]:
    said = ["38", "1", "2", "17", "0", "99", "suite", "pieces", "pourquoi", "plein", "changer", "étudiant", "aide", "9"]
    said += ["renouveler", "complet à Annecy", "c quoi un VLS-TS", "mes données", "english", "merci", "je ne sais pas"]
    said += ["réfugié à Cayenne", "18/02/2027", "31/31/2031", "j’ai 12 ans", "🙂", "我要续签", "F973123456", "effacer"]
    return st.sampled_from(said)


@given(st.lists(events(), max_size=10), st.sampled_from(LANGUAGES))
def test_every_message_of_every_conversation_is_within_its_budget(texts: list[str], language: str) -> None:
    now = datetime.fromisoformat("2026-11-21T12:00:00+01:00")
    talk = texting(KNOWLEDGE, READER, now, language)
    for text in (None, *texts):
        body = talk(text)
        assert body.strip() == body
        assert fits(body), body
        assert measure(body).segments <= SMS_BUDGET.other, body
        assert "{" not in body
        assert "None" not in body


def test_what_people_write_cannot_burst_a_message(knowledge: Knowledge) -> None:
    words = words_for(knowledge, "fr", CHANNEL)
    question = Question("prefecture", knowledge.asking("prefecture", {}))
    body, _ = shown((Unreadable("prefecture", "ça 🙂 " * 300, "une date, par exemple 13/04/2027"), question), words)
    assert fits(body)
    assert measure(body).segments <= 2


@pytest.mark.parametrize("event", [Attach("photo"), Say("xyzzy"), Ask("help"), Ask("my_data"), Ask("language")])
def test_every_kind_of_event_has_its_sms(event: Event, knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    result = step(knowledge, reader, Conversation(), event, now)
    body, screen = shown(result.effects, words_for(knowledge, result.conversation.language, CHANNEL))
    assert measure(body).segments <= 3
    assert screen["asked"] is not None


def test_guesses_are_numbered(knowledge: Knowledge, reader: Reader, now: datetime) -> None:
    conversation = Conversation()
    result = step(knowledge, reader, conversation, Say("récépissé"), now)
    assert any(isinstance(effect, Offered) for effect in result.effects)
    body, screen = shown(result.effects, words_for(knowledge, "fr", CHANNEL))
    assert body.startswith("Voulez-vous dire :\n1 ")
    event = hear("1", screen, open_question(knowledge, reader, conversation, now))
    assert isinstance(event, Choose | Ask)


def test_a_topic_says_all_its_paragraphs(knowledge: Knowledge, now: datetime) -> None:
    words = words_for(knowledge, "fr", CHANNEL)
    topic = talk(knowledge, "scam", None, {}, now)
    read = plain(read_through((Talked(topic),), words))
    for paragraph in topic.paragraphs:
        assert " ".join(written(words.phrase(paragraph)).split()) in read
