"""A Bot API server of our own, on the loopback: it keeps chats, queues updates, fails on demand and records all.

In a test: `async with BotApiServer() as server`. As a process: `python -m tests.bot_api --port 8081`.
"""

from tests.bot_api.faults import Fault
from tests.bot_api.person import Person
from tests.bot_api.server import BotApiServer

__all__ = ["BotApiServer", "Fault", "Person"]
