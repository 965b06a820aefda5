"""Weeks of reminders in milliseconds: said when due, from the answers as they are then, and never too often."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clock import milliseconds
from bot.notices import planning
from bot.notices.due import compose_due
from bot.notices.reminders import Reminders
from bot.store import retention
from bot.store.database import Database
from dialogs.events import Ask, Choose, Reopen, Say, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader
from tests.bot.notices.conftest import Clock
from tests.bot.notices.people import People, a_desk
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

PARIS, CAYENNE = ZoneInfo("Europe/Paris"), ZoneInfo("America/Cayenne")
ANNECY = {"prefecture": "74", "procedure": "renewal", "permit": "cst"}
DATED = {**ANNECY, "expires_on": "2027-04-30"}
TELL_ME, REMIND_ME = Ask("subscribe"), Ask("remind_me")
MONDAY = datetime(2026, 11, 23, 7, 45, tzinfo=PARIS)


@pytest.fixture
def clock() -> Clock:
    """A Saturday, one o'clock in Annecy."""
    return Clock(datetime(2026, 11, 21, 12, tzinfo=UTC))


class LastingLedger(Ledger):
    """Stays connected: an hour at a time, weeks are thousands of looks, and each would connect anew."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._open_once = ExitStack()
        self._connection = self._open_once.enter_context(super()._open())

    def close(self) -> None:
        self._open_once.close()

    @contextmanager
    def _open(self) -> Iterator[Any]:
        yield self._connection


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with closing(LastingLedger(database_url)) as ledger:
        yield ledger


@pytest.fixture
def people(knowledge: Knowledge, reader: Reader, database: Database, ledger: Ledger, clock: Clock) -> People:
    return People(a_desk(knowledge, reader, ledger), database, ledger, clock)


@pytest.fixture
async def waiting(people: People) -> People:
    """Somebody on Telegram who waits for the calendars of Annecy."""
    await people.chat(Tell(ANNECY))
    await people.chat(TELL_ME)
    return people


# --- releases --------------------------------------------------------------------------------------------------------


async def test_shortly_before_the_release_with_the_way_to_the_calendar(waiting: People) -> None:
    waiting.clock.now = MONDAY - timedelta(seconds=1)
    assert await waiting.work() == []
    waiting.clock.now = MONDAY
    (said,) = await waiting.work()
    assert "lundi 23 novembre 2026 à 8 h" in said
    assert "Où cliquer" in said
    assert waiting.planned() == [("2026-11-30 06:45", "74/3.1,3.2,3.3,3.4/monday-8/2026-11-30")]
    assert await waiting.work() == []


async def test_on_telegram_it_comes_silently_before_eight(waiting: People) -> None:
    waiting.clock.now = MONDAY
    await waiting.reminders.work()
    (row,) = waiting.queued()
    assert waiting.message(row)["disable_notification"] is True
    assert (row["lane"], row["prefecture"]) == (1, "74")
    assert row["expires_at"] == milliseconds(datetime(2026, 11, 23, 10, tzinfo=PARIS))


async def test_an_sms_waits_for_eight_and_is_answered_by_a_number(people: People) -> None:
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    people.clock.now = MONDAY
    assert await people.work() == []
    people.clock.now = datetime(2026, 11, 23, 8, tzinfo=PARIS)
    await people.reminders.work()
    (row,) = people.queued()
    assert row["segments"] >= 1
    (said,) = people.deliver()
    assert "lundi 23 novembre 2026 à 8 h" in said
    row = people.ledger.rows("SELECT sealed_screen FROM people")[0]
    choices = json.loads(people.ledger.vault.open(row["sealed_screen"]))["choices"]
    place = [meaning for _, meaning in choices].index("?got_appointment") + 1
    assert "Bravo" in await people.text(str(place))
    assert people.subscriptions("state", "ended_by") == [("ended", "served")]


async def test_an_sms_that_cannot_be_answered_names_a_number(people: People) -> None:
    people.reminders = Reminders(people.desk, people.database, "this process", people.clock, number="36180")
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    people.clock.now = datetime(2026, 11, 23, 8, tzinfo=PARIS)
    (said,) = await people.work()
    assert said.endswith("STOP au 36180")


async def test_at_night_only_for_who_said_yes_to_the_night(people: People) -> None:
    """Grenoble opens in the night of Sunday to Monday."""
    for number, night in (("+33639980001", "oui la nuit"), ("+33639980002", "pas la nuit")):
        await people.text("renouvellement carte d'un an à Grenoble", number)
        await people.text("prevenez moi", number)
        await people.text(night, number)
    said = await people.works_until(datetime(2026, 11, 23, 12, tzinfo=PARIS), minutes=15)
    assert [moment.astimezone(PARIS).strftime("%A %H:%M") for moment, _ in said] == ["Saturday 18:00", "Sunday 23:45"]
    rows = people.ledger.rows("SELECT prefecture FROM outbox WHERE plan IS NOT NULL AND state = 'accepted' ORDER BY id")
    assert sorted(str(row["prefecture"]) for row in rows) == ["38", "None"]


@pytest.mark.parametrize("last", [date(2027, 3, 28), date(2026, 10, 25)], ids=["spring", "autumn"])
async def test_the_night_in_which_the_clocks_change_in_paris(people: People, last: date) -> None:
    """That Sunday has 23 or 25 hours; the Monday after it begins at midnight all the same."""
    people.clock.now = datetime(last.year, last.month, last.day - 1, 12, tzinfo=PARIS)
    await people.chat(Tell({"prefecture": "38", "procedure": "renewal", "permit": "cst"}))
    await people.chat(TELL_ME)
    await people.chat(Choose("night_reminders", "yes"))
    monday = datetime(last.year, last.month, last.day, 12, tzinfo=PARIS) + timedelta(days=1)
    said = await people.works_until(monday, minutes=5)
    assert [moment.astimezone(PARIS).replace(tzinfo=None) for moment, _ in said] == [
        datetime(last.year, last.month, last.day, 23, 45)
    ]


async def test_a_monday_in_guyane(people: People) -> None:
    """A hint without an hour: at eight o'clock there, which is noon in Paris."""
    await people.chat(Tell({"prefecture": "973", "procedure": "renewal", "permit": "cst", "district": "cayenne"}))
    await people.chat(Choose("expires_on", "unsaid"))
    await people.chat(TELL_ME)
    said = await people.works_until(datetime(2026, 11, 24, 12, tzinfo=CAYENNE), minutes=30)
    assert [moment.astimezone(CAYENNE).strftime("%A %H:%M") for moment, _ in said] == ["Monday 08:00"]


