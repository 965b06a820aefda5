"""Sends what the outbox holds: rounds of one transaction each, and the requests between them.

A round settles what came back since the last one and claims what may leave now; its commit is what makes the messages
ours to send (`dispatching` is on the disk before a request leaves). Rounds follow at once when the channel is quiet and
every few milliseconds when it is busy: under load a commit carries many messages, and an idle bot answers at once.
"""

import asyncio
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import ceil
from time import monotonic

import structlog

from bot.delivery.outbox import Outbox, Round
from bot.delivery.outcomes import POLICY, Again, Final, Policy, State, Verdict, judge
from bot.delivery.pacing import Pacing
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, Refused, RetryAfter, Sender, Uncertain

log = structlog.get_logger(__name__)

CLAIM = 256
"""The most that one round claims."""

SWEEP = 30.0
"""Seconds between two looks for what dead processes left behind."""
FIRST_SWEEP = 7.0
"""Seconds from the start to the second look: the process that this one replaces then counts as dead."""
BEAT = 1.0
"""Seconds between two signs of life while messages are on their way."""
IDLE_BEAT = 2.0
"""Seconds between two signs of life of who drives a sender that has nothing to send."""
SOON = 0.02
"""Seconds for which a round waits that could only settle, when the next may also claim."""
LATE = 5.0
"""Seconds after which what was claimed is not sent any more: by then others may believe this process dead."""
POLL = 1.0
"""Seconds between two looks for what other processes queued, and before a database that failed is tried again."""
LEISURE = 0.05
"""Seconds for which a good end may wait to be written down while nobody waits for it: one commit then carries many.
A kill in between makes it one more of those in flight."""
PATIENCE = 45.0
"""Seconds after which a sender that says nothing is believed to have nothing to say."""


