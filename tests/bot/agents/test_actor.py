"""What each role may do, and where: the whole matrix, said once more by hand."""

from typing import get_args

import pytest

from bot.agents.actor import MAY, Action, Actor, Role, operator

EXPECTED: dict[str, set[str]] = {
    "pickups.import": {"notices", "admin", "operator"},
    "pickups.report": {"notices", "admin", "operator"},
    "openings.announce": {"openings", "admin", "operator"},
    "openings.report": {"openings", "admin", "operator"},
    "trail.read": {"admin", "operator"},
    "agents.manage": {"operator"},
}


@pytest.mark.parametrize("action", get_args(Action))
@pytest.mark.parametrize("role", get_args(Role))
def test_the_matrix(role: Role, action: Action) -> None:
    actor = Actor("Ana", role, frozenset({"38"}), None if role == "operator" else "id")
    allowed = role in EXPECTED[action]
    assert actor.may(action, "38") is allowed
    assert actor.may(action, "74") is (allowed and role == "operator")


def test_every_role_and_action_is_in_it() -> None:
    assert set(MAY) == set(get_args(Role))
    assert set(EXPECTED) == set(get_args(Action))


def test_an_agent_is_never_taken_for_whoever_runs_the_server() -> None:
    assert Actor("root", "admin", frozenset({"38"}), "id").signature != operator("root").signature
