"""What is known, turn after turn, and the way back."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dialogs.conversation import Conversation
from dialogs.understanding.reading import Value

DAYS = frozenset({"expires_on"})

facts = st.dictionaries(
    st.sampled_from(["permit", "age_at_entry", "commune"]),
    st.one_of(st.none(), st.text(max_size=4), st.integers(0, 99)),
)
told = st.builds(
    lambda day, others: {**others, "expires_on": day}, st.one_of(st.none(), st.just("unsaid"), st.dates()), facts
)


def after(turns: list[dict[str, Value | None]]) -> Conversation:
    conversation = Conversation()
    for turn in turns:
        conversation = conversation.tell(turn, "typed")
    return conversation


@given(st.lists(told, max_size=6), told)
def test_back_undoes_exactly_the_last_turn(turns: list[dict[str, Value | None]], last: dict[str, Value | None]) -> None:
    before = after(turns)
    told_last = before.tell(last, "pressed")
    if told_last.given != before.given:
        assert told_last.back() == before


@given(st.lists(told, max_size=6))
def test_the_way_back_ends_at_the_start(turns: list[dict[str, Value | None]]) -> None:
    conversation = after(turns)
    for _ in turns:
        conversation = conversation.back()
    assert conversation == Conversation()
    assert conversation.back() == conversation


@given(st.lists(told, max_size=6))
def test_the_latest_value_of_a_fact_counts(turns: list[dict[str, Value | None]]) -> None:
    latest: dict[str, Value | None] = {}
    for turn in turns:
        latest |= turn
    assert after(turns).facts == {fact: value for fact, value in latest.items() if value is not None}


@given(st.lists(told, max_size=6))
def test_what_changes_nothing_adds_nothing(turns: list[dict[str, Value | None]]) -> None:
    conversation = after(turns)
    assert conversation.tell(conversation.facts, "pressed").given == conversation.given


@given(st.lists(told, max_size=6), st.sampled_from(["fr", "en"]), st.booleans(), st.integers(0, 5))
def test_a_store_gives_back_what_it_was_given(
    turns: list[dict[str, Value | None]], language: str, chosen: bool, misses: int
) -> None:
    conversation = Conversation(after(turns).given, language, chosen, misses)
    stored = json.dumps(conversation.to_json())
    assert Conversation.from_json(json.loads(stored), DAYS) == conversation


def test_how_a_fact_came_to_be_known_is_kept() -> None:
    conversation = Conversation().tell({"permit": "cst"}, "pressed").tell({"expires_on": date(2027, 4, 13)}, "typed")
    assert [(entry.fact, entry.how, entry.turn) for entry in conversation.given] == [
        ("permit", "pressed", 1),
        ("expires_on", "typed", 2),
    ]


def test_facts_of_one_message_go_back_together() -> None:
    conversation = Conversation().tell({"permit": "cst"}, "pressed").tell({"permit": "csp", "commune": "Mana"}, "typed")
    assert conversation.back().facts == {"permit": "cst"}
