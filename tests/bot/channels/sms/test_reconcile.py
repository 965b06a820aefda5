"""Messages of which nobody knows: found and adopted, sent again once, or uncertain for good."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.channels.sms import receipts
from bot.channels.sms.errors import ABSENT, NO_RECEIPT
from bot.channels.sms.reconcile import RESENT, Reconciler
from bot.channels.sms.sender import Senders
from bot.channels.sms.twilio import NotConnected, Twilio, Unclear
from bot.delivery.parcel import Lane
from bot.store import opt_outs, settling
from bot.store.database import Database
from tests.bot.channels.sms.delivering import HOUR, MINUTE, NOW, VAULT, Desk
from tests.twilio import Account, Fault, Life, TwilioServer
from tests.twilio.account import NOTICES, NUMBER, SERVICE

pytestmark = pytest.mark.anyio

ADA = "+33639980001"
BODY = "Votre titre est prêt"


@dataclass
class Bench:
    """Our clock and Twilio's go together."""

    desk: Desk
    server: TwilioServer
    url: str
    driving: bool = True
    woken: int = 0
    senders: Senders = field(default_factory=lambda: Senders(NOTICES, NUMBER))

    def __post_init__(self) -> None:
        account = Account()
        self.twilio = Twilio(account.sid, account.token, self.url, timeout=0.4, threads=2)
        self.reconciler = self.new()

    def new(self) -> Reconciler:
        """As after a restart."""

        async def drives() -> bool:
            return self.driving

        def wake() -> None:
            self.woken += 1

        return Reconciler(
            self.desk.database, VAULT, self.twilio, self.senders, lambda: self.desk.now, drives, wake, gap=0, pause=0.01
        )

    async def wait(self, milliseconds: int) -> None:
        self.desk.now += milliseconds
        await self.server.clock.advance(milliseconds / 1000)

    async def look(self, after: int = 0) -> int:
        await self.wait(after)
        return await self.reconciler.look()

    async def reaches(self, body: str = BODY, sender: str = NOTICES, to: str = ADA) -> str:
        """A request that did arrive, whatever came back."""
        return (await self.twilio.create(to, body, sender)).sid

    async def taken(self) -> tuple[str, str]:
        """A message that was accepted, and its SID."""
        name, sid = await self.desk.dispatched(), await self.reaches()
        await self.hear(name, sid, "queued")
        return name, sid

    async def hear(self, name: str, sid: str, status: str, attempt: int = 1) -> None:
        await self.desk.database.run(lambda: receipts.apply(name, attempt, sid, status, None, self.desk.now))


@pytest.fixture
async def bench(database: Database) -> AsyncIterator[Bench]:
    async with TwilioServer(at=datetime.fromtimestamp(NOW / 1000, UTC), life=Life(60, 60, 60)) as server:
        bench = Bench(Desk(database), server, server.url)
        yield bench
        bench.twilio.close()


# --- what may have left ------------------------------------------------------------------------------------------


async def test_what_did_leave_is_found_after_a_minute(bench: Bench) -> None:
    name, sid = await bench.desk.uncertain(), await bench.reaches()
    assert await bench.look(MINUTE - 1) == 0
    assert await bench.look(1) == 1
    found = await bench.desk.look(name)
    assert (found.state, found.provider_id) == ("accepted", sid)
    [asked] = bench.server.of("list")
    assert asked.parameters == {"To": ADA, "PageSize": "100"}, "a date would hide what is still queued"
    assert await bench.look() == 0


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (None, "delivered"),
        (Fault("outcome", code=30005), "failed"),
        (Fault("outcome", code=30003), "queued"),
    ],
)
async def test_what_is_found_goes_on_from_where_it_is(bench: Bench, fault: Fault | None, state: str) -> None:
    if fault is not None:
        bench.server.faults.add(fault)
    name = await bench.desk.uncertain()
    await bench.reaches()
    await bench.look(4 * MINUTE)
    assert await bench.desk.state(name) == state
    assert (await bench.desk.look(name)).flag is None, "a failure that is known is no message sent twice"


