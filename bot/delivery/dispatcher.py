"""Delivers what the outbox holds, in rounds of one transaction each, and the replies that turns hand over.

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

from bot.delivery.liveness import Liveness
from bot.delivery.outbox import Outbox, Round
from bot.delivery.outcomes import POLICY, Again, Final, Policy, State
from bot.delivery.pacing import Pacing
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import NotSent, Sender
from bot.delivery.underway import PATIENCE, Underway

log = structlog.get_logger(__name__)

CLAIM = 256
"""The most that one round claims."""
SOON = 0.02
"""Seconds for which a round waits that could only settle, when the next may also claim."""
LATE = 5.0
"""Seconds after which what was claimed is not sent any more: by then others may believe this process dead."""
POLL = 1.0
"""Seconds between two looks for what other processes queued, and before a database that failed is tried again."""


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
        self._pacing = pacing
        self._clock = clock
        self._steady = steady
        self._room = room
        self._gap = gap
        self._news = asyncio.Event()
        self._called = asyncio.Event()
        self._underway = Underway(sender, pacing, policy, room, self._news, clock, steady)
        self._liveness = Liveness(outbox, self._underway, clock)
        # Replies that turns have claimed for us, and when their place in the pace was taken; the turns that are being
        # worked; how many messages the round that is being committed may bring.
        self._kept: dict[str, float] = {}
        self._expected = self._asked = 0
        self._yielded = False
        # What failed to commit may have been written all the same. Nothing is claimed until all we know of is
        # settled; what then is still ours in the database, we do not know of.
        self._doubt = False
        self._due: list[int] = []
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
        if self._stopping or self._doubt or self._running is None or len(self._underway.requests) >= self._room:
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
            self._underway.verdicts.remove(verdict)
        now, kept = self._steady(), self._kept.pop(parcel.person_id, None)
        if kept is not None:
            self._pacing.moved(parcel.person_id, kept, now)
        self._underway.launch(parcel, now, alone)

    def accepted(self, person_id: str) -> list[Final]:
        """What is known to have been taken for this person, and not yet settled."""
        finals = (verdict for verdict in self._underway.verdicts if isinstance(verdict, Final))
        return [each for each in finals if each.state is State.ACCEPTED and each.parcel.person_id == person_id]

    async def run(self) -> None:
        """Delivers until `stop`. A database that fails is tried again; nothing is forgotten meanwhile."""
        self._running = asyncio.current_task()
        self._liveness.begin(self._steady())
        while not self._stopping:
            started = self._steady()
            self._news.clear()
            try:
                more = await self._round()
                await self._liveness.beat(started)
                self._underway.give_up(started - PATIENCE)
                if self._doubt and not self._underway.requests and not self._underway.verdicts:
                    await self._outbox.leave()
                    self._doubt = False
                    self._liveness.sweep_now()
                await self._liveness.sweep(started)
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
        if self._underway.requests:
            await asyncio.wait(list(self._underway.requests), timeout=grace)
        self._underway.give_up(float("inf"))
        if self._underway.requests:
            await asyncio.wait(list(self._underway.requests))
        try:
            await self._exchange()
            await self._outbox.leave()
        except Exception as problem:
            # What could not be settled is found by whoever starts next.
            log.error("delivery_left_unsettled", count=len(self._underway.verdicts), problem=type(problem).__name__)

    async def _round(self) -> bool:
        """Settles and claims; whether more may be waiting that could be claimed at once."""
        now, asked = self._clock(), self._steady()
        while self._due and self._due[0] <= now:
            heapq.heappop(self._due)
        room = min(CLAIM, self._room - len(self._underway.requests))
        free = 0 if self._doubt else self._pacing.available(asked, 2 * room)
        limit = min(room, ceil(free / 2))  # the other half is for the replies of turns that end meanwhile
        spare = self._pacing.spare(asked, limit) if limit > 0 else 0
        self._yielded = spare > 0 and free <= self._expected
        if limit == 0 and not self._underway.verdicts:
            return True
        bulk = max(0, min(spare, free - self._expected, self._room * 3 // 4 - self._underway.bulk))
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
            self._liveness.sweep_now()
        if max(left - asked, (self._clock() - now) / 1000) > LATE:
            for parcel in claimed.parcels:
                self._underway.settle(parcel, NotSent("claimed too long ago"))
            return True
        for parcel in claimed.parcels:
            self._pacing.charge(parcel.person_id, left, parcel.segments)
            self._underway.launch(parcel, left)
        if 0 < limit <= sum(parcel.lane is Lane.DIALOG for parcel in claimed.parcels):
            self._called.set()
        return claimed.more or spare == 0

    async def _exchange(self, limit: int = 0, bulk: int = 0) -> Round:
        """A round with the outbox. When it fails, what was to be settled is kept for the next one."""
        verdicts = self._underway.collect()
        now, steady = self._clock(), self._steady()

        def ready_at(person_id: str) -> int:
            wait = self._pacing.ready_at(person_id) - steady
            return now if wait <= 0 else now + ceil(wait * 1000)

        try:
            claimed = await self._outbox.round(verdicts, limit, bulk, now, ready_at)
        except BaseException:
            self._underway.verdicts[:0] = verdicts
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
        if more and not self._doubt and len(self._underway.requests) < self._room:
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