# --- the cap, the question, the end ----------------------------------------------------------------------------------


async def test_three_mondays_a_question_and_a_kind_end(waiting: People) -> None:
    said = await waiting.works_until(datetime(2027, 2, 1, tzinfo=PARIS), hours=1)
    days = [(moment.astimezone(PARIS).date(), text) for moment, text in said]
    assert [day.isoformat() for day, _ in days] == [
        "2026-11-23",
        "2026-11-30",
        "2026-12-07",
        "2026-12-08",
        "2026-12-22",
    ]
    assert "Cherchez-vous toujours" in days[3][1]
    assert "Sans nouvelles de vous" in days[4][1]
    assert waiting.subscriptions("state", "ended_by") == [("ended", "silence")]
    assert waiting.planned() == []
    assert waiting.ledger.rows("SELECT waits FROM people") == [{"waits": 0}]


async def test_any_message_is_an_answer(waiting: People) -> None:
    moment = datetime(2026, 12, 8, 12, tzinfo=PARIS)
    await waiting.works_until(moment, hours=1)
    await waiting.chat(Say("bonjour"))
    assert waiting.subscriptions("unanswered", "asked_at", "state") == [(0, None, "active")]
    said = await waiting.works_until(moment + timedelta(days=13), hours=1)
    assert len(said) == 2, "the next Mondays"


@pytest.mark.parametrize(("answer", "state"), [("oui", "active"), ("Non.", "ended")])
async def test_yes_and_no_are_understood_as_they_are_written(waiting: People, answer: str, state: str) -> None:
    await waiting.works_until(datetime(2026, 12, 8, 12, tzinfo=PARIS), hours=1)
    said = await waiting.chat(Say(answer))
    assert ("je continue" if state == "active" else "j’arrête") in said
    assert waiting.subscriptions("state") == [(state,)]
    assert len(waiting.planned()) == (1 if state == "active" else 0)


async def test_yes_by_sms(people: People) -> None:
    await people.text("renouvellement carte d'un an à Annecy")
    await people.text("prevenez moi")
    said = await people.works_until(datetime(2026, 12, 9, 12, tzinfo=PARIS), hours=1)
    assert "Cherchez-vous toujours" in said[-1][1]
    assert "je continue" in await people.text("1")


async def test_who_comes_back_after_the_end_may_take_it_up_again(waiting: People) -> None:
    await waiting.works_until(datetime(2026, 12, 23, tzinfo=PARIS), hours=1)
    assert "je continue" in await waiting.chat(Ask("still_searching_yes"))
    assert waiting.subscriptions("state", "unanswered") == [("active", 0)]
    assert len(waiting.planned()) == 1


