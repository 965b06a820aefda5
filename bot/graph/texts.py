"""The words of the picture, French keys of the catalogues, and how a cell of the tables is called."""

from collections.abc import Mapping

from dateutil.relativedelta import relativedelta

from bot.words import Words
from dialogs import facts as kinds

CHANNELS: Mapping[str, str] = {
    "booking": "Rendez-vous à prendre sur internet",
    "form": "Formulaire à remplir sur internet",
    "anef": "En ligne, sur l’ANEF",
    "natali": "En ligne, sur NATALI",
    "ants": "En ligne, sur le site de l’ANTS",
    "email": "Par e-mail",
    "walk_in": "Sur place, sans rendez-vous",
    "pickup_notice": "Sur invitation (SMS)",
    "other_office": "Dans un autre service",
    "official_site": "À voir sur le site officiel",
}

INTRODUCTION = "Ce que l’assistant répond, question après question, le {day}."
OWN_DOCUMENTS = "Documents de la préfecture"
NO_DOCUMENTS = "Aucun document de cette préfecture. Ce sont les règles nationales."
LEGEND = "Couleurs"
WHAT_TO_DO = "Ce qu’il faut faire"
NEWER = "Plus récent, dit en premier"
NEWER_LEGEND = "Règle plus récente que le document de la préfecture, dite en premier"
CALENDAR = "Calendrier"
SUPPLEMENTARY = "Si complet"
NO_SUPPLEMENTARY = "Pas de rendez-vous supplémentaires"
PAGE = "Page"
EMAIL = "E-mail"
PLACE = "Lieu"
SITE = "Site"
DEADLINE = "Délai"
RELEASES = "Créneaux"
SOURCE = "Source"
RULE = "Règle"
CARD = "Réponse {number}"
SAME = "Mêmes indications et mêmes sources que la réponse {number}."
SAME_NEWER = "Mêmes indications, même règle plus récente et mêmes sources que la réponse {number}."
OTHERS = "autres réponses"
THE_REST = "Toutes les autres réponses"
ANY_ANSWER = "Quelle que soit la réponse"
UNASKED = "Sans question, si la personne l’a dit d’elle-même :"
APPROVED = "Relu et approuvé par :"
ON_THE = "Le :"
CONFIDENCE = "à vérifier"

UNDER = "Moins de {below} ans"
BETWEEN = "De {lower} à {upper} ans"
FROM = "{lower} ans ou plus"
ENDED_MONTHS = "Passée depuis plus de {months} mois"
ENDED_DAYS = "Passée depuis plus de {days} jours"
OTHER_DAYS = "Toute autre date"

TEXTS: tuple[str, ...] = (
    *CHANNELS.values(), INTRODUCTION, OWN_DOCUMENTS, NO_DOCUMENTS, LEGEND, WHAT_TO_DO, NEWER, NEWER_LEGEND, CALENDAR,
    SUPPLEMENTARY, NO_SUPPLEMENTARY, PAGE, EMAIL, PLACE, SITE, DEADLINE, RELEASES, SOURCE, RULE, CARD,
    SAME, SAME_NEWER, OTHERS, THE_REST, ANY_ANSWER,
    UNASKED, APPROVED, ON_THE, CONFIDENCE, UNDER, BETWEEN, FROM, ENDED_MONTHS, ENDED_DAYS, OTHER_DAYS,
)  # fmt: skip
"""All of the above, for the catalogues."""


def cell_label(words: Words, fact: str, cell: str) -> str:
    """A cell as an agent would call it: the label of a choice, the bounds of a band."""
    kind = words.knowledge.kinds[fact]
    if isinstance(kind, kinds.Years) and cell != kinds.UNSAID:
        return _years(words, kind, cell)
    if isinstance(kind, kinds.Day) and cell != kinds.UNSAID:
        ended = next(band.ended_more_than for band in kind.bands if band.name == cell)
        return _ended(words, ended)
    return words.fact(fact, cell)


def _years(words: Words, kind: kinds.Years, cell: str) -> str:
    lower = 0
    for band in kind.bands:
        if band.name == cell:
            if band.below is None:
                return words.text(FROM, {"lower": lower})
            if lower == 0:
                return words.text(UNDER, {"below": band.below})
            return words.text(BETWEEN, {"lower": lower, "upper": band.below - 1})
        lower = band.below or lower
    raise KeyError(cell)


def _ended(words: Words, ended: relativedelta | None) -> str:
    if ended is None:
        return words.text(OTHER_DAYS)
    months = 12 * ended.years + ended.months
    return words.text(ENDED_MONTHS, {"months": months}) if months else words.text(ENDED_DAYS, {"days": ended.days})
