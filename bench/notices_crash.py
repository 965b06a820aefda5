"""What a power cut costs in SMS: kill -9 of who sends, every few seconds, with all the faults of a provider at once.

    python -m bench.notices_crash [URL …] [--rows 500] [--kills 4] [--processes 3]

Without a URL: a SQLite file in a temporary folder, and one process. A URL names an empty PostgreSQL database, to be
migrated and written to, for one process that sends and others that stand by. The provider is ours, on this machine.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from bot.store.location import sqlite_path, sqlite_url
from bot.store.migrate import migrate
from tests.crash.notices import crash


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="*", metavar="URL")
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--processes", type=int, default=3, help="on PostgreSQL")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for url in asked.urls or [sqlite_url(Path(folder) / "notices.db")]:
            migrate(url)
            engine, processes = ("sqlite", 1) if sqlite_path(url) is not None else ("postgres", asked.processes)
            patience = 120.0 + asked.rows / 5 + 20 * asked.kills
            accounts = asyncio.run(
                crash(Path(folder), url, rows=asked.rows, kills=asked.kills, processes=processes, patience=patience)
            )
            print(f"{engine}, {processes} {'process' if processes == 1 else 'processes'}: {accounts}", flush=True)


if __name__ == "__main__":
    main()
