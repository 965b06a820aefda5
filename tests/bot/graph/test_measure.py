"""Wrapping: everything fits, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.graph.measure import width, wrapped

TEXTS = st.text(st.sampled_from("abcMWil 0123.,:;!?«»’éà-/œ€"), max_size=120)
ROOMS = st.floats(min_value=30, max_value=700)


@given(TEXTS, ROOMS, st.booleans())
def test_lines_fit_and_keep_every_sign(text: str, room: float, bold: bool) -> None:
    lines = list(wrapped(text, room, 13, bold))
    assert all(width(line, 13, bold) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(TEXTS, ROOMS)
def test_a_wider_room_never_needs_more_lines(text: str, room: float) -> None:
    assert len(list(wrapped(text, room * 2, 13))) <= len(list(wrapped(text, room, 13)))


def test_french_punctuation_stays_with_its_word() -> None:
    lines = list(wrapped("Cliquez sur « Prendre un rendez-vous » : une page s’ouvre ?", 80, 13))
    assert not [line for line in lines if line[0] in "»:?" or line[-1] == "«"]


def test_a_long_address_is_cut_where_it_can_be() -> None:
    first, *_ = wrapped("administration-etrangers-en-france.interieur.gouv.fr", 130, 13)
    assert first[-1] in "-."


def test_a_telephone_number_is_not_broken() -> None:
    assert any(
        "0594\u00a039\u00a045\u00a000" in line for line in wrapped("Appelez le 0594 39 45 00 le matin.", 120, 13)
    )
