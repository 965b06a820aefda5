"""What new facts do to those already known."""

from dialogs.amending import changed, dropped, joined
from dialogs.knowledge.library import Knowledge


def test_a_second_calendar_found_full_is_added_to_the_first(knowledge: Knowledge) -> None:
    assert joined(knowledge, {"full_calendars": "3.1"}, {"full_calendars": "3.2"}) == {"full_calendars": "3.1,3.2"}


def test_any_other_fact_takes_its_new_value(knowledge: Knowledge) -> None:
    assert joined(knowledge, {"permit": "cst"}, {"permit": "csp"}) == {"permit": "csp"}


def test_a_fact_told_for_the_first_time_or_once_more_is_not_changed() -> None:
    assert changed({"permit": "cst"}, {"permit": "cst", "procedure": "renewal"}) == {}


def test_a_town_replaces_its_arrondissement(knowledge: Knowledge) -> None:
    assert dropped(knowledge, {"district": "cayenne"}, {"commune": "Mana"}) == {"district"}


def test_another_prefecture_unsettles_the_calendars_found_full(knowledge: Knowledge) -> None:
    before = {"prefecture": "74", "full_calendars": "3.1"}
    assert dropped(knowledge, before, {"prefecture": "38"}) == {"full_calendars"}
    assert dropped(knowledge, before, {"prefecture": "74"}) == set()


def test_what_is_told_at_the_same_time_stays(knowledge: Knowledge) -> None:
    before = {"prefecture": "74", "full_calendars": "3.1"}
    assert dropped(knowledge, before, {"prefecture": "38", "full_calendars": "unsaid"}) == set()
