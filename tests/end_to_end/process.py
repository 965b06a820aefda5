"""The whole assistant as an operator runs it: a process of its own, configured by its environment alone."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import aiohttp

ROOT = Path(__file__).parents[2]
TOKEN = "42:TEST"  # noqa: S105 - of our own server
FAST = {"TELEGRAM_RATE": "100000", "TELEGRAM_CHAT_RATE": "100000"}

PATIENCE = 20.0
"""Seconds after which a condition is not awaited any more; what is waited for takes milliseconds."""


@dataclass(frozen=True)
class Done:
    """What a command that ends by itself left."""

    code: int
    output: str
    errors: str


class Process:
    """`rdv-sejour COMMAND`, its log kept in a file. `port` is the same after a restart.

    With a `clock`, on the hour that this file tells instead of the machine's (`tests.clocked`).
    """

    def __init__(self, command: str, folder: Path, *, clock: Path | None = None, **environment: str) -> None:
        self.command, self.port = command, free_port()
        self._program = ("bot.cli",) if clock is None else ("tests.clocked", str(clock))
        self.log_path = folder / f"{command}-{self.port}.log"
        # Nothing of the tester's own settings reaches it.
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._environment = kept | {"HOME": str(folder), "TELEGRAM_TOKEN": TOKEN, "PORT": str(self.port)}
        self._environment |= FAST | environment
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def ended(self) -> bool:
        return self._process is None or self._process.returncode is not None

    def configure(self, **environment: str) -> None:
        """Further variables, for the next start."""
        self._environment |= environment

    async def start(self) -> None:
        """Starts it; where it answers HTTP, returns when it says that it is ready."""
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *self._program, self.command),
                cwd=ROOT,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        if self.command != "worker":
            async with aiohttp.ClientSession() as session:
                await until(lambda: self._ready(session))

    async def command_line(self, *arguments: str) -> Done:
        """`rdv-sejour ARGUMENTS` beside it, configured the same, to its end."""
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.cli", *arguments),
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await command.communicate()
        assert command.returncode is not None
        return Done(command.returncode, output.decode(), errors.decode())

    async def stop(self) -> int:
        """Ends it as an operator does; returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Ends it as a power cut does."""
        await self._end(signal.SIGKILL)

    async def __aenter__(self) -> "Process":
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        await self.kill()
        if kind is not None:
            print(self.log)

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            return await self._process.wait()

    async def _ready(self, session: aiohttp.ClientSession) -> bool:
        assert not self.ended, self.log
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Returns once the condition holds, which may be awaitable. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if asyncio.iscoroutine(held):
                held = await held
            if held:
                return
            await asyncio.sleep(0.01)