async def test_a_yes_to_something_else_is_not_taken_for_an_answer_to_us(waiting: People) -> None:
    assert "je continue" not in await waiting.chat(Say("oui"))


# --- dates -----------------------------------------------------------------------------------------------------------


async def test_reminded_of_the_dates_and_of_new_ones_when_they_change(people: People) -> None:
    await people.chat(Tell(DATED))
    assert "je vous écrirai" in await people.chat(REMIND_ME)
    assert people.planned() == [
        ("2027-02-28 08:00", "counter/opens"),
        ("2027-03-30 07:00", "counter/month"),
        ("2027-04-23 07:00", "counter/week"),
        ("2027-04-30 07:00", "counter/last"),
    ]
    before = {row["id"] for row in people.ledger.rows("SELECT id FROM outbox WHERE state = 'planned'")}
    await people.chat(Say("ma carte finit le 15 juin 2027"))
    assert people.planned()[0] == ("2027-04-15 07:00", "counter/opens")
    assert {row["id"] for row in people.ledger.rows("SELECT id FROM outbox WHERE state = 'planned'")} == before
    await people.chat(Ask("back"))
    assert people.planned()[0] == ("2027-02-28 08:00", "counter/opens")
    await people.chat(Reopen("expires_on"))
    assert people.planned() == []


async def test_served_they_are_dropped_and_the_appointment_comes_instead(people: People) -> None:
    await people.chat(Tell(DATED))
    await people.chat(REMIND_ME)
    await people.chat(Ask("got_appointment"))
    assert people.planned() == []
    await people.chat(Say("12/03/2027 à 9h30"))
    assert people.planned() == [("2027-03-05 08:00", "appointment/week"), ("2027-03-11 08:00", "appointment/eve")]
    said = await people.works_until(datetime(2027, 3, 13, tzinfo=PARIS), hours=1)
    assert len(said) == 2
    assert all("annulez" in text for _, text in said)


async def test_the_words_are_made_when_it_is_due(people: People) -> None:
    await people.chat(Tell(DATED))
    await people.chat(Say("j'ai rdv le 12 mars 2027 à 9h30"))
    planned = people.planned()
    people.clock.now = datetime(2027, 3, 5, 8, tzinfo=PARIS)
    await people.chat(Tell({"appointment_at": "14:00"}))
    assert people.planned() == planned, "the same days"
    people.clock.now = datetime(2027, 3, 5, 9, tzinfo=PARIS)
    (said,) = await people.work()
    assert "14 h" in said
    assert "☐" in said


async def test_said_in_the_language_of_today(people: People) -> None:
    await people.chat(Tell(DATED))
    await people.chat(REMIND_ME)
    await people.chat(Choose("language", "en"))
    people.clock.now = datetime(2027, 2, 28, 9, tzinfo=PARIS)
    (said,) = await people.work()
    assert "You can" in said


async def test_on_the_last_day_an_sms_comes_even_on_a_sunday(people: People) -> None:
    """2 May 2027 is one; a month before, a Friday, the quiet hours are kept."""
    await people.text("renouvellement carte d'un an à Annecy, fin le 2 mai 2027")
    await people.text("rappelez-moi")
    rows = people.ledger.rows("SELECT plan, prefecture FROM outbox WHERE state = 'planned'")
    kept = {json.loads(row["plan"])["key"]: row["prefecture"] for row in rows}
    assert kept["counter/last"] is None
    assert kept["counter/month"] == "74"
    people.clock.now = datetime(2027, 5, 2, 9, tzinfo=PARIS)
    assert len(await people.work()) == 1


async def test_in_the_terminal_it_waits_for_the_next_visit(people: People) -> None:
    await people.type(Tell(DATED))
    await people.type(REMIND_ME)
    people.clock.now = datetime(2027, 2, 28, 9, tzinfo=PARIS)
    assert await people.database.run(lambda: compose_due(people.desk, "terminal", people.clock(), 10)) == 1
    assert "déposer votre demande maintenant" in people.deliver()[0]


# --- machines that stop ----------------------------------------------------------------------------------------------


async def test_a_restart_loses_none(waiting: People) -> None:
    await waiting.chat(Tell({"expires_on": "2027-04-30"}))
    await waiting.chat(REMIND_ME)
    before = waiting.planned()
    await waiting.restart()
    await waiting.work()
    assert waiting.planned() == before
    waiting.clock.now = MONDAY
    assert len(await waiting.work()) == 1
    await waiting.restart()
    assert await waiting.work() == []


