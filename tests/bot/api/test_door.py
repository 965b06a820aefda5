"""Whoever comes to the door: with which key, how much, in what; and that nothing they sent is told to others."""

import json

import httpx
import pytest

from bot.agents import register
from bot.agents.actor import operator
from bot.api.door import LARGEST
from bot.api.problems import KINDS, PAGE
from bot.api.throttle import WRONG_A_MINUTE
from bot.store.database import Database
from tests.bot.api.conftest import Agent
from tests.bot.api.faulty import Faulty

pytestmark = pytest.mark.anyio

ROUTES = [("GET", "/pickups"), ("POST", "/pickups"), ("GET", "/pickups/abc"), ("GET", "/trail")]
PHONE = "06 39 98 00 01"


def asking(prefecture: str = "38", **more: object) -> dict[str, object]:
    return {"prefecture": prefecture, "pickups": [{"phone": PHONE}], **more}


def problem(response: httpx.Response, kind: str) -> dict[str, object]:
    body: dict[str, object] = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"{PAGE}#{kind}"
    assert body["status"] == response.status_code == KINDS[kind].status  # type: ignore[index]
    return body


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "given", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}, {"Authorization": f"Bearer {PHONE}"}]
)
async def test_without_a_key_nothing_is_said(
    client: httpx.AsyncClient, method: str, path: str, given: dict[str, str]
) -> None:
    response = await client.request(method, f"/api/v1{path}", headers=given, content=b"not json")
    problem(response, "no-key")
    assert response.headers["www-authenticate"].startswith("Bearer")


async def test_a_revoked_key_is_refused_at_once(client: httpx.AsyncClient, agent: Agent, database: Database) -> None:
    headers = await agent("notices", "38", name="Ana")
    assert (await client.get("/api/v1/pickups", headers=headers)).status_code == 200
    await database.run(lambda: register.revoke(operator("Marie"), "Ana", 2, iter(["x1", "x2"]).__next__))
    problem(await client.get("/api/v1/pickups", headers=headers), "no-key")


async def test_who_guesses_is_slowed_and_who_knows_is_not(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = await agent("notices", "38")
    assert (await client.get("/api/v1/pickups", headers=headers)).status_code == 200
    wrong = {"Authorization": "Bearer rdv_" + "a" * 32}
    for _ in range(WRONG_A_MINUTE):
        problem(await client.get("/api/v1/pickups", headers=wrong), "no-key")
    slowed = await client.get("/api/v1/pickups", headers=wrong)
    problem(slowed, "too-many-wrong-keys")
    assert 0 < int(slowed.headers["retry-after"]) <= 60
    assert (await client.get("/api/v1/pickups", headers=headers)).status_code == 200


async def test_what_is_not_there_and_what_is_not_done(client: httpx.AsyncClient) -> None:
    problem(await client.get("/api/v1/nothing"), "not-found")
    refused = await client.put("/api/v1/pickups")
    problem(refused, "no-such-method")
    assert refused.headers["allow"]


async def test_only_json_and_not_too_much(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = {**await agent("notices", "38"), "Idempotency-Key": "key number 1".replace(" ", "-")}
    body = json.dumps(asking()).encode()
    for media_type in ("text/csv", "", "application/x-www-form-urlencoded"):
        response = await client.post("/api/v1/pickups", content=body, headers={**headers, "Content-Type": media_type})
        problem(response, "not-json")
    headers["Content-Type"] = "application/json; charset=utf-8"
    for bad in (b"{", b"\xff\xfe\x00", b"[" * 100_000, b"", b'{"prefecture": ' + b"9" * 5000):
        response = await client.post("/api/v1/pickups", content=bad, headers=headers)
        assert response.status_code in (400, 422)

    async def endless():  # type: ignore[no-untyped-def]
        for _ in range(LARGEST // 50_000 + 2):
            yield b" " * 50_000

    problem(await client.post("/api/v1/pickups", content=endless(), headers=headers), "too-large")
    problem(await client.post("/api/v1/pickups", content=b" " * (LARGEST + 1), headers=headers), "too-large")
    assert (await client.post("/api/v1/pickups", content=body, headers=headers)).status_code == 201


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/prefecture"),
        ([], "#"),
        (None, "#"),
        (asking("Isère"), "#/prefecture"),
        (asking(pickups=[]), "#/pickups"),
        (asking(pickups=[{"phone": PHONE}] * 10_001), "#/pickups"),
        (asking(pickups=[{"phone": PHONE}, {"phone": 639980001}]), "#/pickups/1/phone"),
        (asking(pickups=[{"phone": PHONE, "language": PHONE}]), "#/pickups/0/language"),
        (asking(pickups=[{"phone": PHONE, PHONE: 1}]), "#/pickups/0"),
        (asking(pickups=[{"phone": "\ud800"}]), "#/pickups/0/phone"),
        (asking(pickups=[{"phone": PHONE * 9}]), "#/pickups/0/phone"),
        (asking(pickups=[PHONE]), "#/pickups/0"),
        (asking(dry_run=PHONE), "#/dry_run"),
        (asking(dry_run=1), "#/dry_run"),
        (asking(surprise=PHONE), "#"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_mistake_is_shown_where_it_is_and_not_repeated(
    client: httpx.AsyncClient, agent: Agent, faulty: Faulty, body: object, pointer: str
) -> None:
    headers = {**await agent("notices", "38"), "Idempotency-Key": "a-new-key", "Content-Type": "application/json"}
    response = await client.post("/api/v1/pickups", content=json.dumps(body).encode(), headers=headers)
    said = problem(response, "invalid")
    assert pointer in [fault["pointer"] for fault in said["errors"]]  # type: ignore[attr-defined]
    assert "39 98" not in response.text
    assert "639980001" not in response.text
    assert faulty.ran == 0


async def test_an_idempotency_key_is_asked_for(client: httpx.AsyncClient, agent: Agent) -> None:
    headers = await agent("notices", "38")
    for key in ({}, {"Idempotency-Key": "short"}, {"Idempotency-Key": "not of this form"}):
        response = await client.post("/api/v1/pickups", json=asking(), headers={**headers, **key})
        problem(response, "no-idempotency-key")


@pytest.mark.parametrize(
    ("accepted", "title"), [("", "Clé refusée"), ("en-GB,en;q=0.9", "Key refused"), ("de,fr;q=0.1", "Clé refusée")]
)
async def test_problems_are_said_in_french_or_in_english(client: httpx.AsyncClient, accepted: str, title: str) -> None:
    response = await client.get("/api/v1/pickups", headers={"Accept-Language": accepted})
    assert problem(response, "no-key")["title"] == title


async def test_every_kind_of_problem_has_its_place_on_the_page(client: httpx.AsyncClient) -> None:
    page = (await client.get(PAGE)).text
    assert all(f'id="{kind}"' in page for kind in KINDS)
    assert "http" not in page.replace("<!doctype html>", ""), "it needs nothing from elsewhere"


async def test_an_error_of_ours_is_a_problem_too_and_tells_nothing(
    client: httpx.AsyncClient, agent: Agent, faulty: Faulty, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {**await agent("notices", "38"), "Idempotency-Key": "a-new-key"}
    faulty.fails_at = 0
    response = await client.post("/api/v1/pickups", json=asking(), headers=headers)
    problem(response, "ours")
    written = "".join(capsys.readouterr())
    assert "api_failed" in written
    for secret in ("39 98", "a-new-key", headers["Authorization"].removeprefix("Bearer "), "the words of"):
        assert secret not in written + response.text
