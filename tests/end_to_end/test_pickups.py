"""Cards that are ready, announced while the assistant runs: by command and by the préfecture's own software.

The processes have an hour of their own, when notices may ring: the tests pass on a Sunday night as well.
"""

import json
import re
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import milliseconds
from tests.bot_api import Fault as Refusal
from tests.clocked import SharedClock, office_hours
from tests.end_to_end.process import until
from tests.end_to_end.texting import Texting, texting
from tests.twilio import Fault
from tests.twilio.account import NOTICES

pytestmark = pytest.mark.anyio

BY_DAY = True
SITE = "www.isere.gouv.fr"
_names = count(1)


def listed(folder: Path, *rows: str) -> str:
    """A file as an agent has it."""
    file = folder / f"prets-{next(_names)}.csv"
    file.write_bytes("\r\n".join(("Téléphone;Référence;Langue;Public", *rows, "")).encode("cp1252"))
    return str(file)


def typed(mobile: str) -> str:
    """A number as people write it.

    >>> typed("+33639980001")
    '06 39 98 00 01'
    """
    return " ".join(re.findall("..", f"0{mobile.removeprefix('+33')}"))


async def imported(phones: Texting, file: str, *more: str) -> str:
    """The batch that an import by command made."""
    done = await phones.command("pickups", "import", file, "--prefecture", "38", "--yes", "--as", "Marie", *more)
    assert done.code == 0, done.errors + done.output
    found = re.search(r"pickups report (\S+)", done.output)
    assert found is not None, done.output
    return found[1]


async def report(phones: Texting, batch: str) -> dict[str, Any]:
    done = await phones.command("pickups", "report", batch, "--json", "--as", "Marie")
    assert done.code == 0, done.errors
    told: dict[str, Any] = json.loads(done.output)
    return told


async def settled(phones: Texting, batch: str, seconds: float = 20.0) -> dict[str, Any]:
    """The report once nothing of the batch is on its way any more."""
    moving = f"batch_id = '{batch}' AND state IN ('queued', 'dispatching', 'accepted')"
    await until(lambda: not phones.ledger.count("outbox", moving), seconds)
    return await report(phones, batch)


async def test_an_import_by_command_while_the_assistant_runs(phones: Texting, tmp_path: Path) -> None:
    french, student, english, gone = (phones.phone() for _ in range(4))
    phones.twilio.faults.add(Fault("outcome", to=gone.number, code=30005))
    file = listed(
        tmp_path,
        f"{typed(french.number)};A-1;;",
        f"{typed(student.number)};A-2;;étudiant",
        f"{typed(english.number)};A-3;English;",
        f"{typed(gone.number)};A-4;;",
        "06 39 98 00;A-5;;",
    )
    batch = await imported(phones, file)
    (notice,) = await french.has(1)
    assert SITE in notice
    assert "STOP au" in notice
    assert (await student.has(1))[0] != notice
    assert "STOP to" in (await english.has(1))[0]
    (sent,) = phones.twilio.messages.to(french.number)
    assert sent.sender == NOTICES

    told = await settled(phones, batch)
    assert told["states"] == {**dict.fromkeys(told["states"], 0), "delivered": 3, "failed": 1}
    (row,) = told["rows"]
    assert (row["row"], row["reference"], row["last_four"]) == (5, "A-4", gone.number[-4:])
    assert (row["state"], row["reason"], row["resent"]) == ("failed", "30005", False)
    assert row["reason_text"] == "le numéro n'est pas attribué"
    done = await phones.command("pickups", "import", file, "--prefecture", "38", "--yes")
    assert done.code == 1, "they have all been told"
    await phones.quiet()
    assert len(french.received) == 1


async def test_an_announcement_by_the_software_of_the_prefecture(phones: Texting) -> None:
    added = await phones.command(
        "agents", "add", f"Logiciel {next(_names)}", "--prefecture", "38", "--role", "notices", "--as", "Marie"
    )
    key = added.output.split()[-1]
    phone = phones.phone()
    asked = {"prefecture": "38", "pickups": [{"phone": typed(phone.number), "reference": "B-1"}]}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "request-1"}
    async with aiohttp.ClientSession(phones.web.url, headers=headers) as software:
        answers = []
        for _ in range(2):
            async with software.post("/api/v1/pickups", json=asked) as answer:
                answers.append((answer.status, await answer.json(), answer.headers["Location"]))
        assert answers[0] == answers[1], "the same request again is the same answer"
        status, announced, location = answers[0]
        assert (status, announced["taken"], announced["channels"]["sms"]) == (201, 1, 1)
        assert SITE in (await phone.has(1))[0]
        told = await settled(phones, announced["batch"])
        async with software.get(location) as answer:
            seen = await answer.json()
        assert seen["states"] == told["states"]
        assert seen["states"]["delivered"] == 1
        async with software.post(
            "/api/v1/pickups", json={**asked, "prefecture": "74"}, headers={"Idempotency-Key": "request-2"}
        ) as answer:
            assert answer.status == 403
    assert len(phone.received) == 1


