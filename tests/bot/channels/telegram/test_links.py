"""Links that already say facts."""

import re

import pytest

from bot.channels.telegram.links import LONGEST, facts_of, payload_of
from dialogs.facts import Choice
from dialogs.knowledge.library import Knowledge


@pytest.mark.parametrize("payload", ["74-renewal-cst", "cst-74-renewal", "renewal--cst-74", "74-renewal-cst-weather"])
def test_values_in_any_order(knowledge: Knowledge, payload: str) -> None:
    assert facts_of(payload, knowledge) == {"prefecture": "74", "procedure": "renewal", "permit": "cst"}


def test_a_value_of_several_facts_says_nothing(knowledge: Knowledge) -> None:
    owners = [fact for fact, kind in knowledge.kinds.items() if isinstance(kind, Choice) and "other" in kind.values]
    assert len(owners) > 1
    assert facts_of("74-other-unsaid", knowledge) == {"prefecture": "74"}


def test_the_first_value_of_a_fact_counts(knowledge: Knowledge) -> None:
    assert facts_of("74-38", knowledge) == {"prefecture": "74"}


@pytest.mark.parametrize("payload", ["", "-", "a" * 500, "é-ü", "74" * 40])
def test_nonsense_says_nothing(knowledge: Knowledge, payload: str) -> None:
    assert facts_of(payload, knowledge) == {}


def test_a_payload_is_read_back(knowledge: Knowledge) -> None:
    facts = {"prefecture": "973", "procedure": "renewal", "permit": "algerian_10y", "district": "saint_laurent"}
    payload = payload_of(facts)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)
    assert facts_of(payload, knowledge) == facts


def test_a_link_has_an_end() -> None:
    with pytest.raises(ValueError, match=str(LONGEST)):
        payload_of({"commune": "x" * 65})
