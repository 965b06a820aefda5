"""People who wait, written as rows."""

import json
from typing import Any

from tests.ledger import Ledger

HOUR = 3600 * 1000


class Crowd:
    """Writes people and their subscriptions under the assistant's feet, and looks at what they were told."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def waits(
        self,
        person: str,
        *calendars: str,
        prefecture: str = "74",
        channel: str = "telegram",
        language: str | None = "fr",
        state: str = "active",
        unanswered: int = 0,
        told_at: int | None = None,
        blocked: bool = False,
        home: str | None = None,
        number: str | None = None,
    ) -> str:
        """Somebody who waits for these calendars (3.2 unless told)."""
        digest = self.ledger.vault.digest(channel, person)
        mobile = None if number is None else self.ledger.vault.digest("sms", number)
        self._insert(
            "people",
            id=person, channel=channel, digest=digest, sealed_address=self.ledger.vault.seal(person),
            language=language, created_at=0, seen_at=0, blocked_at=1 if blocked else None, home_id=home,
            mobile_digest=mobile,
        )  # fmt: skip
        self._insert(
            "subscriptions",
            id=f"s-{person}", person_id=person, prefecture=prefecture, state=state, releases=0, created_at=0,
            unanswered=unanswered, last_notice_at=told_at,
        )  # fmt: skip
        for calendar in calendars or ("3.2",):
            self._insert(
                "subscription_calendars", subscription_id=f"s-{person}", prefecture=prefecture, calendar=calendar
            )
        return person

    def many(self, count: int, prefix: str = "p", **more: Any) -> list[str]:
        return [self.waits(f"{prefix}{number:03d}", **more) for number in range(count)]

    def told(self, state: str | None = None) -> dict[str, int]:
        """How many messages there are to each person."""
        where = "" if state is None else f" WHERE state = '{state}'"
        rows = self.ledger.rows(f"SELECT person_id, COUNT(*) AS messages FROM outbox{where} GROUP BY person_id")  # noqa: S608
        return {row["person_id"]: row["messages"] for row in rows}

    def message(self, person: str) -> dict[str, Any]:
        """What somebody was told, as its sender takes it."""
        (row,) = self.row(person)
        opened: dict[str, Any] = json.loads(self.ledger.vault.open(row["sealed_message"]))
        return opened

    def row(self, person: str) -> list[dict[str, Any]]:
        return self.ledger.rows(f"SELECT * FROM outbox WHERE person_id = '{person}' ORDER BY id")  # noqa: S608

    def subscription(self, person: str) -> dict[str, Any]:
        (row,) = self.ledger.rows(f"SELECT * FROM subscriptions WHERE person_id = '{person}'")  # noqa: S608
        return row

    def notices(self, person: str) -> list[dict[str, Any]]:
        """All that somebody was told, with its opening."""
        joined = "SELECT outbox.*, calendar, until FROM outbox JOIN openings ON openings.id = outbox.batch_id"
        return self.ledger.rows(f"{joined} WHERE person_id = '{person}' ORDER BY outbox.created_at")

    def delivers(self, count: int) -> None:
        """The next of them leave."""
        chosen = f"SELECT id FROM outbox WHERE state = 'queued' ORDER BY id LIMIT {count}"  # noqa: S608
        self.ledger.run(f"UPDATE outbox SET state = 'accepted' WHERE id IN ({chosen})")  # noqa: S608

    def empty(self, *tables: str) -> None:
        for table in tables:
            self.ledger.run(f"DELETE FROM {table}")  # noqa: S608

    def _insert(self, table: str, **values: object) -> None:
        given = ", ".join("NULL" if each is None else f"'{each}'" for each in values.values())
        self.ledger.run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({given})")  # noqa: S608
