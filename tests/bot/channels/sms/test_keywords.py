"""The words that carriers and people give a meaning of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms.keywords import KEYWORDS, keyword

STOP = ["STOP", "ARRET", "ARRÊT", "DESABONNER", "Désabonner", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]


@pytest.mark.parametrize("word", STOP)
@pytest.mark.parametrize("written", ["{}", "  {}\n", "« {} »", "{}!!!", "-{}-", "{}."])
def test_stop_alone_in_the_message(word: str, written: str) -> None:
    for text in (word, word.lower(), word.title()):
        found = keyword(written.format(text))
        assert found is not None
        assert found.means == "stop"


def test_an_accent_may_be_a_sign_of_its_own() -> None:
    found = keyword("ARRE\N{COMBINING CIRCUMFLEX ACCENT}T")
    assert found is not None
    assert found.means == "stop"


@pytest.mark.parametrize("word", ["START", "Reprendre", "UNSTOP"])
def test_start(word: str) -> None:
    found = keyword(word)
    assert found is not None
    assert found.means == "start"


@pytest.mark.parametrize("word", ["AIDE", "help", "INFO", "Contact ?"])
def test_help(word: str) -> None:
    found = keyword(word)
    assert found is not None
    assert found.means == "help"


@pytest.mark.parametrize(
    "text",
    ["je veux stopper", "stop au 36123", "arrêtez", "j'ai besoin d'aide", "STOP STOP", "", "!", "stop\nmerci", "stopp"],
)
def test_a_sentence_is_none(text: str) -> None:
    assert keyword(text) is None


@given(st.text())
def test_anything_else_is_none(text: str) -> None:
    found = keyword(text)
    assert found is None or found in KEYWORDS.values()
