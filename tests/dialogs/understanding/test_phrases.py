"""Phrases: the notation, gaps, light words, typing mistakes."""

import pytest

from dialogs.understanding.phrases import Phrases
from dialogs.understanding.words import split


def meanings(phrase: str, text: str, *, exact: bool = False) -> set[str]:
    phrases = Phrases({"card": ["carte", "titre de sejour"]}, ["la", "de", "en", "ma", "c", "est"], ["merci"], ["pas"])
    phrases.add("yes", phrase, exact=exact)
    return {found.meaning for found in phrases.find(split(text))}


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("renouvel*", "Renouvellement !"),
        ("perdu ... @card", "j'ai perdu hier dans le train ma carte"),
        ("perdu @card", "perdu mon titre de séjour"),
        ("(premiere|nouvelle) demande", "c'est la nouvelle demande"),
        ("demande [de] carte", "demande carte"),
        ("@card expire", "ma carte bientôt expire"),
        ("^ retour $", "Retour, merci"),
        ("en arriere", "revenir en arrière"),
        ("<n> ans", "j'ai 12 ans"),
        ("<c> complet", "3.1 complet"),
        ("payer & rdv", "un rdv, il faut payer"),
        ("recepisse", "mon resepissé"),
        ("renouvellement", "renouvelement"),
        ("prefecture", "prefceture"),
        ("d_ou_vient", "d'où vient ceci"),
        ("carte _ grise", "ma carte grise"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert meanings(phrase, text) == {"yes"}


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("perdu @card", "perdu mes clés et surtout ma carte"),
        ("perdu ... carte", "perdu. Ma carte"),
        ("demande carte", "demande pas carte"),
        ("^ retour $", "retour au pays"),
        ("en arriere", "le siège arrière"),
        ("<c> complet", "12 complet"),
        ("payer & rdv & !timbre", "payer le timbre pour le rdv"),
        ("carte _ grise", "carte bien grise"),
        ("stop", "sotp"),
        ("vol", "val"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert meanings(phrase, text) == set()


def test_exact_words_forgive_no_mistake() -> None:
    assert meanings("supprimer donnees", "suprimer donnees") == {"yes"}
    assert meanings("supprimer donnees", "suprimer donnees", exact=True) == set()


def test_a_phrase_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no word in the phrase '\[de\]'"):
        meanings("[de]", "de")
