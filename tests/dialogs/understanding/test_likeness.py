"""The sentence model: taught the lexicons' examples, never guessing what must be said."""

import json
from importlib.resources import files
from importlib.util import find_spec

import pytest

from dialogs.understanding.lexicon import load_lexicon
from dialogs.understanding.likeness import NOTHING, PACKAGE, WEIGHTS, SentenceModel, installed_model
from dialogs.understanding.teaching import digest

needs_the_package = pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    found = installed_model()
    assert found is not None
    return found


def test_the_weights_were_taught_the_examples_of_the_lexicons() -> None:
    content = (files("dialogs.knowledge") / "lexicons" / WEIGHTS).read_bytes()
    head = json.loads(content.partition(b"\n")[0])
    examples = load_lexicon().examples
    assert head["taught"] == digest(examples), "run: python -m dialogs.understanding.teaching"
    assert head["meanings"] == sorted(examples)


def test_examples_are_of_known_meanings_and_never_of_exact_ones() -> None:
    lexicon = load_lexicon()
    for meaning in set(lexicon.examples) - {NOTHING}:
        assert not lexicon.meanings[meaning].exact


@needs_the_package
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("l'agenda en ligne ne propose strictement rien cette année", "intent=calendar_full"),
        ("un type me réclame du cash pour m'avoir une place", "intent=scam"),
        ("could you ping me once dates come up", "intent=subscribe"),
        ("what a lovely day", NOTHING),
    ],
)
def test_new_wordings_are_likened(model: SentenceModel, text: str, meaning: str) -> None:
    assert model.likely(text)[0][0] == meaning


@needs_the_package
def test_what_the_lexicon_understood_is_kept(model: SentenceModel) -> None:
    assert model.complete("peu importe", "scam", {"prefecture": "74"}) == ("scam", {"prefecture": "74"}, ())
    assert model.complete("3.1 !!", None, {}) == (None, {}, ())


@needs_the_package
def test_a_person_asked_for_one_fact_is_not_taken_to_say_another(model: SentenceModel) -> None:
    _, facts, guesses = model.complete("je vis avec une Française depuis dix ans", None, {}, "permit")
    assert set(facts) <= {"permit"}
    assert {guess.fact for guess in guesses} <= {"permit", None}
