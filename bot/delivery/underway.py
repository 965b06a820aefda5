"""Messages on their way: sent once they are ours, and what became of them kept until a round has written it down."""

import asyncio
from collections.abc import Callable

import structlog

from bot.delivery.outcomes import Final, Policy, State, Verdict, judge
from bot.delivery.pacing import Pacing
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, Outcome, Refused, RetryAfter, Sender, Uncertain

log = structlog.get_logger(__name__)

PATIENCE = 45.0
"""Seconds after which a sender that says nothing is believed to have nothing to say."""
LEISURE = 0.05
"""Seconds for which a good end may wait to be written down while nobody waits for it: one commit then carries many.
A kill in between makes it one more of those in flight."""


class Underway:
    """The requests of one channel, at most `room` of them, and the verdicts on those that came back.

    `news` is set when a verdict wants to be written down. `clock` and `steady` as in the dispatcher.
    """

    def __init__(
        self,
        sender: Sender,
        pacing: Pacing,
        policy: Policy,
        room: int,
        news: asyncio.Event,
        clock: Callable[[], int],
        steady: Callable[[], float],
    ) -> None:
        self.requests: dict[asyncio.Task[None], float] = {}
        """The oldest first, and when each left."""
        self.bulk = 0
        """How many of them are no dialog."""
        self.verdicts: list[Verdict] = []
        self._sender = sender
        self._pacing = pacing
        self._policy = policy
        self._room = room
        self._news = news
        self._clock = clock
        self._steady = steady
        self._soon: asyncio.TimerHandle | None = None

    def launch(self, parcel: Parcel, left: float, alone: bool = False) -> None:
        """Sends what is ours to send: its claim is on the disk. `alone`: nothing else waits for this one to end."""
        self.bulk += parcel.lane is not Lane.DIALOG
        sending = asyncio.create_task(self._send(parcel, left, alone))
        self.requests[sending] = left
        sending.add_done_callback(self.requests.__delitem__)

    def give_up(self, before: float) -> None:
        """Ends the requests sent before. One look at the oldest is cheaper than a timer for each."""
        for sending, sent_at in self.requests.items():
            if sent_at > before:
                return
            sending.cancel()

    def settle(self, parcel: Parcel, outcome: Outcome, at_leisure: bool = False) -> None:
        """Judges what became of a message. `at_leisure`: nobody waits for it to be written down."""
        if isinstance(outcome, RetryAfter):
            now = self._steady()
            if outcome.everybody:
                self._pacing.hold_everybody(now + outcome.seconds)
            else:
                self._pacing.hold(parcel.person_id, now + outcome.seconds, now)
        if isinstance(outcome, Halted):
            log.error("sender_halted", reason=outcome.reason)
        verdict = judge(parcel, outcome, self._clock(), self._policy)
        self.verdicts.append(verdict)
        if not at_leisure:
            self._news.set()
        elif self._soon is None:
            self._soon = asyncio.get_running_loop().call_later(LEISURE, self._in_time)
        if not isinstance(outcome, Accepted):
            state = verdict.state if isinstance(verdict, Final) else State.QUEUED
            log.warning(
                "not_delivered", id=parcel.id, lane=parcel.lane.name, attempt=parcel.attempt, state=state,
                outcome=type(outcome).__name__, reason=verdict.reason,
            )  # fmt: skip

    def collect(self) -> list[Verdict]:
        """Hands the verdicts to a round, which puts them back (`verdicts`) if it fails."""
        verdicts, self.verdicts = self.verdicts, []
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        return verdicts

    async def _send(self, parcel: Parcel, left: float, alone: bool) -> None:
        outcome: Outcome
        try:
            outcome = await self._sender.send(parcel)
        except asyncio.CancelledError:
            # By `give_up`: the end of the patience, not of the message.
            outcome = Uncertain("no answer in time")
        except Exception as problem:
            # Its words might hold the address.
            outcome = Uncertain(type(problem).__name__)
        if isinstance(outcome, Accepted | Refused):
            self._pacing.answered(left, self._steady() - left)
        self.bulk -= parcel.lane is not Lane.DIALOG
        # Nobody waits for the place of a message that is no reply either, as long as few of them are on their way.
        unhurried = alone or (parcel.lane is not Lane.DIALOG and self.bulk < self._room // 8)
        self.settle(parcel, outcome, at_leisure=unhurried and isinstance(outcome, Accepted))

    def _in_time(self) -> None:
        self._soon = None
        if self.verdicts:
            self._news.set()
