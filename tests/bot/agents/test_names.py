"""Names that stand in the trail for good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agents.names import LONGEST, BadName, read_name


@pytest.mark.parametrize("name", ["Ana", "Accueil Grenoble", "préfecture-38", "M. d’Arc", "guichet 12345", "山田"])
def test_a_service_or_a_person(name: str) -> None:
    assert read_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "-x", "a\nb\x00", "06 39 98 00 01", "Ana +33639980001", "x" * 41, "<b>"])
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(BadName, match="par exemple"):
        read_name(name)


@given(st.text())
def test_what_is_read_is_read_again_alike(text: str) -> None:
    try:
        name = read_name(text)
    except BadName:
        return
    assert read_name(name) == name
    assert len(name) <= LONGEST
    assert name.isprintable()
    assert sum(sign.isdigit() for sign in name) < 6
