"""How much is understood of the development messages: a floor under which nothing may fall."""

from importlib.util import find_spec

import pytest

from bench.understanding import LANGUAGES, labelled, score
from dialogs.understanding.likeness import PACKAGE
from dialogs.understanding.reader import load_reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_lexicon_alone(language: str) -> None:
    total = score(load_reader(model=False), labelled("dev", language))
    assert total.false_guarded == 0
    assert total.intent_accuracy >= 0.97
    assert total.precision >= 0.98
    assert total.recall >= 0.97


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
@pytest.mark.parametrize("language", LANGUAGES)
def test_with_the_sentence_model(language: str) -> None:
    total = score(load_reader(), labelled("dev", language))
    assert total.false_guarded == 0
    assert total.intent_accuracy >= 0.98
    assert total.precision >= 0.98
    assert total.recall >= 0.97
