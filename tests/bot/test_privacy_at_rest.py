"""Chat ids and what people write are in clear nowhere: neither in the logs nor in the database."""

from pathlib import Path

import pytest

from tests.bot_api import Fault
from tests.end_to_end.process import until
from tests.end_to_end.running import Mode, running
from tests.end_to_end.talk import Talk
from tests.ledger import KEY

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
