"""The HTTP server: where it listens, when it has begun to, and how it is told to stop."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""How a process is told to stop."""


class PortTaken(OSError):
    """Nothing can listen where we are told to."""


def bound(host: str, port: int, backlog: int) -> socket.socket:
    """The socket of an address of ours. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except OSError as problem:
        why = os.strerror(problem.errno) if problem.errno else type(problem).__name__
        raise PortTaken(
            f"HOST, PORT: nothing can listen on {host}:{port} ({why}). Stop what does already, or choose an address of"
            " this machine and a free port, for example PORT=8001."
        ) from None


class Door(uvicorn.Server):
    """uvicorn's server, which says when it listens. Its own raises the signal again once it has ended, before the rest
    of us could end."""

    def __init__(self, config: uvicorn.Config, listening: asyncio.Event) -> None:
        super().__init__(config)
        self._listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._listening.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for each in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(each, self.handle_exit, each, None)
        yield
