"""Wishes carried out in the turn: who waits is told so, and stops as easily; one conversation in two windows."""

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.store.database import Database
from bot.store.script import Query, Script
from dialogs.events import Ask, Choose, Say, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader
from tests.bot.notices.conftest import Clock
from tests.bot.notices.people import People, a_desk
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

ANNECY = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
MONDAY = ("2026-11-23 06:45", "74/3.1,3.2,3.3,3.4/monday-8/2026-11-23")
TELL_ME, STOP = Ask("subscribe"), Ask("unsubscribe")


@pytest.fixture
def clock() -> Clock:
    """A Saturday, one o'clock in Annecy."""
    return Clock(datetime(2026, 11, 21, 12, tzinfo=UTC))


@pytest.fixture
def ledger(database_url: str) -> Ledger:
    return Ledger(database_url)


@pytest.fixture
def people(knowledge: Knowledge, reader: Reader, database: Database, ledger: Ledger, clock: Clock) -> People:
    return People(a_desk(knowledge, reader, ledger), database, ledger, clock)


async def test_who_waits_is_told_what_they_will_get(people: People) -> None:
    await people.chat(Tell(ANNECY))
    said = await people.chat(TELL_ME)
    assert "je vous préviens" in said
    assert "lundi 23 novembre 2026 à 7 h 45" in said
    assert "stop alertes" in said
    assert people.subscriptions("prefecture", "state", "releases") == [("74", "active", 1)]
    wanted = people.ledger.rows("SELECT calendar FROM subscription_calendars ORDER BY calendar")
    assert [row["calendar"] for row in wanted] == ["3.1", "3.2", "3.3", "3.4"]
    assert people.planned() == [MONDAY]


