"""Who may ask what of which préfecture: every role, every préfecture, every route."""

import httpx
import pytest

from bot.agents.actor import Role
from tests.bot.api.conftest import Agent
from tests.bot.api.test_door import asking, problem
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

OWN, OTHER, UNUSED = "38", "74", "75"
"""The agent's préfecture; another's, for which there are batches; one for which nobody ever did anything."""
NOTICES: tuple[Role, ...] = ("notices", "admin")


def expected(role: Role, route: str, prefecture: str) -> int:
    """What the status must be, by hand."""
    if route == "trail" and role != "admin":
        return 403
    if route != "trail" and role not in NOTICES:
        return 403
    if prefecture != OWN:
        return 404 if route == "report" else 403
    return 201 if route == "announce" else 200


async def ask(
    client: httpx.AsyncClient, headers: dict[str, str], route: str, prefecture: str, batch: str
) -> httpx.Response:
    match route:
        case "announce":
            headers = {**headers, "Idempotency-Key": f"a-new-{route}"}
            return await client.post("/api/v1/pickups", json=asking(prefecture), headers=headers)
        case "rehearse":
            headers = {**headers, "Idempotency-Key": f"a-new-{route}"}
            return await client.post("/api/v1/pickups", json=asking(prefecture, dry_run=True), headers=headers)
        case "list":
            return await client.get("/api/v1/pickups", params={"prefecture": prefecture}, headers=headers)
        case "report":
            return await client.get(f"/api/v1/pickups/{batch}", headers=headers)
        case _:
            return await client.get("/api/v1/trail", params={"prefecture": prefecture}, headers=headers)


async def batch_of(client: httpx.AsyncClient, agent: Agent, prefecture: str) -> str:
    headers = {**await agent("notices", prefecture, name=f"Guichet {prefecture}"), "Idempotency-Key": "the-first-key"}
    body = asking(prefecture, pickups=[{"phone": "06 39 98 00 77"}])
    batch: str = (await client.post("/api/v1/pickups", json=body, headers=headers)).json()["batch"]
    return batch


@pytest.mark.parametrize("role", ["notices", "openings", "admin"])
async def test_the_matrix(client: httpx.AsyncClient, agent: Agent, database_url: str, role: Role) -> None:
    batches = {OWN: await batch_of(client, agent, OWN), OTHER: await batch_of(client, agent, OTHER), UNUSED: "nothing"}
    headers, ledger = await agent(role, OWN), Ledger(database_url)
    for prefecture in (OTHER, UNUSED, OWN):
        for route in ("rehearse", "list", "report", "trail", "announce"):
            before = ledger.count("trail")
            response = await ask(client, headers, route, prefecture, batches[prefecture])
            assert response.status_code == expected(role, route, prefecture), (role, route, prefecture)
            if response.status_code in (403, 404):
                assert ledger.count("trail") == before, "nothing was read and nothing sent"
    assert ledger.count("outbox") == 2 + (role in NOTICES)


async def test_nothing_tells_what_exists_elsewhere(client: httpx.AsyncClient, agent: Agent) -> None:
    there = await batch_of(client, agent, OTHER)
    headers = await agent("admin", OWN)
    for route in ("rehearse", "list", "announce", "trail", "report"):
        used = await ask(client, headers, route, OTHER, there)
        unused = await ask(client, headers, route, UNUSED, "nothing")
        assert used.status_code >= 400
        assert (used.status_code, used.text, used.headers) == (unused.status_code, unused.text, unused.headers)
    assert (await client.get("/api/v1/pickups", headers=headers)).json() == {"batches": [], "next": None}


async def test_the_lists_show_what_is_theirs_page_by_page(client: httpx.AsyncClient, agent: Agent) -> None:
    mine = [await batch_of(client, agent, code) for code in ("38", "973")]
    await batch_of(client, agent, OTHER)
    headers = await agent("admin", "38", "973")
    seen: list[str] = []
    for path, name in (("pickups", "batches"), ("trail", "entries")):
        page = (await client.get(f"/api/v1/{path}", params={"limit": 1}, headers=headers)).json()
        rows = page[name]
        while page["next"]:
            params = {"limit": 1, "before": page["next"]}
            page = (await client.get(f"/api/v1/{path}", params=params, headers=headers)).json()
            rows += page[name]
        assert rows == (await client.get(f"/api/v1/{path}", headers=headers)).json()[name]
        assert {row["prefecture"] for row in rows} == {"38", "973"}
        seen += [row["batch"] for row in rows if "batch" in row]
    assert sorted(seen) == sorted(mine)


async def test_an_admin_reads_who_did_what(client: httpx.AsyncClient, agent: Agent) -> None:
    batch = await batch_of(client, agent, OWN)
    headers = await agent("admin", OWN)
    entries = (await client.get("/api/v1/trail", headers=headers)).json()["entries"]
    announced = [each for each in entries if each["action"] == "pickups.import"]
    assert [(each["actor"], each["subject"], each["people"]) for each in announced] == [("agent Guichet 38", batch, 1)]
    assert (await client.get("/api/v1/trail", params={"since": "2027-01-01"}, headers=headers)).json()["entries"] == []
    response = await client.get("/api/v1/trail", params={"since": "2027"}, headers=headers)
    assert problem(response, "invalid")["errors"] == [
        {"detail": "une date est attendue, comme 2026-11-21", "parameter": "since"}
    ]