class Dispatcher:
    """Delivers one channel's messages through one credential.

    `clock` gives unix milliseconds, `steady` seconds that never go back. `room` is how many requests may be on their
    way, a quarter of it for the dialog alone; `gap` the least seconds between two rounds; `policy` what is done about
    each outcome.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        pacing: Pacing,
        clock: Callable[[], int],
        *,
        room: int = 100,
        gap: float = 0.004,
        policy: Policy = POLICY,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._outbox = outbox
        self._sender = sender
        self._pacing = pacing
        self._clock = clock
        self._steady = steady
        self._room = room
        self._gap = gap
        self._policy = policy
        self._verdicts: list[Verdict] = []
        self._sending: dict[asyncio.Task[None], float] = {}
        self._bulk = 0
        # Replies that turns have claimed for us, and when their place in the pace was taken; the turns that are being
        # worked; how many messages the round that is being committed may bring.
        self._kept: dict[str, float] = {}
        self._expected = self._asked = 0
        self._yielded = False
        self._sweep_at = 0.0
        # What failed to commit may have been written all the same. Nothing is claimed until all we know of is
        # settled; what then is still ours in the database, we do not know of.
        self._doubt = False
        self._due: list[int] = []
        self._news = asyncio.Event()
        self._called = asyncio.Event()
        self._soon: asyncio.TimerHandle | None = None
        self._stopping = False
        self._running: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """There is something new in the outbox. Cheap; called after every commit of a turn."""
        self._called.set()
        self._news.set()

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """While a turn is worked: a place that comes free meanwhile is for its reply."""
        self._expected += 1
        try:
            yield
        finally:
            self._expected -= 1
            if self._yielded:
                self._news.set()

    def takes(self, person_id: str) -> bool:
        """Whether a reply to this person may leave at once; its place in the pace is then taken."""
        now = self._steady()
        if self._stopping or self._doubt or self._running is None or len(self._sending) >= self._room:
            return False
        # A round that is being committed has asked for its places and not yet taken them.
        if self._pacing.ready_at(person_id) > now or self._pacing.available(now, self._asked + 1) <= self._asked:
            return False
        self._pacing.charge(person_id, now)
        self._kept[person_id] = now
        return True

    def take(self, parcel: Parcel, *, alone: bool) -> None:
        """Sends what its own turn claimed for this process. `alone`: nothing else waits for this one to end.

        That turn has settled what had been taken for this person before: it could not have claimed otherwise.
        """
        for verdict in self.accepted(parcel.person_id):
            self._verdicts.remove(verdict)
        now, kept = self._steady(), self._kept.pop(parcel.person_id, None)
        if kept is not None:
            self._pacing.moved(parcel.person_id, kept, now)
        self._launch(parcel, now, alone)

    def accepted(self, person_id: str) -> list[Final]:
        """What is known to have been taken for this person, and not yet settled."""
        finals = (verdict for verdict in self._verdicts if isinstance(verdict, Final))
        return [each for each in finals if each.state is State.ACCEPTED and each.parcel.person_id == person_id]

    async def run(self) -> None:
        """Delivers until `stop`. A database that fails is tried again; nothing is forgotten meanwhile."""
        self._running = asyncio.current_task()
        beaten = self._sweep_at = started = self._steady()
        sweep_in = FIRST_SWEEP
        while not self._stopping:
            started = self._steady()
            self._news.clear()
            try:
                more = await self._round()
                if started >= beaten + BEAT and (self._sending or self._must_beat(started - beaten)):
                    await self._outbox.alive(self._clock())
                    beaten = started
                self._give_up(started - PATIENCE)
                if self._doubt and not self._sending and not self._verdicts:
                    await self._outbox.leave()
                    self._doubt, self._sweep_at = False, started
                if started >= self._sweep_at:
                    await self._sweep()
                    self._sweep_at, sweep_in = started + sweep_in, SWEEP
            except Exception as problem:
                log.error("delivery_round_failed", problem=type(problem).__name__)
                self._doubt = True
                await asyncio.sleep(POLL)
            else:
                await self._rest(started, more)

    async def stop(self, grace: float = 5.0) -> None:
        """Lets what is on its way arrive, `grace` seconds at most, and settles it; the rest stays queued."""
        self._stopping = True
        self._news.set()
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=grace)
        if self._sending:
            await asyncio.wait(list(self._sending), timeout=grace)
        self._give_up(float("inf"))
        if self._sending:
            await asyncio.wait(list(self._sending))
        try:
            await self._exchange()
            await self._outbox.leave()
        except Exception as problem:
            # What could not be settled is found by whoever starts next.
            log.error("delivery_left_unsettled", count=len(self._verdicts), problem=type(problem).__name__)

    def _must_beat(self, silent: float) -> bool:
        """Whether others must hear that an idle process is alive."""
        return silent >= IDLE_BEAT and self._outbox.drives()

    def _give_up(self, before: float) -> None:
        """Ends the requests sent before. One look at the oldest is cheaper than a timer for each."""
        for sending, sent_at in self._sending.items():
            if sent_at > before:
                return
            sending.cancel()

    async def _sweep(self) -> None:
        now = self._clock()
        parcels = await self._outbox.abandoned(now)
        if parcels:
            log.warning("delivery_abandoned", count=len(parcels))
        for parcel in parcels:
            self._settle(parcel, Uncertain("the process that sent it died"))

    async def _round(self) -> bool:
        """Settles and claims; whether more may be waiting that could be claimed at once."""
        now, asked = self._clock(), self._steady()
        while self._due and self._due[0] <= now:
            heapq.heappop(self._due)
        room = min(CLAIM, self._room - len(self._sending))
        free = 0 if self._doubt else self._pacing.available(asked, 2 * room)
        limit = min(room, ceil(free / 2))  # the other half is for the replies of turns that end meanwhile
        spare = self._pacing.spare(asked, limit) if limit > 0 else 0
        self._yielded = spare > 0 and free <= self._expected
        if limit == 0 and not self._verdicts:
            return True
        bulk = max(0, min(spare, free - self._expected, self._room * 3 // 4 - self._bulk))
        self._asked = limit if self._called.is_set() else bulk
        if limit > 0:
            self._called.clear()
        try:
            claimed = await self._exchange(limit, bulk)
        finally:
            self._asked = 0
        # Charged now that it leaves and not when it was chosen: a slow commit must not bunch messages.
        left = self._steady()
        if claimed.began:
            self._sweep_at = float("-inf")
        if max(left - asked, (self._clock() - now) / 1000) > LATE:
            for parcel in claimed.parcels:
                self._settle(parcel, NotSent("claimed too long ago"))
            return True
        for parcel in claimed.parcels:
            self._pacing.charge(parcel.person_id, left, parcel.segments)
            self._launch(parcel, left)
        if 0 < limit <= sum(parcel.lane is Lane.DIALOG for parcel in claimed.parcels):
            self._called.set()
        return claimed.more or spare == 0

    def _launch(self, parcel: Parcel, left: float, alone: bool = False) -> None:
        self._bulk += parcel.lane is not Lane.DIALOG
        sending = asyncio.create_task(self._send(parcel, left, alone))
        self._sending[sending] = left
        sending.add_done_callback(self._sending.__delitem__)

    async def _exchange(self, limit: int = 0, bulk: int = 0) -> Round:
        """A round with the outbox. When it fails, what was to be settled is kept for the next one."""
        verdicts, self._verdicts = self._verdicts, []
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        now, steady = self._clock(), self._steady()

        def ready_at(person_id: str) -> int:
            wait = self._pacing.ready_at(person_id) - steady
            return now if wait <= 0 else now + ceil(wait * 1000)

        try:
            claimed = await self._outbox.round(verdicts, limit, bulk, now, ready_at)
        except BaseException:
            self._verdicts = verdicts + self._verdicts
            raise
        for verdict in verdicts:
            if isinstance(verdict, Again):
                heapq.heappush(self._due, verdict.due_at)
        for due in claimed.passed_over:
            heapq.heappush(self._due, due)
        return claimed

    async def _rest(self, started: float, more: bool) -> None:
        """Until something is to be done; at least until the gap between two rounds is over."""
        now = self._steady()
        wait = POLL
        if self._due:
            wait = min(wait, (self._due[0] - self._clock()) / 1000)
        if more and not self._doubt and len(self._sending) < self._room:
            wait = min(wait, self._resumes_at() - now)
        if wait > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._news.wait()
        # Yields in any case: a queue that never ends must not stop the requests. What came back while nothing can leave
        # is settled by the round that follows when something can, if that is soon: its commit would delay that one.
        await asyncio.sleep(max(0.0, started + self._gap - self._steady()))
        resumes = self._resumes_at() - self._steady()
        if not 0 < resumes <= SOON:
            return
        if self._called.is_set():
            await asyncio.sleep(resumes)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(resumes):
                    await self._called.wait()

    def _resumes_at(self) -> float:
        """When something may leave: a reply, where one may be waiting."""
        return self._pacing.resumes_at() if self._called.is_set() else self._pacing.spare_at()

    async def _send(self, parcel: Parcel, left: float, alone: bool) -> None:
        outcome: Outcome
        try:
            outcome = await self._sender.send(parcel)
        except asyncio.CancelledError:
            # By `_give_up` or `stop`: the end of the patience, not of the message.
            outcome = Uncertain("no answer in time")
        except Exception as problem:
            # Its words might hold the address.
            outcome = Uncertain(type(problem).__name__)
        if isinstance(outcome, Accepted | Refused):
            self._pacing.answered(left, self._steady() - left)
        self._bulk -= parcel.lane is not Lane.DIALOG
        # Nobody waits for the place of a message that is no reply either, as long as few of them are on their way.
        unhurried = alone or (parcel.lane is not Lane.DIALOG and self._bulk < self._room // 8)
        self._settle(parcel, outcome, at_leisure=unhurried and isinstance(outcome, Accepted))

    def _settle(self, parcel: Parcel, outcome: Outcome, at_leisure: bool = False) -> None:
        if isinstance(outcome, RetryAfter):
            now = self._steady()
            if outcome.everybody:
                self._pacing.hold_everybody(now + outcome.seconds)
            else:
                self._pacing.hold(parcel.person_id, now + outcome.seconds, now)
        if isinstance(outcome, Halted):
            log.error("sender_halted", reason=outcome.reason)
        verdict = judge(parcel, outcome, self._clock(), self._policy)
        self._verdicts.append(verdict)
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

    def _in_time(self) -> None:
        self._soon = None
        if self._verdicts:
            self._news.set()
