"""Who is alive: this process says so of itself, and looks for what dead ones were sending."""

from collections.abc import Callable

import structlog

from bot.delivery.outbox import Outbox
from bot.delivery.sender import Uncertain
from bot.delivery.underway import Underway

log = structlog.get_logger(__name__)

SWEEP = 30.0
"""Seconds between two looks for what dead processes left behind."""
FIRST_SWEEP = 7.0
"""Seconds from the start to the second look: the process that this one replaces then counts as dead."""
BEAT = 1.0
"""Seconds between two signs of life while messages are on their way."""
IDLE_BEAT = 2.0
"""Seconds between two signs of life of who drives a sender that has nothing to send."""


class Liveness:
    """The signs of life of a process that delivers, and its sweeps. `clock` gives unix milliseconds."""

    def __init__(self, outbox: Outbox, underway: Underway, clock: Callable[[], int]) -> None:
        self._outbox = outbox
        self._underway = underway
        self._clock = clock
        self._beaten = self._sweep_at = 0.0
        self._sweep_in = FIRST_SWEEP

    def begin(self, now: float) -> None:
        """The first sweep is due; with no message on its way, no sign of life is missed yet."""
        self._beaten = self._sweep_at = now
        self._sweep_in = FIRST_SWEEP

    async def beat(self, now: float) -> None:
        """A sign of life, when one is due."""
        silent = now - self._beaten
        if now >= self._beaten + BEAT and (self._underway.requests or (silent >= IDLE_BEAT and self._outbox.drives())):
            await self._outbox.alive(self._clock())
            self._beaten = now

    async def sweep(self, now: float) -> None:
        """A look for what dead processes were sending, when one is due: nobody knows whether it left."""
        if now < self._sweep_at:
            return
        parcels = await self._outbox.abandoned(self._clock())
        if parcels:
            log.warning("delivery_abandoned", count=len(parcels))
        for parcel in parcels:
            self._underway.settle(parcel, Uncertain("the process that sent it died"))
        self._sweep_at, self._sweep_in = now + self._sweep_in, SWEEP

    def sweep_now(self) -> None:
        """There is something to look for: the next sweep is due."""
        self._sweep_at = float("-inf")
