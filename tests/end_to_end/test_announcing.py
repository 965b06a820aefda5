"""An opening from the agent's phone to those who wait for it, through the assistant as it is run."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.process import until
from tests.end_to_end.running import running

pytestmark = pytest.mark.anyio

TAKEN_BACK_UNTIL = 60.0
"""Seconds: an announcement can be taken back for thirty."""


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_an_agent_announces_on_telegram_and_those_who_wait_are_told(database_url: str, tmp_path: Path) -> None:
    async with running(tmp_path, database_url, "polling") as assistant:
        waiting, agent = assistant.person(), assistant.person()
        elsewhere = assistant.person()
        for person, town in ((waiting, "annecy"), (elsewhere, "grenoble")):
            await person.told("/start")
            await person.told(f"je renouvelle ma CST à {town}")
            await person.told("prévenez-moi")
        await assistant.quiet()
        before = elsewhere.replies
        await assistant.process.command_line("agents", "add", "Ana", "--prefecture", "74", "--role", "openings")
        linking = await assistant.process.command_line("agents", "link", "Ana")
        code = re.search(r"\b\d{6}\b", linking.output)
        assert code is not None, linking.errors
        await agent.told(f"/agent {code[0]}")
        tomorrow = date.today() + timedelta(days=1)
        rehearsal = await agent.told(f"/annonce 74 3.1 20 {tomorrow:%d/%m} 23:00")
        assert "3.1" in rehearsal
        await agent.tapped("Envoyer")
        told = waiting.replies
        await until(lambda: waiting.replies > told, TAKEN_BACK_UNTIL)
        assert "3.1" in waiting.last.text
        shown = agent.replies
        await waiting.tapped("J’ai mon rendez-vous")
        await until(lambda: agent.replies > shown, TAKEN_BACK_UNTIL)  # the agent watches: one message, edited
        assert elsewhere.replies == before
