"""The table of outcomes: what is sent again, what never is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.outcomes import FORWARD, HALT, POLICY, RETRIED, SMS_POLICY, Again, Final, Policy, State, judge
from bot.delivery.parcel import Lane, Parcel
from bot.delivery.sender import Accepted, Halted, NotSent, Outcome, Refused, RetryAfter, Uncertain

NOW = 1_790_000_000_000

outcomes: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Accepted, st.none() | st.just("77")),
    st.builds(RetryAfter, st.floats(0, 4000), st.booleans()),
    st.just(NotSent("no connection")),
    st.just(Uncertain("read time-out")),
    st.builds(Refused, st.just("chat not found"), st.booleans()),
    st.just(Halted("21606")),
)
HOUR = 3600.0


def parcel(
    lane: Lane = Lane.DIALOG,
    attempt: int = 1,
    age: float = 0,
    left: float | None = None,
    flag: str | None = None,
    tried: float = 0,
) -> Parcel:
    expires = None if left is None else NOW + round(left * 1000)
    written, first = NOW - round(age * 1000), NOW - round(tried * 1000)
    return Parcel("1", "ada", lane, attempt, written, expires, flag, "42", {}, tried_at=first)


def test_not_sent_waits_twice_as_long_each_time() -> None:
    verdicts = [judge(parcel(attempt=attempt), NotSent("no route"), NOW) for attempt in range(1, 12)]
    waits = [verdict.due_at - NOW for verdict in verdicts if isinstance(verdict, Again)]
    assert waits[:5] == [500, 1000, 2000, 4000, 8000]
    assert waits == sorted(waits)
    assert waits[-1] == 60_000


def test_a_reply_is_given_up_after_a_quarter_of_an_hour() -> None:
    assert isinstance(judge(parcel(attempt=20, age=14 * 60 - 1), NotSent("no route"), NOW), Again)
    late = judge(parcel(attempt=20, age=15 * 60), NotSent("no route"), NOW)
    assert isinstance(late, Final)
    assert (late.state, late.reason) == (State.FAILED, "no route")


@pytest.mark.parametrize("outcome", [NotSent("no route"), RetryAfter(35)])
@pytest.mark.parametrize("policy", [POLICY, SMS_POLICY])
def test_a_notice_is_tried_for_four_hours_however_long_it_waited_before(outcome: Outcome, policy: Policy) -> None:
    """From its first attempt: a night of quiet hours does not count."""
    in_time = parcel(Lane.NOTICE, attempt=40, age=12 * HOUR, tried=3.9 * HOUR)
    assert isinstance(judge(in_time, outcome, NOW, policy), Again)
    late = judge(parcel(Lane.NOTICE, attempt=40, age=12 * HOUR, tried=4 * HOUR), outcome, NOW, policy)
    assert isinstance(late, Final)
    assert late.state is State.FAILED


@pytest.mark.parametrize("lane", Lane)
def test_of_an_sms_that_may_have_left_the_provider_is_asked_first(lane: Lane) -> None:
    for flag in (None, "sent again"):
        verdict = judge(parcel(lane, flag=flag), Uncertain("read time-out"), NOW, SMS_POLICY)
        assert isinstance(verdict, Final)
        assert (verdict.state, verdict.check_at) == (State.UNCERTAIN, NOW + 60_000)


def test_where_it_cannot_be_asked_nobody_asks() -> None:
    for lane in Lane:
        verdict = judge(parcel(lane, flag=RETRIED), Uncertain("read time-out"), NOW)
        assert isinstance(verdict, Final)
        assert verdict.check_at is None


@pytest.mark.parametrize("lane", Lane)
def test_a_sender_that_must_stop_sends_it_later(lane: Lane) -> None:
    verdict = judge(parcel(lane), Halted("20003"), NOW, SMS_POLICY)
    assert isinstance(verdict, Again)
    assert (verdict.halts, verdict.reason, verdict.due_at) == (True, "20003", NOW + round(HALT * 1000))
    late = judge(parcel(lane, age=HOUR, left=1), Halted("20003"), NOW, SMS_POLICY)
    assert isinstance(late, Final)
    assert late.halts, "whatever becomes of the message, the sender stops"
    assert late.state is (State.FAILED if lane is Lane.DIALOG else State.EXPIRED)


def test_the_provider_is_obeyed() -> None:
    verdict = judge(parcel(Lane.BROADCAST, attempt=900, age=86_400), RetryAfter(35), NOW)
    assert isinstance(verdict, Again)
    assert verdict.due_at == NOW + 35_000


def test_who_is_told_to_wait_for_everybody_says_until_when() -> None:
    assert judge(parcel(), RetryAfter(35, everybody=True), NOW).holds == NOW + 35_000
    assert judge(parcel(), RetryAfter(35), NOW).holds is None
    expired = judge(replace(parcel(Lane.BROADCAST), expires_at=NOW + 9), RetryAfter(35, everybody=True), NOW)
    assert isinstance(expired, Final)
    assert expired.holds == NOW + 35_000


def test_an_uncertain_reply_is_sent_once_more_and_marked() -> None:
    first = judge(parcel(), Uncertain("reset"), NOW)
    assert isinstance(first, Again)
    assert first.flag == RETRIED
    second = judge(parcel(attempt=2, flag=RETRIED), Uncertain("reset"), NOW)
    assert isinstance(second, Final)
    assert second.state is State.UNCERTAIN


def test_the_mark_stays_through_other_troubles() -> None:
    for outcome in (NotSent("no route"), RetryAfter(3)):
        verdict = judge(parcel(attempt=2, flag=RETRIED), outcome, NOW)
        assert isinstance(verdict, Again)
        assert verdict.flag == RETRIED


@pytest.mark.parametrize("lane", [Lane.NOTICE, Lane.BROADCAST])
def test_nothing_else_is_sent_again_when_uncertain(lane: Lane) -> None:
    verdict = judge(parcel(lane), Uncertain("read time-out"), NOW)
    assert isinstance(verdict, Final)
    assert verdict.state is State.UNCERTAIN


def test_what_would_come_too_late_is_expired() -> None:
    verdict = judge(parcel(Lane.BROADCAST, left=10), RetryAfter(10), NOW)
    assert isinstance(verdict, Final)
    assert verdict.state is State.EXPIRED
    unsure = judge(parcel(left=0.5), Uncertain("reset"), NOW)
    assert isinstance(unsure, Final)
    assert unsure.state is State.UNCERTAIN, "it may have been sent: that is not « expired, not sent »"


def test_a_person_who_blocked_is_left_alone() -> None:
    verdict = judge(parcel(), Refused("bot was blocked by the user", blocked=True), NOW)
    assert isinstance(verdict, Final)
    assert (verdict.state, verdict.blocked) == (State.FAILED, True)
    assert not judge(parcel(), Accepted("1"), NOW).blocked  # type: ignore[union-attr]


@given(
    outcomes,
    st.sampled_from(Lane),
    st.integers(1, 10_000),
    st.floats(0, 1e6),
    st.none() | st.floats(0.001, 1e6),
    st.sampled_from([None, RETRIED]),
    st.sampled_from([POLICY, SMS_POLICY]),
)
def test_every_outcome_moves_forward(
    outcome: Outcome, lane: Lane, attempt: int, age: float, left: float | None, flag: str | None, policy: Policy
) -> None:
    verdict = judge(parcel(lane, attempt, age, left, flag, tried=age), outcome, NOW, policy)
    state = State.QUEUED if isinstance(verdict, Again) else verdict.state
    assert state in FORWARD[State.DISPATCHING]
    if isinstance(verdict, Again):
        assert verdict.due_at >= NOW
        assert left is None or verdict.due_at < NOW + round(left * 1000), "nothing is queued beyond its end"
        assert flag is None or verdict.flag == flag, "a mark is never lost"
    if isinstance(outcome, Accepted):
        assert isinstance(verdict, Final)
        assert (verdict.state, verdict.provider_id) == (State.ACCEPTED, outcome.provider_id)


def test_no_way_leads_back() -> None:
    """Whatever the order of events, a state once left is never seen again, but for a new attempt."""
    for begin in State:
        seen: set[State] = set()
        todo = set(FORWARD[begin]) - {State.QUEUED}
        while todo:
            state = todo.pop()
            seen.add(state)
            todo |= FORWARD[state] - seen - {State.QUEUED}
        assert begin not in seen
