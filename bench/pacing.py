"""How close to its limit a sender is driven: the time that notices take, over the time that the limit allows.

    python -m bench.pacing [URL …] [--segments 300] [--limit 10]

Messages of one and of two segments, mixed, through the whole assistant as a process of its own, to a provider (ours, on
this machine) that refuses with 429 whatever comes above the limit, as Twilio does for an alphanumeric sender. Counted
from the first message to the last, over what those before the last weigh at the limit: 1 is the limit itself.
Without a URL: a SQLite file in a temporary folder. A URL names an empty database to be migrated and written to.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from random import Random

from bot.channels.sms.segments import measure
from bot.delivery.parcel import Lane
from bot.store import outbox, people
from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault
from tests.end_to_end.process import Process
from tests.ledger import KEY
from tests.twilio import Account, TwilioServer
from tests.twilio.account import NOTICES

SHORT, LONG = "Votre titre de séjour est disponible. " * 4, "Votre titre de séjour est disponible. " * 7
ADDRESS = "https://rdv.example"
FIRST = 33_639_980_000


def texts(segments: int) -> list[str]:
    """Short and long ones in an order drawn once, so many segments in all."""
    draw, found = Random(1), []  # noqa: S311 - to repeat
    while segments > 0:
        text = LONG if segments > 1 and draw.random() < 0.5 else SHORT
        found.append(text)
        segments -= measure(text).segments
    return found


async def queue(url: str, bodies: list[str]) -> None:
    """Each to somebody of their own, due now, of no préfecture: at any hour."""
    vault, now = Vault(KEY), time.time_ns() // 1_000_000
    database = await open_database(url)

    def script() -> Script[None]:
        for number, body in enumerate(bodies, 1):
            address, name = f"+{FIRST + number}", f"m{number:06}"
            person = yield from people.meet("sms", vault.digest("sms", address), vault.seal(address), name, now)
            sealed = vault.seal(json.dumps({"body": body}))
            yield from outbox.add(
                *(name, person.id, "sms", Lane.NOTICE, sealed, now, now, now + 3_600_000),
                segments=measure(body).segments,
            )

    await database.run(script)
    await database.close()


async def pace(folder: Path, url: str, segments: int, limit: float) -> str:
    """One run, in words."""
    bodies = texts(segments)
    await queue(url, bodies)
    async with TwilioServer(account=Account(), segments_per_second=limit) as server:
        process = Process(
            "run",
            folder,
            TELEGRAM_TOKEN="",
            DATABASE_URL=url,
            RDV_KEY=KEY,
            PUBLIC_URL=ADDRESS,
            TWILIO_ACCOUNT_SID=server.account.sid,
            TWILIO_AUTH_TOKEN=server.account.token,
            TWILIO_SENDER=NOTICES,
            TWILIO_API_URL=server.url,
            TWILIO_SEGMENTS_PER_SECOND=str(limit),
        )
        server.webhook.routes[ADDRESS] = process.url
        async with process:
            await server.when(lambda: len(server.messages.all) == len(bodies), 30 + 3 * segments / limit)
        first, *_, last = server.messages.all
        least = (sum(each.segments for each in server.messages.all) - last.segments) / limit
        took = last.created_at - first.created_at
        refused = server.pace.refused
    long = sum(body == LONG for body in bodies)
    return (
        f"{segments} segments ({len(bodies) - long} messages of one, {long} of two) at {limit:g} a second: "
        f"{took:.2f} s over {least:.2f} s = {took / least:.3f}, {refused} refused with 429"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--segments", type=int, default=300)
    parser.add_argument("--limit", type=float, default=10.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in asked.urls or [sqlite_url(Path(folder) / "pacing.db")]:
            migrate(url)
            print("postgres" if sqlite_path(url) is None else "sqlite", end=": ")
            print(asyncio.run(pace(Path(folder), url, asked.segments, asked.limit)), flush=True)


if __name__ == "__main__":
    main()
