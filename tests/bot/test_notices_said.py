"""What is said of alerts, reminders and documents: in every window, in every language, within its limits."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.buttons import decode, encode
from bot.channels.limits import LIMITS
from bot.channels.sms.gsm7 import written
from bot.channels.sms.segments import measure
from bot.channels.telegram.rendering import length
from bot.keyboard import options
from bot.words import Words, words_for
from dialogs.effects import Answered, Did, Effect
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.machine import LANGUAGES
from dialogs.notices import (
    AlertList,
    Alerts,
    AlertsChanged,
    Booked,
    NoCalendar,
    Opened,
    Papers,
    Remind,
    StillSearching,
    Wait,
    WaitEnded,
)
from dialogs.outlook import answer, look
from dialogs.papers import paper_lists
from dialogs.reminders import appointment, confirm, plans, say
from dialogs.understanding.reading import Value
from dialogs.waiting import Subscription, alert, all_lines

KNOWLEDGE = load_knowledge()
NOW = datetime(2026, 11, 21, 12, tzinfo=ZoneInfo("Europe/Paris"))
RENEWAL: dict[str, Value] = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
FACTS: dict[str, Value] = {**RENEWAL, "expires_on": date(2027, 4, 30), "reminders": "yes"}
BOOKED: dict[str, Value] = {**RENEWAL, "booked": "yes", "appointment_on": date(2027, 3, 12), "appointment_at": "09:30"}
NOTE = "Vingt places en plus pour les cartes d’un an, réservez avec votre numéro d’étranger."


def effects(knowledge: Knowledge) -> Iterator[Effect]:
    """One of each, and of each of its forms."""
    for code in ("74", "38", "973", "69"):
        found = all_lines(knowledge, code)
        keys = tuple(line.key for line in found if line.title == found[-2 if len(found) > 1 else 0].title)
        waiting = Subscription(code, keys)
        for state in ("live", "paused", "ended"):
            shown = alert(knowledge, FACTS, waiting, NOW, state)  # type: ignore[arg-type]
            yield AlertList((shown,), plans(knowledge, FACTS, [waiting], NOW))
        for before in ("new", "changed", "same", "resumed"):
            yield confirm(knowledge, FACTS, waiting, NOW, before)  # type: ignore[arg-type]
        for what in ("paused", "resumed", "stopped", "served", "kept", "ended"):
            for reminders in (False, True):
                yield AlertsChanged(what, (shown,), reminders)  # type: ignore[arg-type]
                yield AlertsChanged(what, (), reminders)  # type: ignore[arg-type]
        yield StillSearching(shown)
        yield WaitEnded(shown)
        for line in all_lines(knowledge, code):
            for note in ("", NOTE):
                yield Opened(code, shown.name, shown.site, line, 20, NOW + timedelta(days=3), note)
        for plan in plans(knowledge, FACTS, [waiting], NOW):
            said = say(knowledge, FACTS, plan, plan.due)
            assert said is not None
            yield said
    for plan in plans(knowledge, BOOKED, (), NOW):
        near = say(knowledge, BOOKED, plan, plan.due)
        assert near is not None
        yield near
    booked = appointment(knowledge, BOOKED, NOW)
    assert booked is not None
    for kept in (False, True):
        yield Booked(booked.moment, booked.place, booked.plans, kept)
        yield Remind(plans(knowledge, FACTS, (), NOW), kept)
    yield Remind(())
    yield Wait("74", ("3.1",))
    for wish in ("list", "pause", "resume", "stop", "served", "still_yes", "still_no"):
        yield Alerts(wish)  # type: ignore[arg-type]
    online = answer(knowledge, look(knowledge, {**RENEWAL, "permit": "student"}, NOW), NOW)
    yield NoCalendar(online, dated=True)
    reached = answer(knowledge, look(knowledge, RENEWAL, NOW), NOW)
    yield Papers(paper_lists(reached, "common-held.1"), reached.own_list)
    yield Did("needs_situation_to_wait")
    yield Did("needs_situation_to_remind")
    yield Did("reminders_stopped")
    yield Did("restarted_with_reminders")
    yield Did("no_papers")


SAID = list(effects(KNOWLEDGE))
SILENT = (Alerts("served"),)


def is_silent(effect: Effect) -> bool:
    return effect in SILENT or (isinstance(effect, AlertsChanged) and effect.what == "served" and not effect.alerts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["telegram", "terminal", "sms"])
def test_all_is_said_in_every_window(channel: str, language: str) -> None:
    words = words_for(KNOWLEDGE, language, channel)
    for effect in SAID:
        text = words.effect(effect)
        assert bool(text) is not is_silent(effect), effect
        assert "{" not in text
        assert "%(" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_by_sms_in_two_segments(language: str) -> None:
    words = words_for(KNOWLEDGE, language, "sms")
    for effect in SAID:
        if isinstance(effect, AlertList):  # read at leisure, page by page
            continue
        cost = measure(written(words.effect(effect)))
        assert (cost.encoding, cost.segments <= 2) == ("GSM-7", True), words.effect(effect)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_telegram_with_buttons_that_fit(language: str) -> None:
    words, limit = words_for(KNOWLEDGE, language, "telegram"), LIMITS["telegram"]
    for effect in SAID:
        assert length(words.effect(effect)) <= limit.message
        for option in options([effect], words):
            data = encode(option.event)
            assert len(option.label) <= limit.label
            assert len(data.encode()) <= limit.data
            assert decode(data) == option.event


@pytest.mark.parametrize("channel", ["telegram", "terminal", "sms"])
def test_a_notice_of_places_is_honest_and_names_only_the_official_site(channel: str) -> None:
    words = words_for(KNOWLEDGE, "fr", channel)
    for effect in SAID:
        if isinstance(effect, Opened):
            text = words.effect(effect)
            assert "déjà" in text
            assert "gratuit" in text.lower()
            assert effect.site in text
            assert "alertes" in text.lower()


def test_what_a_preview_cannot_do_it_does_not_promise() -> None:
    words = words_for(KNOWLEDGE, "fr", "terminal")
    for effect in (Wait("74", ("3.1",)), Alerts("list"), Remind(plans(KNOWLEDGE, FACTS, (), NOW))):
        text = words.effect(effect)
        assert "je ne garde rien" in text
        assert "je vous écrirai" not in text


def labels(words: Words, *said: Effect) -> list[str]:
    return [option.label for option in options(said, words)]


def test_only_what_makes_sense_is_offered() -> None:
    words = words_for(KNOWLEDGE, "fr", "telegram")
    counter = Answered(answer(KNOWLEDGE, look(KNOWLEDGE, RENEWAL, NOW), NOW))
    online = Answered(answer(KNOWLEDGE, look(KNOWLEDGE, {**RENEWAL, "permit": "student"}, NOW), NOW))
    assert {"Me prévenir", "Rappelez-moi", "J’ai mon rendez-vous"} <= set(labels(words, counter))
    assert "Me prévenir" not in labels(words, online)
    assert "Rappelez-moi" in labels(words, online)


def test_the_night_is_asked_of_those_who_have_not_said() -> None:
    words = words_for(KNOWLEDGE, "fr", "telegram")
    waiting = Subscription("38", ("renewal",))
    assert "Oui, aussi la nuit" in labels(words, confirm(KNOWLEDGE, {}, waiting, NOW))
    assert "Oui, aussi la nuit" not in labels(words, confirm(KNOWLEDGE, {"night_reminders": "no"}, waiting, NOW))
    assert "Oui, aussi la nuit" not in labels(words, confirm(KNOWLEDGE, {}, Subscription("74", ("3.1",)), NOW))
