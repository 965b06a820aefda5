"""A Twilio Messages server of our own, on the loopback: it keeps messages, lets them live, fails on demand and records
all.

In a test: `async with TwilioServer() as server`. As a process: `python -m tests.twilio --port 8082`.
"""

from tests.twilio.account import Account
from tests.twilio.faults import Fault
from tests.twilio.life import Life
from tests.twilio.person import Person
from tests.twilio.server import TwilioServer

__all__ = ["Account", "Fault", "Life", "Person", "TwilioServer"]
