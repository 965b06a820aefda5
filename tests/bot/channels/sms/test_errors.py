"""The table of error codes: what the specification asks for, in words an agent reads, and nothing guessed."""

import re

import pytest

from bot.channels.sms.errors import ABSENT, NO_RECEIPT, Kind, explain, kind_of, table, texts


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (Kind.RETRY, {20429, 21611}),
        (Kind.OPT_OUT, {21610}),
        (Kind.PERMANENT, {21211, 21614, 21635, 30004, 30005, 30006}),
        (Kind.TRANSIENT, {30001, 30003, 30008}),
        (Kind.FILTERED, {30007}),
        (Kind.STOP, {20003, 21606, 30002}),
    ],
)
def test_the_codes_and_their_classes(kind: Kind, codes: set[int]) -> None:
    assert {kind_of(code) for code in codes} == {kind}


def test_a_phone_that_is_off_is_tried_twice_again_at_most() -> None:
    assert [code for code, error in table().items() if error.times is not None] == [30003]
    assert table()[30003].times == 2


def test_every_error_is_said_in_words_of_its_own_with_its_source() -> None:
    said = [error.text for error in table().values()]
    assert len(set(said)) == len(said)
    for code, error in table().items():
        assert not re.search(r"\d{4}", error.text), "the agent reads words, not codes"
        assert error.source.endswith(f"/{code}")
        assert explain(str(code)) == error.text


def test_the_last_failure_is_the_one_that_is_told() -> None:
    assert explain("30008 30005") == table()[30005].text


@pytest.mark.parametrize("code", [12345, 30999])
def test_an_unknown_code_is_shown_with_its_number(code: int) -> None:
    assert kind_of(code) is None
    assert str(code) in explain(str(code))


def test_what_we_have_no_words_for_is_shown_as_it_is() -> None:
    assert explain("HTTP 404") == "HTTP 404"
    assert explain(NO_RECEIPT) != NO_RECEIPT
    assert explain(ABSENT) != ABSENT


def test_all_that_is_said_can_be_translated() -> None:
    for reason in ("30005", NO_RECEIPT, "undelivered"):
        assert explain(reason) in set(texts())
        assert explain(reason, str.upper) == explain(reason).upper()
    assert explain("999999", lambda text: text.replace("erreur", "error")).startswith("error 999999")
