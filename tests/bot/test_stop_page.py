"""The page behind the link of a notice: opening it changes nothing, its button ends every SMS."""

from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime
from hashlib import sha256
from html.parser import HTMLParser

import httpx
import pytest
from starlette.applications import Starlette

from bot.stop_page import HEADERS, StopPage
from bot.store import opt_outs, outbox, people
from bot.store.database import Database
from bot.store.script import Script
from bot.words import speaks
from dialogs.knowledge.library import Knowledge
from tests.ledger import Ledger

pytestmark = pytest.mark.anyio

TOKEN = "aB3_-xyz09"  # noqa: S105 - of nobody


class Parts(HTMLParser):
    """The tags of a page and what they lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.languages: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name in ("src", "href", "action") or name.startswith("on"):
                self.addresses.append(str(value))
            if name == "lang":
                self.languages.add(str(value))


@pytest.fixture
async def client(database: Database, knowledge: Knowledge, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    def somebody() -> Script[None]:
        row = yield from people.meet("sms", "digest", "sealed", "ada", 0)
        assert (yield from people.stop_token_of(row.id, TOKEN)) == TOKEN
        assert (yield from people.stop_token_of(row.id, "another")) == TOKEN
        yield from outbox.add("m1", row.id, "sms", 1, "sealed", 0, 0, None)

    await database.run(somebody)
    page = StopPage(database, speaks(knowledge), lambda: now)
    transport = httpx.ASGITransport(Starlette(routes=page.routes))
    async with httpx.AsyncClient(transport=transport, base_url="https://rdv.example") as client:
        yield client


async def out(database: Database) -> bool:
    return await database.run(lambda: opt_outs.is_out("sms", "digest"))


async def test_opening_it_changes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    for answer in (await client.get(f"/s/{TOKEN}"), await client.head(f"/s/{TOKEN}")):
        assert answer.status_code == 200
    assert not await out(database)


async def test_it_is_plain_and_in_both_languages(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/s/{TOKEN}")
    parts = Parts(answer.text)
    assert parts.languages == {"fr", "en"}
    assert parts.addresses == []
    assert parts.tags.count("button") == parts.tags.count("form") == 1
    assert not {"script", "img", "link", "a", "iframe"} & set(parts.tags)
    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{allowed}'" in answer.headers["content-security-policy"]
    assert "receive" in answer.text.lower()
    assert "recevoir" in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value


async def test_its_button_ends_every_sms(client: httpx.AsyncClient, database: Database, database_url: str) -> None:
    for _ in range(2):
        answer = await client.post(f"/s/{TOKEN}")
        assert answer.status_code == 200
        assert "<button" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert await out(database)
    assert Ledger(database_url).rows("SELECT state FROM outbox")[0]["state"] == "cancelled"


@pytest.mark.parametrize("token", ["unknown-token", "short", "é" * 10, "a" * 65, "'; DROP TABLE people"])
async def test_a_link_that_leads_to_nobody(client: httpx.AsyncClient, database: Database, token: str) -> None:
    pages = [await client.get(f"/s/{token}"), await client.post(f"/s/{token}"), await client.get("/s/nobody-at-all")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "<button" not in pages[0].text
    assert not await out(database)


async def test_after_erasing_it_leads_to_nobody(client: httpx.AsyncClient, database: Database) -> None:
    await database.run(lambda: people.erase("ada"))
    assert (await client.get(f"/s/{TOKEN}")).status_code == 404
