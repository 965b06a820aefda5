"""What fits a GSM-7 message, what it costs, and how the rest is written, beside an encoder that is not ours."""

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.gsm7 import BASIC, EXTENSION, fits, septets, written

CODEC = gsm0338.Codec()
ESCAPE = "\x1b"  # it announces a sign of the extension and is none itself
ALPHABET = st.sampled_from(sorted(BASIC | EXTENSION))
TEXTS = st.text(st.one_of(ALPHABET, st.characters(exclude_categories=["Cs"])))


def encoded(text: str) -> bytes | None:
    """The septets of the other encoder, one a byte; None where a sign is not of the alphabet."""
    try:
        return bytes(CODEC.encode(text)[0])
    except UnicodeEncodeError:
        return None


def test_the_alphabet_is_the_one_of_the_other_encoder() -> None:
    every = (chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000)
    assert {sign for sign in every if fits(sign)} == {
        sign for sign in map(chr, range(0x2500)) if sign != ESCAPE and encoded(sign) is not None
    }


@given(st.text(ALPHABET))
def test_the_septets_are_those_of_the_other_encoder(text: str) -> None:
    assert septets(text) == len(encoded(text) or b"")


@given(TEXTS)
def test_a_text_fits_exactly_where_the_other_encoder_takes_it(text: str) -> None:
    assert fits(text) == (encoded(text) is not None and ESCAPE not in text)


def test_a_text_that_does_not_fit_has_no_septets() -> None:
    with pytest.raises(ValueError, match="alphabet"):
        septets("être")


@given(TEXTS)
def test_whatever_is_written_fits_and_no_question_mark_comes_in(text: str) -> None:
    assert fits(written(text))
    assert written(text).count("?") == text.count("?")
    assert written(written(text)) == written(text)


@given(st.text(ALPHABET))
def test_what_fits_is_left_as_it_is(text: str) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ça, là-bas, François", "ca, là-bas, Francois"),
        ("fenêtre, hôtel, Noël, maïs, août, pâté", "fenetre, hotel, Noel, mais, aout, paté"),
        ("Œuvre, cœur", "OEuvre, coeur"),
        ("À Évreux, Être", "A Évreux, Etre"),
        ("« Où cliquer »", '"Où cliquer"'),
        ("«\u00a0Étudiant\u00a0» !", '"Étudiant" !'),
        ("l’ANEF, aujourd‘hui", "l'ANEF, aujourd'hui"),
        ("“oui” „non”", '"oui" "non"'),
        ("à suivre…", "à suivre..."),
        ("9\u202fh\u00a030", "9 h 30"),
        ("2020–2024 — dates", "2020-2024 - dates"),
        ("• un\n▸ deux", "- un\n- deux"),
        ("ici → là", "ici -> là"),
        ("n° 435594, 3e étage", "no 435594, 3e étage"),
        ("cafe\u0301", "café"),
        ("bravo 🙂🎉", "bravo"),
        ("🙂 bravo", "bravo"),
        ("اسمي Amina", "Amina"),
        ("我 Li 叫", "Li"),
        ("Łódź, Đorđe, Ağrı, Şule", "Lodz, Dorde, Agri, Sule"),
        ("１２３", "123"),
        ("50 €", "50 €"),
        ("soft\u00adhyphen, zero\u200bwidth", "softhyphen, zerowidth"),
        ("vraiment؟", "vraiment"),
    ],
)
def test_what_people_write_is_written_another_way(text: str, expected: str) -> None:
    assert written(text) == expected
