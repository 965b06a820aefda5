"""Chat ids, phone numbers, references and what people write are in clear nowhere: no log, no database, no error."""

from pathlib import Path

import aiohttp
import pytest

from tests.bot_api import Fault
from tests.end_to_end.process import until
from tests.end_to_end.running import Mode, running
from tests.end_to_end.talk import Talk
from tests.end_to_end.texting import texting
from tests.ledger import KEY
from tests.twilio import Fault as TwilioFault
from tests.twilio.person import HookFailed

pytestmark = pytest.mark.anyio

CHAT = 7_300_998_877
AGDREF = "9731234567"
PHONE = "06 39 98 12 34"
PLANTED = (str(CHAT), AGDREF, PHONE, PHONE.replace(" ", ""), "maladie", "Cayenne", "cayenne", "renewal")


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_is_planted_is_nowhere_in_clear(tmp_path: Path, database_url: str, mode: Mode) -> None:
    async with running(tmp_path, database_url, mode) as assistant:
        person = Talk(assistant.server, CHAT)
        await person.told("/start")
        await person.told("renouvellement à Cayenne, à cause d'une maladie")
        await person.told(f"mon numéro est {AGDREF}, appelez-moi au {PHONE}")
        row = assistant.ledger.person(CHAT)
        assert assistant.ledger.facts(row)["prefecture"] == "973", "the planted words were not even read"

        # Everything that goes wrong is logged: the replies, the turns, the updates.
        assistant.server.faults.add(
            Fault("too_many", "sendMessage", times=1, seconds=0.1),
            Fault("reset_after", "sendMessage", times=1),
            Fault("error_after", "sendMessage", times=1),
        )
        await person.say(f"{PHONE} {AGDREF} maladie")
        await assistant.quiet()
        with assistant.ledger.broken():
            await person.say(f"maladie {PHONE}")
            await until(lambda: "turn_failed" in assistant.process.log or "telegram.polling" in assistant.process.log)
        await assistant.quiet()
        await person.block()
        await assistant.quiet()
        while_running = assistant.ledger.everything()
        await assistant.process.stop()
        log = assistant.process.log
        assert "not_delivered" in log
        for place, held in {"log": log, "database": while_running, "file": assistant.ledger.everything()}.items():
            for value in (*PLANTED, KEY):
                assert value not in held, f"{value} is in clear in the {place}"


MOBILE, FAILING, GONE, SILENT, SHARED, ASKED = (f"+3363998123{digit}" for digit in range(4, 10))
REFERENCES = ("DOSSIER-AMADOU-77", "DOSSIER-FATIMA-78", "REF-SOFTWARE-79")
SAID = (AGDREF, "maladie", "Cayenne", "cayenne", "renewal", "titre de séjour est disponible")


def spelled(mobile: str) -> list[str]:
    """A number in the ways in which it could be found."""
    digits = mobile.removeprefix("+33")
    pairs = " ".join(f"0{digits}"[place : place + 2] for place in range(0, 10, 2))
    return [digits, pairs, pairs.replace(" ", "."), pairs.replace(" ", "%20")]


async def test_nothing_of_what_sms_and_notices_bring_is_in_clear(tmp_path: Path, database_url: str) -> None:
    mobiles = (MOBILE, FAILING, GONE, SILENT, SHARED, ASKED)
    async with texting(tmp_path, database_url, split=False, by_day=True) as phones:
        errors = []
        phone = phones.phone(MOBILE)
        await phone.told(f"renouvellement à Cayenne, à cause d'une maladie, {AGDREF}")
        assert phones.facts(MOBILE)["prefecture"] == "973", "the planted words were not even read"
        code = (await phone.told("CODE")).partition("CODE ")[2][:6]
        chat = phones.chat()
        await chat.told("/start")
        await chat.share(SHARED)
        await phone.forge(f"maladie {AGDREF}")
        await phones.quiet()

        # Everything that goes wrong is logged: replies, turns, notices, imports, requests of the software.
        twilio = phones.twilio.faults
        twilio.add(
            TwilioFault("error_after", to=MOBILE), TwilioFault("reset_after", to=FAILING),
            TwilioFault("refused", to=GONE, code=21211), TwilioFault("too_many", to=SILENT),
            TwilioFault("outcome", to=SILENT, code=30005),
        )  # fmt: skip
        phones.telegram.faults.add(Fault("forbidden", "sendMessage"))
        await phone.say(f"maladie {AGDREF}")
        await until(lambda: "not_delivered" in phones.web.log)
        file = tmp_path / "prets.csv"
        rows = [f"{each};{REFERENCES[place % 2]}" for place, each in enumerate((FAILING, GONE, SILENT, SHARED))]
        file.write_text("\n".join(["telephone;reference", *rows, f"{MOBILE[:-1]};{REFERENCES[0]}", ""]))
        importing = ("pickups", "import", str(file), "--prefecture", "38", "--yes", "--as", "Marie")
        asked = {"prefecture": "38", "pickups": [{"phone": ASKED, "reference": REFERENCES[2]}]}
        added = await phones.command("agents", "add", "Logiciel", "--prefecture", "38", "--role", "notices")
        key = added.output.split()[-1]
        with phones.ledger.broken():
            with pytest.raises(HookFailed):
                await phone.say(f"maladie {AGDREF}")
            assert "twilio_failed" in phones.web.log
            failed = await phones.command(*importing)
            assert failed.code != 0
            errors.append(failed.errors)
            assert await _asked(phones.web.url, key, "while-it-is-broken", asked) == 500
        done = await phones.command(*importing)
        assert done.code == 0, done.errors
        batch = done.output.split()[-1]
        assert await _asked(phones.web.url, key, "now-that-it-works", asked) == 201
        await until(lambda: not phones.ledger.open_messages())
        await until(lambda: phones.ledger.count("outbox", f"batch_id = '{batch}' AND state = 'failed'") == 3)
        told = await phones.command("pickups", "report", batch, "--csv", str(tmp_path / "report.csv"))
        errors += [done.errors, told.errors, (await phones.command("agents", "trail", "--json")).output]
        while_running = phones.ledger.everything()
        await phones.web.stop()
        places = {
            "log": phones.web.log,
            "errors": "\n".join(errors),
            "database": while_running,
            "file": phones.ledger.everything(),
        }
        planted = [*SAID, *REFERENCES, code, KEY, key, *(text for each in mobiles for text in spelled(each))]
        for place, held in places.items():
            for value in planted:
                assert value not in held, f"{value} is in clear in the {place}"


async def _asked(url: str, key: str, once: str, body: object) -> int:
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once}
    async with (
        aiohttp.ClientSession(url, headers=headers) as software,
        software.post("/api/v1/pickups", json=body) as answer,
    ):
        return answer.status