async def test_an_absent_notice_is_sent_again_after_a_quarter_of_an_hour(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    for wait in (MINUTE, 4 * MINUTE):
        assert await bench.look(wait) == 1
        assert await bench.look() == 0
        assert await bench.desk.state(name) == "uncertain"
    assert bench.woken == 0
    await bench.look(10 * MINUTE)
    found = await bench.desk.look(name)
    assert (found.state, found.flag) == ("queued", RESENT)
    assert bench.woken == 1
    [again] = await bench.desk.claim()
    assert (again.id, again.attempt) == (name, 2)


async def test_once_and_then_it_stays_uncertain_for_good(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.look(15 * MINUTE)
    await bench.desk.claim()
    await bench.desk.lose(name, attempt=2)
    for wait in (MINUTE, 4 * MINUTE, 10 * MINUTE):
        assert await bench.look(wait) == 1
    found = await bench.desk.look(name)
    assert (found.state, found.reason, found.flag) == ("uncertain", ABSENT, RESENT)
    for _ in range(5):
        assert await bench.look(HOUR) == 0
    assert not found.has_text


async def test_the_second_one_may_be_found(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.look(15 * MINUTE)
    await bench.desk.claim()
    sid = await bench.reaches()
    await bench.desk.lose(name, attempt=2)
    await bench.look(MINUTE)
    assert (await bench.desk.look(name)).provider_id == sid


async def test_a_first_one_that_was_late_to_show_is_found_for_the_second(bench: Bench) -> None:
    bench.server.lag = 16 * 60
    name, sid = await bench.desk.uncertain(), await bench.reaches()
    await bench.look(15 * MINUTE)
    await bench.desk.claim()
    await bench.desk.lose(name, attempt=2)
    await bench.look(MINUTE)
    assert (await bench.desk.look(name)).provider_id == sid


async def test_a_reply_that_somebody_waits_for_is_sent_again_after_a_minute(bench: Bench) -> None:
    name = await bench.desk.uncertain(lane=Lane.DIALOG)
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "queued"
    await bench.desk.claim()
    await bench.desk.lose(name, attempt=2)
    for _ in range(20):
        await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_a_reply_nobody_waits_for_any_more_is_not(bench: Bench) -> None:
    name = await bench.desk.uncertain(lane=Lane.DIALOG)
    await bench.look(2 * HOUR)
    assert await bench.desk.state(name) == "uncertain"


async def test_what_goes_to_many_is_never_sent_again(bench: Bench) -> None:
    name = await bench.desk.uncertain(lane=Lane.BROADCAST)
    for _ in range(4):
        await bench.look(15 * MINUTE)
    assert (await bench.desk.look(name)).reason == ABSENT
    assert len(bench.server.of("list")) == 1


async def test_what_has_expired_is_not_sent_again(bench: Bench) -> None:
    name = await bench.desk.uncertain(expires=NOW + 10 * MINUTE)
    await bench.look(15 * MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_who_said_stop_is_not_written_to_again(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.desk.database.run(lambda: opt_outs.opt_out("sms", VAULT.digest("sms", ADA), NOW))
    await bench.look(15 * MINUTE)
    assert await bench.desk.state(name) == "uncertain"


@pytest.mark.parametrize(
    "decoy",
    [
        {"body": f"{BODY}."},
        {"sender": NUMBER},
        {"to": "+33639980002"},
    ],
)
async def test_another_message_is_not_taken_for_it(bench: Bench, decoy: dict[str, str]) -> None:
    name = await bench.desk.uncertain()
    await bench.reaches(**decoy)
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_what_they_wrote_to_us_is_not_taken_for_it(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    bench.server.receive(NOTICES, ADA, BODY)
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_an_older_one_with_the_same_words_is_not_taken_for_it(bench: Bench) -> None:
    await bench.reaches()
    await bench.wait(10 * MINUTE)
    name = await bench.desk.uncertain()
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_a_clock_a_little_behind_ours_changes_nothing(bench: Bench) -> None:
    bench.desk.now += 90_000
    name = await bench.desk.uncertain()
    await bench.reaches()
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "accepted"


async def test_one_that_is_known_to_be_another_is_not_taken_for_it(bench: Bench) -> None:
    await bench.taken()
    name = await bench.desk.uncertain()
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"


async def test_of_several_alike_the_number_is_right(bench: Bench) -> None:
    names, sids = [], []
    for arrives in (True, False, True):
        names.append(await bench.desk.uncertain())
        if arrives:
            sids.append(await bench.reaches())
        await bench.wait(1000)
    await bench.look(MINUTE)
    found = [await bench.desk.look(name) for name in names]
    assert [each.state for each in found] == ["accepted", "accepted", "uncertain"]
    assert [each.provider_id for each in found[:2]] == sids


async def test_a_messaging_service_is_known_by_its_name(bench: Bench) -> None:
    bench.senders = Senders(SERVICE)
    name, sid = await bench.desk.uncertain(), await bench.reaches(sender=SERVICE)
    await bench.wait(MINUTE)
    await bench.new().look()
    assert (await bench.desk.look(name)).provider_id == sid


async def test_while_another_is_on_its_way_nothing_is_concluded(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    on_its_way = await bench.desk.dispatched()
    await bench.reaches()
    await bench.look(MINUTE)
    assert await bench.desk.state(name) == "uncertain"
    sid = bench.server.messages.to(ADA)[0].sid
    await bench.desk.database.run(lambda: settling.finish(on_its_way, "accepted", bench.desk.now, sid, attempt=1))
    assert await bench.look(MINUTE) == 1
    assert await bench.desk.state(name) == "uncertain", "that one was the other"


async def test_a_callback_may_come_first(bench: Bench) -> None:
    name, sid = await bench.desk.uncertain(), await bench.reaches()
    await bench.hear(name, sid, "delivered")
    assert await bench.look(MINUTE) == 0


async def test_a_callback_may_come_after_it_was_queued_again(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.look(15 * MINUTE)
    await bench.hear(name, "SM1", "sent")
    assert await bench.desk.claim() == [], "it was late, not lost"
    assert await bench.desk.state(name) == "accepted"


async def test_moments_survive_a_restart(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.wait(2 * HOUR)
    assert await bench.new().look() == 1
    assert await bench.desk.state(name) == "queued", "all the moments are over: one look is enough"


async def test_a_process_that_died_without_a_plan_is_found(bench: Bench) -> None:
    name = await bench.desk.dispatched()
    await bench.desk.database.run(lambda: settling.finish(name, "uncertain", bench.desk.now, attempt=1))
    await bench.wait(HOUR)
    assert await bench.new().look() == 1
    assert await bench.desk.state(name) == "queued"


@pytest.mark.parametrize("kind", ["error_before", "reset_before", "silence_before"])
async def test_while_twilio_cannot_be_asked_nothing_is_counted(bench: Bench, kind: str) -> None:
    name, sid = await bench.desk.uncertain(), await bench.reaches()
    bench.server.faults.add(Fault(kind, call="list", times=2))  # type: ignore[arg-type]
    for wait in (MINUTE, 20 * MINUTE):
        with pytest.raises(Unclear):
            await bench.look(wait)
        assert await bench.desk.state(name) == "uncertain"
    await bench.look()
    assert (await bench.desk.look(name)).provider_id == sid


# --- what was taken, and nothing heard of ------------------------------------------------------------------------


async def test_a_lost_callback_is_asked_for(bench: Bench) -> None:
    name, sid = await bench.taken()
    assert await bench.look(15 * MINUTE - 1) == 0
    assert await bench.look(1) == 1
    assert await bench.desk.state(name) == "delivered"
    assert [request.call for request in bench.server.requests] == ["create", "fetch"]
    assert (await bench.desk.look(name)).provider_id == sid


async def test_what_our_own_commit_accepted_is_asked_for_as_well(bench: Bench) -> None:
    name, sid = await bench.desk.dispatched(), await bench.reaches()
    await bench.desk.database.run(lambda: settling.finish(name, "accepted", bench.desk.now, sid, attempt=1))
    await bench.look()
    await bench.look(15 * MINUTE)
    assert await bench.desk.state(name) == "delivered"


async def test_three_days_without_a_word_are_unknown(bench: Bench) -> None:
    bench.server.faults.add(Fault("stays", at="sent"))
    name, sid = await bench.taken()
    asked_at = []
    for quarter in range(1, 4 * 72 + 2):
        if await bench.look(15 * MINUTE):
            asked_at.append(quarter / 4)
    assert asked_at == [0.25, 1, 6, 24, 72]
    found = await bench.desk.look(name)
    assert (found.state, found.reason, found.has_text) == ("uncertain", NO_RECEIPT, False)
    await bench.hear(name, sid, "sent")
    assert await bench.desk.state(name) == "uncertain"
    await bench.hear(name, sid, "delivered")
    assert await bench.desk.state(name) == "delivered", "better late than never"


async def test_a_message_that_twilio_forgot_is_unknown_in_the_end(bench: Bench) -> None:
    name = await bench.desk.dispatched()
    await bench.hear(name, "SM" + "0" * 32, "queued")
    await bench.look(15 * MINUTE)
    assert await bench.desk.state(name) == "accepted"
    await bench.look(72 * HOUR)
    assert (await bench.desk.look(name)).reason == NO_RECEIPT


async def test_who_may_have_to_be_written_to_again_comes_first(bench: Bench) -> None:
    await bench.taken()
    await bench.wait(10 * MINUTE)
    await bench.desk.uncertain("+33639980002")
    await bench.look(5 * MINUTE)
    assert [request.call for request in bench.server.requests] == ["create", "list", "fetch"]


# --- running -----------------------------------------------------------------------------------------------------


async def test_only_who_drives_the_sender_asks(bench: Bench) -> None:
    name = await bench.desk.uncertain()
    await bench.reaches()
    await bench.wait(MINUTE)
    asked, enough = 0, asyncio.Event()

    async def drives() -> bool:
        nonlocal asked
        asked += 1
        if asked == 3:
            enough.set()
        return False

    bench.reconciler._drives = drives
    running = asyncio.create_task(bench.reconciler.run())
    await enough.wait()
    assert not bench.server.of("list")
    bench.driving = True
    bench.reconciler._drives = bench.new()._drives
    await bench.server.when(lambda: bool(bench.server.of("list")))
    bench.reconciler.stop()
    await running
    assert await bench.desk.state(name) == "accepted"


async def test_it_goes_on_when_twilio_is_gone_and_stops_when_told(bench: Bench) -> None:
    await bench.desk.uncertain()
    async with TwilioServer() as gone:
        url = gone.url
    away = Bench(bench.desk, bench.server, url)
    await away.wait(MINUTE)
    with pytest.raises(NotConnected):
        await away.reconciler.look()
    looked = asyncio.Event()

    async def drives() -> bool:
        looked.set()
        return True

    away.reconciler._drives = drives
    running = asyncio.create_task(away.reconciler.run())
    await looked.wait()
    away.reconciler.stop()
    async with asyncio.timeout(5):
        await running