async def test_off_for_two_days_what_still_makes_sense_is_said(people: People) -> None:
    await people.chat(Tell({**ANNECY, "expires_on": "2027-05-01"}))
    await people.chat(REMIND_ME)
    await people.chat(TELL_ME)
    await people.works_until(datetime(2027, 2, 28, tzinfo=PARIS), hours=6)
    await people.chat(Say("bonjour"))
    people.deliver()
    # Off from Sunday, the day before the window opens and the Monday release, to Wednesday.
    people.clock.now = datetime(2027, 3, 3, 10, tzinfo=PARIS)
    (said,) = await people.work()
    assert "déposer votre demande maintenant" in said
    states = people.ledger.rows("SELECT reason FROM outbox WHERE state = 'expired' AND plan LIKE '%2027-03-01%'")
    assert states == [{"reason": "too late"}]
    assert "74/3.1,3.2,3.3,3.4/monday-8/2027-03-08" in {key for _, key in people.planned()}


async def test_an_answer_given_meanwhile_counts(people: People) -> None:
    """Due while the machine was off; before it is said, the permit is renewed."""
    await people.chat(Tell(DATED))
    await people.chat(REMIND_ME)
    people.clock.now = datetime(2027, 3, 1, 10, tzinfo=PARIS)
    await people.chat(Ask("got_appointment"))
    assert await people.work() == []


async def test_two_processes_say_it_once(waiting: People) -> None:
    waiting.clock.now = MONDAY
    other = Reminders(waiting.desk, waiting.database, "another process", waiting.clock)
    await asyncio.gather(waiting.reminders.work(), other.work(), waiting.reminders.work())
    assert len(waiting.queued()) == 1


async def test_a_changed_rule_changes_what_is_planned(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    await people.chat(Tell(DATED))
    await people.chat(REMIND_ME)
    people.ledger.run("UPDATE outbox SET due_at = due_at - 86400000 WHERE state = 'planned'")  # as it once was

    def edition(_: Path) -> int:
        return 7

    await people.work()
    assert people.planned()[0] == ("2027-02-27 08:00", "counter/opens"), "planned with the same knowledge"
    for module in ("planning", "reminders"):
        monkeypatch.setattr(f"bot.notices.{module}.edition", edition)
    await people.restart()
    await people.work()
    assert people.planned()[0] == ("2027-02-28 08:00", "counter/opens")
    assert people.ledger.rows("SELECT waits FROM people") == [{"waits": 7}]


async def test_an_edition_is_another_one_once_a_file_is_edited(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    first = planning.edition(tmp_path)
    (tmp_path / "a.yaml").write_text("a: 2\n")
    planning.edition.cache_clear()
    assert planning.edition(tmp_path) != first


async def test_a_mistake_of_ours_ends_one_reminder(
    waiting: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret")

    waiting.clock.now = MONDAY
    monkeypatch.setattr("bot.notices.due.say", broken)
    assert await waiting.work() == []
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert len(waiting.planned()) == 1, "the next Monday"


async def test_who_opted_out_or_left_is_told_nothing(people: People) -> None:
    for number in ("+33639980001", "+33639980002"):
        await people.text("renouvellement carte d'un an à Annecy", number)
        await people.text("prevenez moi", number)
    digest = people.ledger.vault.digest("sms", "+33639980001")
    people.ledger.run(
        f"INSERT INTO opt_outs (channel, digest, since) VALUES ('sms', '{digest}', 0)",  # noqa: S608
        "UPDATE people SET blocked_at = 1",
    )
    people.clock.now = datetime(2026, 11, 23, 8, tzinfo=PARIS)
    assert await people.work() == []
    assert people.planned() == []
    assert {state for state, _ in people.subscriptions("state", "ended_by")} == {"ended"}


async def test_a_reminder_years_away_keeps_its_person(people: People, database: Database) -> None:
    await people.chat(Tell({**ANNECY, "expires_on": "2029-04-30"}))
    await people.chat(REMIND_ME)
    people.clock.pass_by(days=500)
    await database.run(lambda: retention.purge(milliseconds(people.clock())))
    assert len(people.planned()) == 4


async def test_a_channel_without_words_is_left_alone(waiting: People) -> None:
    """The process that has them will say it."""
    mute = replace(waiting.desk, renderers={}, windows={})
    waiting.clock.now = MONDAY
    assert await Reminders(mute, waiting.database, "this process", waiting.clock).work() == 0
    assert len(await waiting.work()) == 1
