"""What a power cut costs: kill -9 in the middle of conversations, and then the accounts.

    python -m bench.crash [URL …] [--people 200] [--kills 3] [--mode polling webhook split]

Without a URL: a SQLite file in a temporary folder. A URL names an empty database to be migrated and written to, one for
each mode. The assistant is a process of its own, `rdv-sejour run`, or three of them (`split`: two `web` and a `worker`,
on PostgreSQL); the Bot API server and the people are in this one.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import get_args

from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from tests.crash.crash import crash
from tests.end_to_end.running import Mode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--mode", nargs="+", choices=get_args(Mode), default=["polling", "webhook"])
    asked = parser.parse_args()
    if asked.urls and len(asked.urls) != len(asked.mode):
        parser.error(f"one URL for each of {', '.join(asked.mode)} is expected")
    patience = 60.0 + asked.people / 10 + 15 * asked.kills
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = asked.urls or [sqlite_url(folder / f"{mode}.db") for mode in asked.mode]
        for url, mode in zip(urls, asked.mode, strict=True):
            migrate(url)
            run = crash(folder, url, mode, people=asked.people, kills=asked.kills, patience=patience)
            accounts = asyncio.run(run)
            print(f"{'postgres' if sqlite_path(url) is None else 'sqlite'}, {mode}: {accounts}", flush=True)


if __name__ == "__main__":
    main()
