"""Words: letters made plain, shorthand undone, and each word knowing where it stood."""

from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.words import plain, split


@given(st.text())
def test_every_word_points_into_the_text(text: str) -> None:
    for word in split(text):
        first, last = word.span
        assert 0 <= first < last <= len(text)
        assert plain(text[first:last]).replace(".", "") == word.text or "." in text[first:last]


def test_shorthand_keeps_the_place_of_what_was_typed() -> None:
    words = split("jve un rendez-vous", {("jve",): ("je", "veux"), ("rendez", "vous"): ("rdv",)})
    assert [(word.text, word.span) for word in words] == [
        ("je", (0, 3)),
        ("veux", (0, 3)),
        ("un", (4, 6)),
        ("rdv", (7, 18)),
    ]


def test_sentences_and_clauses() -> None:
    words = split("non, étudiant. Merci")
    assert [(word.sentence, word.clause) for word in words] == [(0, 0), (0, 1), (1, 2)]


def test_initials_are_one_word() -> None:
    assert [word.text for word in split("une A.P.S. et le v.p.f.")] == ["une", "aps", "et", "le", "vpf"]
