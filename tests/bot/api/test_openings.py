"""Openings over HTTP: announced once however often it is asked, followed, stopped; by those who may."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from bot.agents import keys, register
from bot.agents.actor import operator
from bot.api.app import create_api
from bot.ids import TimeOrderedIds
from bot.notices.openings.announcer import Announcer
from bot.notices.openings.desk import OpeningDesk
from bot.store.database import Database
from bot.store.open import open_database
from bot.store.sealed import Vault
from bot.webhook import Application
from dialogs.knowledge.library import Knowledge, load_knowledge
from tests.bot.api.conftest import Agent
from tests.bot.api.in_loop import InLoop
from tests.bot.api.test_door import problem
from tests.bot.notices.openings.crowd import Crowd
from tests.ledger import KEY, Ledger

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "/api/v1/openings"
ASKED = {"prefecture": "74", "calendar": "3.2", "slots": 2, "until": "2026-11-24 18:00"}


def desk_on(database: Database, knowledge: Knowledge, moment: list[datetime]) -> OpeningDesk:
    return OpeningDesk(
        knowledge, database, Vault(KEY), Decimal("0.0798"), "USD", lambda: moment[-1], TimeOrderedIds(),
        None, 30.0, 10.0,
    )  # fmt: skip


@pytest.fixture
def moment() -> list[datetime]:
    return [NOW]


@pytest.fixture
def desk(database: Database, knowledge: Knowledge, moment: list[datetime]) -> OpeningDesk:
    return desk_on(database, knowledge, moment)


@pytest.fixture
async def client(database: Database, desk: OpeningDesk) -> AsyncIterator[httpx.AsyncClient]:
    app = create_api(database, desk.vault, desk.clock, None, desk)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


@pytest.fixture
def ledger(database_url: str) -> Ledger:
    return Ledger(database_url)


def keyed(headers: dict[str, str], key: str = "the-first-key") -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


async def post(client: httpx.AsyncClient, headers: dict[str, str], path: str = "", **asked: Any) -> httpx.Response:
    return await client.post(f"{URL}{path}", json=asked if path else {**ASKED, **asked}, headers=headers)


async def test_it_is_announced_once_followed_and_stopped(
    client: httpx.AsyncClient, agent: Agent, ledger: Ledger, desk: OpeningDesk, moment: list[datetime]
) -> None:
    Crowd(ledger).many(12)
    Crowd(ledger).waits("lin", channel="sms")
    headers = await agent("openings", "74")
    rehearsed = await post(client, keyed(headers, "a-rehearsal"), dry_run=True)
    assert rehearsed.status_code == 200
    assert rehearsed.json()["id"] is None
    assert ledger.count("openings") == 0
    announced = await post(client, keyed(headers), note="Guichet 4")
    body = announced.json()
    assert announced.status_code == 201
    assert body["people"]["ready"] == 13
    assert body["channels"] == {"telegram": 12, "sms": 1}
    assert {text["channel"] for text in body["texts"]} == {"telegram", "sms"}
    assert all("Guichet 4" in text["text"] for text in body["texts"])
    again = await post(client, keyed(headers), note="Guichet 4")
    assert (again.status_code, again.json()) == (201, body)
    assert ledger.count("openings") == 1
    where = announced.headers["location"]
    assert where == f"{URL}/{body['id']}"
    assert (await client.get(where, headers=headers)).json()["state"] == "waiting"
    moment.append(datetime(2026, 11, 24, 9, 0, 31, tzinfo=UTC))
    await Announcer(desk, "this process").work()
    followed = (await client.get(where, headers=headers)).json()
    assert (followed["state"], followed["people"], followed["left"]) == ("running", 10, 3)
    assert followed["states"]["queued"] == 10
    assert [wave["wave"] for wave in followed["waves"]] == [1]
    gone = await post(client, keyed(headers, "no-more-slots"), f"/{body['id']}/gone")
    assert gone.status_code == 200
    assert (gone.json()["state"], gone.json()["states"]["cancelled"]) == ("gone", 10)
    assert (await post(client, keyed(headers, "no-more-slots"), f"/{body['id']}/gone")).json() == gone.json()
    cancelled = await post(client, keyed(headers, "stop-it-now"), f"/{body['id']}/cancel")
    assert cancelled.json()["state"] == "gone"
    actions = [row["action"] for row in ledger.rows("SELECT action FROM trail ORDER BY id")]
    assert actions.count("openings.announce") == actions.count("openings.gone") == 1


async def test_after_a_crash_the_same_request_finds_its_opening(
    client: httpx.AsyncClient, agent: Agent, ledger: Ledger
) -> None:
    headers = keyed(await agent("openings", "74"))
    first = (await post(client, headers)).json()
    ledger.run("DELETE FROM answered_requests")  # the answer was never written
    assert (await post(client, headers)).json()["id"] == first["id"]
    assert ledger.count("openings") == 1


@pytest.mark.parametrize(
    ("asked", "pointer", "right"),
    [
        ({"calendar": "9"}, "#/calendar", "3.1, 3.2"),
        ({"until": "demain"}, "#/until", "2026-11-24 12:00"),
        ({"until": "2026-11-20 12:00"}, "#/until", "24/11/2026"),
        ({"note": "www.example.org"}, "#/note", "site de la préfecture"),
        ({"slots": 0}, "#/slots", "1"),
        ({"slots": "20"}, "#/slots", "schéma"),
        ({"phone": "x"}, "#", "de trop"),
    ],
)
async def test_a_mistake_is_said_at_its_place(
    client: httpx.AsyncClient, agent: Agent, ledger: Ledger, asked: dict[str, Any], pointer: str, right: str
) -> None:
    response = await post(client, keyed(await agent("openings", "74")), **asked)
    (error,) = cast(list[dict[str, str]], problem(response, "invalid")["errors"])
    assert error["pointer"] == pointer
    assert right in error["detail"]
    assert ledger.count("openings") == 0


async def test_in_english(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = {**keyed(await agent("openings", "74")), "Accept-Language": "en"}
    response = await post(client, headers, calendar="9")
    assert "There are: 1.1" in response.json()["errors"][0]["detail"]
    assert "Nobody can be told" in (await post(client, headers)).json()["warnings"][0]["detail"]


async def test_an_agent_of_38_can_do_nothing_for_74(client: httpx.AsyncClient, agent: Agent, ledger: Ledger) -> None:
    mine = keyed(await agent("openings", "74"))
    id = (await post(client, mine)).json()["id"]
    before = ledger.count("trail")
    other = keyed(await agent("openings", "38"), "another-key")
    before += 1  # the agent was added
    problem(await post(client, other), "not-yours")
    problem(await post(client, other, dry_run=True), "not-yours")
    for response, nothing in (
        (await client.get(f"{URL}/{id}", headers=other), await client.get(f"{URL}/nothing", headers=other)),
        (await post(client, other, f"/{id}/gone"), await post(client, other, "/nothing/gone")),
        (await post(client, other, f"/{id}/cancel"), await post(client, other, "/nothing/cancel")),
    ):
        problem(response, "not-found")
        assert (response.text, response.headers) == (nothing.text, nothing.headers)
    for role in ("notices",):
        headers = keyed(await agent(role, "74"), "a-third-key")
        before += 1
        problem(await post(client, headers), "not-yours")
        problem(await client.get(f"{URL}/{id}", headers=headers), "not-yours")
        problem(await post(client, headers, f"/{id}/gone"), "not-yours")
    assert ledger.count("trail") == before
    assert ledger.rows("SELECT state FROM openings") == [{"state": "waiting"}]


async def test_without_a_key_or_a_desk(client: httpx.AsyncClient, database: Database, desk: OpeningDesk) -> None:
    problem(await post(client, {"Idempotency-Key": "the-first-key"}), "no-key")
    app = create_api(database, desk.vault, desk.clock, None)
    transport = httpx.ASGITransport(app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as without:
        problem(await post(without, {"Idempotency-Key": "the-first-key"}), "not-found")


# --- as it is described ------------------------------------------------------------------------------------------


def interface(database: Database) -> Application:
    desk = desk_on(database, load_knowledge(), [NOW])
    return create_api(database, desk.vault, desk.clock, None, desk)


described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", interface(cast(Database, None))).include(
    path_regex="/openings"
)


@pytest.fixture
def key() -> str:
    return keys.new_key()


@pytest.fixture
def app(database_url: str, key: str) -> Iterator[Application]:
    loop, ids, digest = InLoop(), TimeOrderedIds(), keys.digest(Vault(KEY), key)
    database = loop.run(open_database(database_url))
    loop.run(
        database.run(lambda: register.add(operator("Marie"), "Ana", "admin", ["38", "74"], digest, 1, lambda: ids(NOW)))
    )
    yield loop.wrapped(interface(database))
    loop.run(database.close())
    loop.close()


@described.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_it_does_as_it_says(case: schemathesis.Case, app: Application, key: str) -> None:
    right = case.meta is None or case.meta.generation.mode.is_positive
    if right and case.headers.get("Idempotency-Key"):
        case.headers["Idempotency-Key"] = str(uuid4())
    # What may be announced depends on more than a schema can say: the préfecture's calendars, the clock, plain words.
    case.call_and_validate(
        app=app, headers={"Authorization": f"Bearer {key}"}, excluded_checks=[positive_data_acceptance]
    )
