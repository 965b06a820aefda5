"""The assistant on an hour of its own: the process that an operator runs, but for the clock on the wall.

    python -m tests.clocked CLOCK run|web|worker

What asks for the time of day goes by the clock in the file CLOCK: the hours at which notices may ring, when a message
is due, leases, when the provider is asked again. What counts seconds (time-outs, pacing, pauses) stays in real time,
and so does everything on the network.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.notices.quiet import opens_at


class SharedClock:
    """A clock that several processes read. It begins where it is set and runs as fast as it is told."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def set(self, moment: datetime, speed: float = 1.0) -> None:
        """Puts it to an aware moment."""
        draft = self.path.with_suffix(".draft")
        draft.write_text(f"{time.time()} {moment.timestamp()} {speed}", encoding="ascii")
        os.replace(draft, self.path)  # whoever reads meanwhile reads one or the other

    def run(self, speed: float) -> None:
        """It goes on from where it is, so many times as fast as time."""
        self.set(self.moment(), speed)

    def now(self) -> float:
        """Unix seconds."""
        since, began, speed = map(float, self.path.read_text(encoding="ascii").split())
        return began + (time.time() - since) * speed

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)


def office_hours(today: datetime | None = None) -> datetime:
    """Nine o'clock of the next day on which notices may ring in Isère: whenever the tests run, nobody is asleep then.

    It is some days from now at most: what is queued now has not ended by then.
    """
    paris = ZoneInfo("Europe/Paris")
    morning = (today or datetime.now(UTC)).astimezone(paris) + timedelta(days=1)
    midnight = morning.replace(hour=0, minute=0, second=0, microsecond=0)
    return opens_at(midnight, "Europe/Paris", "38") + timedelta(hours=1)


def main() -> None:
    from bot.launch import launch
    from bot.settings import load_settings

    clock, command = SharedClock(Path(sys.argv[1])), sys.argv[2]
    launch(load_settings(), web=command != "worker", work=command != "web", clock=clock.moment)


if __name__ == "__main__":
    main()
