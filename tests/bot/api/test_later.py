"""FastAPI is loaded with the first request and not before."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from bot.api import Later
from bot.webhook import Application


def test_a_start_does_not_load_it() -> None:
    program = "import sys, bot.api, bot.commands.agents; print('fastapi' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


@pytest.mark.anyio
async def test_it_is_made_once_and_again_if_that_failed() -> None:
    made, asked = [0], [0]

    async def app(*_: Any) -> None:
        asked[0] += 1

    def make() -> Application:
        made[0] += 1
        if made[0] == 1:
            raise ImportError
        return app

    async def nothing(*_: Any) -> Any:
        return {}

    later = Later(make)
    with pytest.raises(ImportError):
        await later({}, nothing, nothing)
    await asyncio.gather(*(later({}, nothing, nothing) for _ in range(5)))
    assert (made[0], asked[0]) == (2, 5)