async def test_where_telegram_takes_it_no_sms_is_paid_for(phones: Texting, tmp_path: Path) -> None:
    chat, phone = phones.chat(), phones.phone()
    await chat.told("/start")
    await chat.share(phone.number)
    await phones.quiet()
    batch = await imported(phones, listed(tmp_path, f"{typed(phone.number)};C-1;;"))
    await phones.telegram.when(lambda: SITE in chat.last.text)
    await until(lambda: phones.ledger.count("outbox", f"batch_id = '{batch}' AND state = 'accepted'") == 1)
    assert phone.received == []


async def test_what_telegram_refuses_comes_by_sms(phones: Texting, tmp_path: Path) -> None:
    chat, phone = phones.chat(), phones.phone()
    await chat.told("/start")
    await chat.share(phone.number)
    await phones.quiet()
    phones.telegram.faults.add(Refusal("forbidden", "sendMessage", chat=chat.number))
    batch = await imported(phones, listed(tmp_path, f"{typed(phone.number)};D-1;;"))
    (notice,) = await phone.has(1, seconds=40)  # who looks after them looks every quarter of a minute
    assert SITE in notice
    told = await settled(phones, batch)
    assert (told["states"]["delivered"], told["fell_back"], told["rows"]) == (1, 1, [])


async def test_stop_ends_notices_before_they_are_made(phones: Texting, tmp_path: Path) -> None:
    phone, other = phones.phone(), phones.phone()
    await phone.told("arrêt")
    batch = await imported(phones, listed(tmp_path, f"{typed(phone.number)};E-1;;", f"{typed(other.number)};E-2;;"))
    await other.has(1)
    told = await settled(phones, batch)
    assert sum(told["states"].values()) == 1
    assert len(phone.received) == 1


async def test_the_page_that_a_notice_leads_to_ends_them(tmp_path: Path, database_url: str) -> None:
    """Where the sender is a name that cannot be answered, and there is no number for replies."""
    async with texting(
        tmp_path, database_url, split=False, by_day=True, TWILIO_REPLY_SENDER="", TELEGRAM_TOKEN=""
    ) as phones:
        phone = phones.phone()
        await imported(phones, listed(tmp_path, f"{typed(phone.number)};F-1;;"))
        (notice,) = await phone.has(1)
        link = re.search(rf"{re.escape(phones.web.url)}/s/\S+", notice)
        assert link is not None, notice
        digest = phones.ledger.vault.digest("sms", phone.number)
        async with aiohttp.ClientSession() as browser:
            for address, status in ((link[0], 200), (link[0][:-1], 404)):
                async with browser.get(address) as page:
                    assert (page.status, page.content_type) == (status, "text/html")
            assert phones.ledger.count("opt_outs") == 0, "phones open links before people do"
            async with browser.post(link[0]) as page:
                assert page.status == 200
        assert phones.ledger.count("opt_outs", f"digest = '{digest}'") == 1
        again = await phones.command(
            *("pickups", "import", listed(tmp_path, f"{typed(phone.number)};F-2;;")), "--prefecture", "74", "--yes"
        )
        assert again.code == 1
        assert len(phone.received) == 1


async def test_early_notices_wait_for_the_morning(tmp_path: Path, database_url: str) -> None:
    async with texting(tmp_path, database_url, split=False, by_day=True, TELEGRAM_TOKEN="") as phones:
        clock, opens = SharedClock(tmp_path / "clock"), office_hours() - timedelta(hours=1)
        clock.set(opens - timedelta(minutes=30))
        phone = phones.phone()
        batch = await imported(phones, listed(tmp_path, f"{typed(phone.number)};G-1;;"))
        waiting = f"batch_id = '{batch}' AND state = 'queued' AND due_at = {milliseconds(opens)}"
        await until(lambda: phones.ledger.count("outbox", waiting))
        assert "département" in await phones.phone().told("bonjour"), "who writes is answered at any hour"
        assert phone.received == []
        clock.set(opens)
        assert SITE in (await phone.has(1))[0]
