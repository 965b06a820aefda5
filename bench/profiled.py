"""`rdv-sejour run` under cProfile: `python -m bench.profiled FILE`, written when the process is told to stop."""

import cProfile
import signal
import sys
from types import FrameType

from bot.cli import app


def stop(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    # Uvicorn gives the signal back once it has stopped serving: it must not end the process before the file is there.
    signal.signal(signal.SIGTERM, stop)
    profile = cProfile.Profile()
    try:
        profile.runcall(app, ["run"])
    finally:
        profile.dump_stats(sys.argv[1])


if __name__ == "__main__":
    main()
