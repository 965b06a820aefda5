"""An agent's own words: plain ones pass, whatever could lead somewhere does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.openings.guard import MOST, NotPlain, plain


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Venez avec l’original de votre passeport et deux photos.",
        "Guichet 4, à 9 h 30 ; 50 % des places sont l’après-midi (13:30–16:00).",
        "Le 24/11 et le 25/11, de 8:00 à 12:00. Accès par la rue du 8-Mai-1945 !",
        "Œuvre, cœur, Żółć, São : les lettres latines passent.",
        "Bring the original of your passport.",
    ],
)
def test_plain_words_pass(note: str) -> None:
    assert plain(note) == note


@pytest.mark.parametrize(
    "note",
    [
        "Réservez sur rdv-prefecture.fr",
        "Allez sur https://exemple.org",
        "www exemple",
        "exemple point com",
        "exemple . fr",
        "exemple(.)fr",
        "Écrivez à agent@exemple",
        "agent arobase exemple",
        "Appelez le 06 39 98 00 01",
        "0639980001",
        "06.39.98.00.01",
        "+33 6 39 98 00 01",
        "Appelez le 3949",
        "SMS au 81025",
        "Payez 50 €",
        "\N{CYRILLIC SMALL LETTER A}nnecy",
        "ann\N{ZERO WIDTH SPACE}ecy",
        "\N{RIGHT-TO-LEFT OVERRIDE}yceNNa",
        "\N{MATHEMATICAL BOLD SMALL A}nnecy",
        "\N{FULLWIDTH DIGIT ONE}",
        "\N{ARABIC-INDIC DIGIT FOUR}",
        "Félicitations \N{PARTY POPPER}",
        "<b>gras</b>",
        "x" * (MOST + 1),
    ],
)
def test_what_could_lead_somewhere_is_refused(note: str) -> None:
    with pytest.raises(NotPlain) as refused:
        plain(note)
    assert refused.value.fr
    assert refused.value.en


def test_lines_become_one() -> None:
    assert plain("  Guichet 4\n\tvenez à\u202f9\u00a0h ") == "Guichet 4 venez à 9 h"


@given(st.text(max_size=250))
def test_whatever_is_given_what_passes_is_short_and_plain(note: str) -> None:
    try:
        said = plain(note)
    except NotPlain:
        return
    assert len(said) <= MOST
    assert said.isprintable()
    assert not set(said) & set("@<>&_#*[]{}\\^~|€$£=+")
    assert plain(said) == said
