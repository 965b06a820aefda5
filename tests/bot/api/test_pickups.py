"""What is announced over HTTP is announced as from a file: the same texts, the same refusals, the same report."""

import httpx
import pytest

from bot.store import claiming, settling
from bot.store.database import Database
from tests.bot.api.conftest import CLOCK, Agent
from tests.bot.api.test_door import asking, problem
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

LIST = [
    {"phone": "06 39 98 00 01", "reference": "A-1"},
    {"phone": "06 39 98 00 1"},
    {"phone": "+33 (0)6 39 98 00 01"},
    {"phone": "01 99 00 12 34"},
    {"phone": "0639980002", "language": "en", "public": "student", "reference": "B-2"},
]


async def post(client: httpx.AsyncClient, headers: dict[str, str], key: str, **more: object) -> httpx.Response:
    body = asking(pickups=LIST, **more)
    return await client.post("/api/v1/pickups", json=body, headers={**headers, "Idempotency-Key": key})


async def test_a_rehearsal_tells_all_and_sends_nothing(
    client: httpx.AsyncClient, agent: Agent, database_url: str
) -> None:
    response = await post(client, await agent("notices", "38"), "rehearsal", dry_run=True)
    assert response.status_code == 200
    said = response.json()
    assert (said["batch"], said["given"], said["taken"]) == (None, 5, 2)
    assert said["channels"] == {"telegram": 0, "sms": 2, "earlier": 0}
    assert [(each["index"], each["field"], each["reason"]) for each in said["refused"]] == [
        (1, "phone", "too_short"),
        (2, "phone", "twice"),
        (3, "phone", "fixed_line"),
    ]
    assert all(each["detail"] and each["expected"] for each in said["refused"])
    assert "index 0" in said["refused"][1]["detail"]
    assert [(each["language"], each["public"], each["people"]) for each in said["texts"]] == [
        ("en", "student", 1),
        ("fr", "general", 1),
    ]
    for text in said["texts"]:
        assert text["encoding"] == "GSM-7"
        assert text["segments"] <= 2
        assert "www.isere.gouv.fr" in text["text"]
        assert text["price"] == {"amount": f"{0.0798 * text['segments']:.4f}", "currency": "USD"}
    total = sum(float(text["price"]["amount"]) * text["people"] for text in said["texts"])
    assert said["price"] == {"amount": f"{total:.4f}", "currency": "USD"}
    ledger = Ledger(database_url)
    assert ledger.count("outbox") == ledger.count("batches") == 0
    assert ledger.count("trail", "action = 'pickups.rehearse'") == 1


async def test_a_batch_is_reported_to_its_end(client: httpx.AsyncClient, agent: Agent, database: Database) -> None:
    headers = await agent("notices", "38")
    announced = await post(client, headers, "for-real")
    assert announced.status_code == 201
    where = announced.headers["location"]
    report = (await client.get(where, headers=headers)).json()
    assert (report["batch"], report["by"], report["state"]) == (announced.json()["batch"], "agent notices 38", "done")
    assert (report["given"], report["taken"], report["states"]["queued"], report["rows"]) == (5, 2, 2, [])
    rows = await database.run(lambda: claiming.claim_due("sms", "us", int(CLOCK.timestamp() * 1000), 10))
    await database.run(lambda: settling.finish(rows[0].id, "delivered", 5))
    await database.run(lambda: settling.finish(rows[1].id, "failed", 5, reason="30005"))
    report = (await client.get(where, headers=headers)).json()
    assert (report["states"]["delivered"], report["states"]["failed"]) == (1, 1)
    (row,) = report["rows"]
    assert (row["row"], row["reference"], row["last_four"], row["reason"]) == (5, "B-2", "0002", "30005")
    assert row["reason_text"]
    listed = (await client.get("/api/v1/pickups", headers=headers)).json()["batches"]
    assert listed == [{name: value for name, value in report.items() if name not in ("rows", "halts")}]


async def test_refusals_in_english(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = {**await agent("notices", "38"), "Accept-Language": "en"}
    said = (await post(client, headers, "in-english", dry_run=True)).json()
    assert [each["detail"] for each in said["refused"]] == [
        "there are only 9 digits",
        "the number is already at index 0",
        "this is a landline",
    ]


async def test_the_same_list_by_another_key_tells_nobody_twice(
    client: httpx.AsyncClient, agent: Agent, database_url: str
) -> None:
    headers = await agent("notices", "38")
    await post(client, headers, "the-first-time")
    again = await post(client, headers, "the-second-time")
    assert again.status_code == 201
    assert (again.json()["batch"], again.json()["taken"], again.json()["texts"]) == (None, 0, [])
    assert "location" not in again.headers
    reasons = [each["reason"] for each in again.json()["refused"]]
    assert reasons.count("already_told") == 2
    assert Ledger(database_url).count("outbox") == 2


async def test_a_page_cannot_be_asked_for_by_another_s_batch(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = await agent("notices", "38")
    await post(client, headers, "the-first-time")
    theirs = (await post(client, await agent("notices", "74"), "the-first-time", prefecture="74")).json()["batch"]
    for before in (theirs, "nothing"):
        response = await client.get("/api/v1/pickups", params={"before": before}, headers=headers)
        assert response.json() == {"batches": [], "next": None}


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_no_number_is_in_what_is_refused_or_kept_in_clear(
    client: httpx.AsyncClient, agent: Agent, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = await agent("admin", "38")
    told = await post(client, headers, "for-real")
    refused = await post(client, headers, "short")
    problem(refused, "no-idempotency-key")
    trail = await client.get("/api/v1/trail", headers=headers)
    kept = str([Ledger(database_url).rows(f"SELECT * FROM {table}") for table in  # noqa: S608
                ("trail", "batches", "pickups", "answered_requests", "people", "outbox", "leases")])  # fmt: skip
    for where in (str(told.json()["refused"]), refused.text, trail.text, kept, "".join(capsys.readouterr())):
        for number in ("39 98 00", "3998000", "0199001234", "01 99 00"):
            assert number not in where