async def test_a_planned_row_tells_nothing_of_the_person(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    (row,) = people.ledger.rows("SELECT * FROM outbox WHERE state = 'planned'")
    assert (row["sealed_message"], row["lane"], row["prefecture"]) == ("", 1, "74")
    assert json.loads(row["plan"]) == {"kind": "release", "key": MONDAY[1]}


async def test_asked_twice_it_is_one_alert(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    assert "déjà sur la liste" in await people.chat(TELL_ME)
    assert len(people.subscriptions("id")) == len(people.planned()) == 1


async def test_paused_taken_up_again_and_stopped(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    assert "En pause" in await people.chat(Say("pause"))
    assert people.planned() == []
    assert "Alerte en pause" in await people.chat(Say("mes alertes"))
    assert "repris" in await people.chat(Ask("resume_alerts"))
    assert people.planned() == [MONDAY]
    assert "arrêté" in await people.chat(STOP)
    assert people.planned() == []
    assert people.subscriptions("state", "ended_by") == [("ended", "person")]
    assert "aucune alerte" in await people.chat(Ask("my_alerts"))
    assert "je vous préviens" in await people.chat(TELL_ME)
    assert people.subscriptions("state", "ended_by", "ended_at") == [("active", None, None)]


async def test_an_appointment_ends_the_alerts_and_asks_when(people: People) -> None:
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    said = await people.text("j'ai mon rendez-vous")
    assert "Bravo" in said
    assert people.subscriptions("state", "ended_by") == [("ended", "served")]
    said = await people.text("le 12 mars à 9h30")
    assert "vendredi 12 mars 2027 à 9 h 30" in said
    assert [key for _, key in people.planned()] == ["appointment/week", "appointment/eve"]


async def test_an_appointment_after_a_notice_is_counted_as_its_success(people: People) -> None:
    for chat in (1, 2):
        await people.chat(Tell(ANNECY), chat)
        await people.chat(TELL_ME, chat)
    await people.announce()
    await people.announcer.work()
    assert len(people.deliver()) == 2
    people.clock.pass_by(hours=2)
    await people.chat(Ask("got_appointment"), 1)
    served = people.ledger.rows("SELECT served_at FROM draws ORDER BY served_at IS NULL")
    assert [row["served_at"] is None for row in served] == [False, True]


async def test_who_has_waited_in_vain_for_long_owes_it_to_no_notice(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    await people.announce()
    await people.announcer.work()
    people.deliver()
    people.clock.pass_by(days=8)
    await people.chat(Ask("got_appointment"))
    assert people.ledger.count("draws", "served_at IS NOT NULL") == 0


async def test_my_data_names_the_alerts(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    assert "Alerte (" in await people.chat(Ask("my_data"))


async def test_starting_over_keeps_the_alert(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    await people.chat(Ask("restart"))
    assert people.planned() == [MONDAY]


async def test_where_nobody_can_be_written_to_nothing_is_promised(people: People) -> None:
    await people.type(Tell(ANNECY))
    assert "Telegram ou par SMS" in await people.type(TELL_ME)
    assert people.subscriptions("id") == []


# --- the end of everything -------------------------------------------------------------------------------------------


async def test_blocked_nothing_is_left_to_say(people: People) -> None:
    await people.chat(Tell({**ANNECY, "expires_on": "2027-04-30", "reminders": "yes"}))
    await people.chat(TELL_ME)
    assert len(people.planned()) == 5
    await people.chat(None, note="blocked")
    assert people.planned() == []
    assert people.subscriptions("state", "ended_by") == [("ended", "blocked")]
    await people.chat(None, note="unblocked")
    await people.chat(Say("bonjour"))
    assert len(people.planned()) == 4, "the dates they asked to be reminded of"


async def test_stop_by_sms_ends_all_in_the_same_turn(people: People) -> None:
    await people.text("renouvellement carte d'un an à Annecy, fin le 30 avril 2027")
    await people.text("rappelez-moi")
    await people.text("prevenez moi")
    assert people.planned()
    await people.text("STOP")
    assert people.planned() == []
    assert people.subscriptions("state", "ended_by") == [("ended", "opted out")]


async def test_erased_nothing_is_left(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    await people.chat(Ask("erase"))
    assert people.ledger.count("subscriptions") == people.ledger.count("subscription_calendars") == 0
    assert people.planned() == []


# --- one conversation in two windows ---------------------------------------------------------------------------------


@pytest.fixture
async def joined(people: People) -> People:
    """Who waits by SMS has come to Telegram as well."""
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    said = await people.text("CODE")
    found = re.search(r"\b[0-9]{6}\b", said)
    assert found is not None
    await people.chat(Say(f"code {found[0]}"))
    return people


async def test_an_alert_is_seen_from_every_window_and_belongs_to_one(joined: People) -> None:
    assert "Alerte (" in await joined.chat(Ask("my_alerts"))
    (person,) = joined.subscriptions("person_id")
    assert joined.windows()[person[0]] == "sms"
    await joined.chat(Ask("pause_alerts"))
    assert joined.subscriptions("state") == [("paused",)]


async def test_asked_again_in_another_window_it_moves_there(joined: People) -> None:
    await joined.chat(TELL_ME)
    (moved,) = joined.subscriptions("person_id", "state")
    assert (joined.windows()[moved[0]], moved[1]) == ("telegram", "active")
    (row,) = joined.ledger.rows("SELECT channel FROM outbox WHERE state = 'planned'")
    assert row["channel"] == "telegram"
    await joined.text("prevenez moi")
    assert len(joined.subscriptions("id")) == len(joined.planned()) == 1


async def test_two_windows_that_waited_are_told_once(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    assert len(people.planned()) == 2
    found = re.search(r"\b[0-9]{6}\b", await people.text("CODE"))
    assert found is not None
    await people.chat(Say(f"code {found[0]}"))
    assert len(people.planned()) == 1
    assert sorted(people.subscriptions("state", "ended_by"), key=str) == [("active", None), ("ended", "moved")]


async def test_erased_from_one_window_it_ends_in_the_other(joined: People) -> None:
    await joined.chat(Ask("erase"))
    assert joined.ledger.count("subscriptions") == 0
    assert joined.planned() == []


# --- what it costs ---------------------------------------------------------------------------------------------------


async def test_who_has_no_alerts_pays_for_none(people: People) -> None:
    def turns(chat: Callable[[Any], Any]) -> list[Any]:
        return [chat(Tell({})), chat(Say("renouvellement à Annecy")), chat(Ask("why"))]

    asked = await asked_by(people, turns)
    assert not {name for name in asked if "subscription" in name or "plan" in name or "waits" in name}


async def asked_by(people: People, turns: Callable[[Callable[[Any], Any]], list[Any]]) -> list[str]:
    """The names of the queries of some turns."""
    asked: list[str] = []

    class Listening:
        def __init__(self, database: Database) -> None:
            self.database = database

        async def run(self, script: Callable[[], Script[Any]], **more: Any) -> Any:
            return await self.database.run(lambda: heard(script()), **more)

    def heard(script: Script[Any]) -> Script[Any]:
        answer: Any = None
        while True:
            try:
                query = script.send(answer)
            except StopIteration as end:
                return end.value
            assert isinstance(query, Query)
            asked.append(query.name)
            answer = yield query

    database, people.database = people.database, Listening(people.database)  # type: ignore[assignment]
    for turn in turns(people.chat):
        await turn
    people.database = database
    return asked


async def test_a_mistake_in_a_wish_is_said_and_not_delivered_for_ever(
    people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("a mistake")

    await people.chat(Tell(ANNECY))
    monkeypatch.setattr("bot.notices.alerts.confirm", broken)
    assert "compris" in await people.chat(TELL_ME)
    assert "RuntimeError" in caplog.text


async def test_two_turns_at_once_make_one_alert(people: People) -> None:
    await people.chat(Tell(ANNECY))
    await asyncio.gather(*(people.chat(TELL_ME) for _ in range(4)))
    assert len(people.subscriptions("id")) == len(people.planned()) == 1


async def test_a_situation_in_which_nothing_opens(people: People) -> None:
    await people.chat(Tell({"prefecture": "74", "procedure": "renewal"}))
    await people.chat(Choose("permit", "student"))
    assert "pas de calendrier" in await people.chat(TELL_ME)
    assert people.subscriptions("id") == []
