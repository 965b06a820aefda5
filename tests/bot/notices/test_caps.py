"""The promise to whoever waits, kept whatever happens: openings, releases, answers, pauses, machines that are off."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import milliseconds
from bot.notices import caps
from bot.store.location import sqlite_path, sqlite_url
from bot.store.open import open_database
from dialogs.events import Ask, Say, Tell
from dialogs.knowledge.library import Knowledge, load_knowledge
from dialogs.machine import Reader
from dialogs.understanding.reader import load_reader
from tests.bot.notices.conftest import Clock
from tests.bot.notices.people import People, a_desk
from tests.ledger import Ledger

DAY = 24 * 3600 * 1000
KNOWLEDGE, READER = load_knowledge(), load_reader(model=False)
BEGIN = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    state: str = "active"
    unanswered: int = 0
    last_notice_at: int | None = None
    asked_at: int | None = None


def test_one_a_day_and_three_without_an_answer() -> None:
    assert caps.may_be_told(Told(), 0)
    assert not caps.may_be_told(Told("paused"), 0)
    assert caps.may_be_told(Told(unanswered=2, last_notice_at=0), DAY)
    assert not caps.may_be_told(Told(unanswered=2, last_notice_at=0), DAY - 1)
    assert not caps.may_be_told(Told(unanswered=3, last_notice_at=0), 9 * DAY)


def test_asked_after_the_third_and_its_rest_and_left_after_two_weeks() -> None:
    assert caps.is_to_be_asked(Told(unanswered=3, last_notice_at=0), DAY)
    assert not caps.is_to_be_asked(Told(unanswered=3, last_notice_at=0), DAY - 1)
    assert not caps.is_to_be_asked(Told(unanswered=3, last_notice_at=0, asked_at=DAY), 2 * DAY)
    assert caps.is_over(Told(unanswered=3, last_notice_at=0, asked_at=DAY), 15 * DAY)
    assert not caps.is_over(Told(unanswered=3, last_notice_at=0, asked_at=DAY), 15 * DAY - 1)


SAYS = ["bonjour", "pause", "reprendre les alertes", "stop alertes", "prévenez-moi", "oui", "non", "mes alertes"]
WHO = st.sampled_from(["telegram", "sms"])
HAPPENS = st.one_of(
    st.tuples(st.just("hours"), st.sampled_from([1, 7, 23, 25, 48, 168, 360])),
    st.tuples(st.just("hours"), st.sampled_from([24, 168])),
    st.tuples(st.just("opening"), st.integers(1, 30)),
    st.tuples(st.just("says"), st.tuples(WHO, st.sampled_from(SAYS))),
)


@given(st.lists(HAPPENS, min_size=5, max_size=40))
def test_nobody_ever_gets_more_than_the_cap(
    migrated: Callable[[str | None], str], happens: list[tuple[str, object]]
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rdv.db"
        shutil.copy(sqlite_path(migrated(None)) or "", path)
        asyncio.run(_Life(sqlite_url(path), KNOWLEDGE, READER).live(happens))


class _Life:
    """Two people who wait for the same calendars, and what is said to them, looked at after everything that happens."""

    def __init__(self, url: str, knowledge: Knowledge, reader: Reader) -> None:
        self.ledger, self.clock = Ledger(url), Clock(BEGIN)
        self.knowledge, self.reader, self.url = knowledge, reader, url
        self.seen: set[str] = set()
        self.notices: dict[str, list[int]] = {}
        self.unanswered: dict[str, int] = {}

    async def live(self, happens: list[tuple[str, object]]) -> None:
        database = await open_database(self.url)
        people = People(a_desk(self.knowledge, self.reader, self.ledger), database, self.ledger, self.clock)
        await people.chat(Tell({"prefecture": "74", "procedure": "renewal", "permit": "cst"}))
        await people.chat(Ask("subscribe"))
        await people.text("renouvellement carte d'un an à Annecy")
        await people.text("prévenez-moi")
        self.look()
        for kind, what in happens:
            if kind == "hours" and isinstance(what, int):
                self.clock.now += timedelta(hours=what)
            elif kind == "opening":
                await people.announce(hours=int(str(what)))
            elif isinstance(what, tuple):
                channel, text = what
                await (people.chat(Say(text)) if channel == "telegram" else people.text(text))
                self.look(answered=channel)
            await people.reminders.work()
            self.look()
            await people.announcer.work()
            self.look()
            self.clock.pass_by(seconds=1)
            people.deliver()
        await database.close()

    def look(self, answered: str | None = None) -> None:
        """Whatever is new was allowed to be said."""
        if answered is not None:
            self.unanswered[answered] = 0
        states = {row["person_id"]: row for row in self.ledger.rows("SELECT * FROM subscriptions")}
        now_ms = milliseconds(self.clock())
        for row in self.ledger.rows("SELECT * FROM outbox WHERE state IN ('queued', 'accepted') ORDER BY id"):
            if row["id"] in self.seen or row["lane"] == 0:
                continue
            self.seen.add(row["id"])
            channel, text = row["channel"], self.ledger.vault.open(row["sealed_message"])
            assert row["created_at"] < row["expires_at"]
            if row["plan"] is None and row["batch_id"] is None:  # the question, or the end
                assert self.unanswered[channel] == 3
                assert (states[row["person_id"]]["state"] == "ended") == ("Sans nouvelles" in text)
                continue
            assert states[row["person_id"]]["state"] == "active"
            assert row["plan"] is None or json.loads(row["plan"])["kind"] == "release"
            before = self.notices.setdefault(channel, [])
            assert not before or row["created_at"] - before[-1] >= DAY
            before.append(row["created_at"])
            self.unanswered[channel] = self.unanswered.get(channel, 0) + 1
            assert self.unanswered[channel] <= 3
            assert now_ms - row["created_at"] <= 1000
