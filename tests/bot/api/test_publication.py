"""The description that is published: whole, true in its examples, and to be read without a key."""

import json
import re
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from bot.api import schemas
from tests.bot.api.conftest import Agent

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("engine", ["sqlite"])]

URL = "/api/v1/openapi.json"


async def described(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get(URL)
    assert response.status_code == 200
    description: dict[str, Any] = response.json()
    return description


async def test_every_operation_has_its_key_its_answers_and_its_problems(client: httpx.AsyncClient) -> None:
    description = await described(client)
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {"/api/v1/pickups", "/api/v1/pickups/{batch}", "/api/v1/trail"}
    for path in description["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"key": []}]
            assert operation["operationId"]
            assert operation["summary"]
            for status, response in operation["responses"].items():
                problem = int(status) >= 400
                assert set(response["content"]) == {"application/problem+json" if problem else "application/json"}
            assert {"401", "403", "405", "422", "429", "500"} <= set(operation["responses"])
    assert {"200", "201", "400", "409", "413", "415"} <= set(
        description["paths"]["/api/v1/pickups"]["post"]["responses"]
    )
    assert description["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


async def test_every_reference_leads_somewhere(client: httpx.AsyncClient) -> None:
    description = await described(client)
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(description)))
    assert references == set(description["components"]["schemas"]), "and everything that is defined is used"


async def test_its_examples_are_of_nobody_and_right(client: httpx.AsyncClient, agent: Agent) -> None:
    description = await described(client)
    numbers = re.findall(r"(?:\+33\s?|\b0)[67](?:[\s.]?\d\d){4}", json.dumps(description))
    assert numbers
    assert all(re.sub(r"\D", "", number)[-9:].startswith("63998") for number in numbers)
    headers = {**await agent("notices", "38"), "Idempotency-Key": "the-first-key"}
    for example in description["components"]["schemas"]["Pickups"]["examples"]:
        answer = await client.post("/api/v1/pickups", json=example, headers=headers)
        assert answer.status_code == 200
        assert answer.json()["refused"] == []
    for operation in (op for path in description["paths"].values() for op in path.values()):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                for example in response["content"]["application/problem+json"]["examples"].values():
                    TypeAdapter(schemas.Problem).validate_python(example["value"])


async def test_no_page_needs_anything_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/api/v1/docs", "/api/v1/redoc", "/docs", "/redoc"):
        assert (await client.get(path)).status_code == 404
