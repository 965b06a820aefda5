"""The same request again: the same answer, and nothing done again."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest

from bot.clock import milliseconds
from bot.notices.sorting import PART
from bot.store import answered_requests
from bot.store.answered_requests import DEAD, KEPT, Asked
from bot.store.database import Database
from tests.bot.api.conftest import Agent
from tests.bot.api.faulty import Faulty
from tests.bot.api.test_door import asking, problem
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

TWO = [{"phone": "06 39 98 00 01"}, {"phone": "06 39 98 00 02"}]
MANY = [{"phone": f"0639 98 {number:04d}"} for number in range(2 * PART + 50)]


async def post(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    key: str = "key-0001",
    pickups: list[dict[str, str]] = TWO,
    **more: object,
) -> httpx.Response:
    body = asking(pickups=pickups, **more)
    return await client.post("/api/v1/pickups", json=body, headers={**headers, "Idempotency-Key": key})


async def test_asked_again_it_answers_again(client: httpx.AsyncClient, agent: Agent, database_url: str) -> None:
    headers, ledger = await agent("notices", "38"), Ledger(database_url)
    first, again = await post(client, headers), await post(client, headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"] == f"/api/v1/pickups/{first.json()['batch']}"
    assert ledger.count("outbox") == 2
    assert ledger.count("trail", "action = 'pickups.import'") == 1
    kept = str(ledger.rows("SELECT * FROM answered_requests"))
    assert "key-0001" not in kept
    assert first.json()["batch"] not in kept


async def test_another_request_by_the_same_key_is_refused(
    client: httpx.AsyncClient, agent: Agent, database_url: str
) -> None:
    headers = await agent("notices", "38")
    assert (await post(client, headers, dry_run=True)).status_code == 200
    problem(await post(client, headers), "idempotency-key-used")
    assert Ledger(database_url).count("outbox") == 0
    assert (await post(client, headers, key="key-0002")).status_code == 201


async def test_a_key_is_one_s_own(client: httpx.AsyncClient, agent: Agent) -> None:
    ana, bea = [await post(client, await agent("notices", "38", name=name)) for name in ("Ana", "Bea")]
    assert (ana.json()["taken"], bea.json()["taken"]) == (2, 0)
    assert {each["reason"] for each in bea.json()["refused"]} == {"already_told"}


async def test_asked_while_it_is_done_it_says_so(
    client: httpx.AsyncClient, agent: Agent, faulty: Faulty, database_url: str
) -> None:
    headers = await agent("notices", "38")
    faulty.goes_on.clear()
    doing = asyncio.create_task(post(client, headers))
    await faulty.reached.wait()
    waiting = await post(client, headers)
    problem(waiting, "in-progress")
    assert waiting.headers["retry-after"]
    faulty.goes_on.set()
    first = await doing
    assert (await post(client, headers)).json() == first.json()
    assert Ledger(database_url).count("outbox") == 2


@pytest.mark.parametrize("parts", [0, 1, 2, 3])
async def test_what_failed_in_the_middle_goes_on_in_the_same_batch(
    client: httpx.AsyncClient, agent: Agent, faulty: Faulty, database_url: str, parts: int
) -> None:
    headers, ledger = await agent("notices", "38"), Ledger(database_url)
    faulty.fails_at = parts
    broken = await post(client, headers, pickups=MANY)
    assert broken.status_code == (201 if parts == 3 else 500)
    done = await post(client, headers, pickups=MANY)
    assert done.status_code == 201
    assert done.json()["taken"] == len(MANY)
    assert done.json()["refused"] == []
    assert [row["id"] for row in ledger.rows("SELECT id FROM batches")] == [done.json()["batch"]]
    assert ledger.count("outbox") == len(MANY)


async def test_what_a_dead_process_left_is_taken_over(database: Database) -> None:
    asked = Asked("ana", "key", "digest")

    async def begin(holder: str, now: int) -> object:
        return await database.run(lambda: answered_requests.begin(asked, holder, now))

    assert await begin("first", 1000) == "mine"
    assert await begin("second", 1000 + DEAD) == "in progress"
    await database.run(lambda: answered_requests.alive(asked, "first", 2000))
    assert await begin("second", 1001 + DEAD) == "in progress"
    assert await begin("second", 2001 + DEAD) == "mine"
    assert await begin("first", 2002 + DEAD) == "in progress"
    assert await database.run(lambda: answered_requests.answer(asked, "second", "its")) == "its"
    assert await database.run(lambda: answered_requests.answer(asked, "first", "another's")) == "its"


async def test_answers_are_kept_for_a_week(
    client: httpx.AsyncClient, agent: Agent, moment: list[datetime], database: Database
) -> None:
    headers, began = await agent("notices", "38"), moment[-1]
    first = await post(client, headers)
    moment.append(began + timedelta(milliseconds=KEPT))
    assert (await post(client, headers)).json() == first.json()
    problem(await post(client, headers, dry_run=True), "idempotency-key-used")
    assert await database.run(lambda: answered_requests.purge(milliseconds(moment[-1]), 10)) == 0
    moment.append(began + timedelta(milliseconds=KEPT + 1))
    assert (await post(client, headers, dry_run=True)).status_code == 200
    moment.append(moment[-1] + timedelta(milliseconds=KEPT + 1))
    assert await database.run(lambda: answered_requests.purge(milliseconds(moment[-1]), 10)) == 1


async def test_many_at_once_are_one(client: httpx.AsyncClient, agent: Agent, database_url: str) -> None:
    headers = await agent("notices", "38")
    answers = await asyncio.gather(*(post(client, headers) for _ in range(8)))
    assert {each.status_code for each in answers} <= {201, 409}
    assert len({each.text for each in answers if each.status_code == 201}) == 1
    assert Ledger(database_url).count("outbox") == 2
