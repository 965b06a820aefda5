"""The rows that are not taken: why, and what would be right, as the agent reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.notices import phones

Reason = (
    phones.Reason | Literal["twice", "already_told", "failed_before", "opted_out", "unknown_language", "unknown_public"]
)

WORDS: Mapping[Reason, tuple[str, str]] = {
    "empty": ("il n’y a pas de numéro", "il faut un mobile de {countries}"),
    "letters": ("ce n’est pas un numéro", "il faut des chiffres seulement, un mobile de {countries}"),
    "rounded": ("le tableur a arrondi le numéro", "mettez la colonne au format « Texte » et tapez-le de nouveau"),
    "several": ("il y a plusieurs numéros", "il faut un numéro par ligne"),
    "too_short": ("il n’y a que {detail} chiffres", "il faut un mobile entier de {countries}"),
    "too_long": ("il y a {detail} chiffres, c’est trop", "il faut un mobile de {countries}"),
    "fixed_line": ("c’est un téléphone fixe", "il faut un mobile de {countries}"),
    "not_mobile": ("ce n’est pas un mobile", "il faut un mobile de {countries}"),
    "other_country": ("le numéro est d’un autre pays ou territoire, {detail}", "il faut un mobile de {countries}"),
    "unassigned": ("ce numéro n’existe pas", "vérifiez chaque chiffre, il faut un mobile de {countries}"),
    "twice": ("le numéro est déjà à la ligne {detail}, qui est gardée", "il faut une ligne par personne"),
    "already_told": ("déjà prévenu le {detail}", "il n’y a rien à faire"),
    "failed_before": (
        "le message du {detail} n’est pas arrivé",
        "vérifiez le numéro, ou importez avec --retry-failed pour essayer encore",
    ),
    "opted_out": ("la personne ne veut plus de messages", "prévenez-la autrement"),
    "unknown_language": ("langue inconnue", "il faut fr ou en ; rien, c’est le français"),
    "unknown_public": ("public inconnu", "il faut général ou étudiant ; rien, c’est général"),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken. `detail`: the first row with the number, the day (ISO) it was told, a country…"""

    row: int
    column: str
    reason: Reason
    detail: str = ""

    def says(self) -> str:
        """What is wrong.

        >>> Refusal(7, "telephone", "already_told", "2026-11-03").says()
        'déjà prévenu le 3 novembre 2026'
        """
        dated = self.reason in ("already_told", "failed_before")
        detail = format_date(date.fromisoformat(self.detail), "d MMMM y", locale="fr") if dated else self.detail
        return WORDS[self.reason][0].format(detail=detail)

    def right(self, prefecture: str) -> str:
        """What would be right."""
        return WORDS[self.reason][1].format(countries=phones.countries(prefecture))

    def to_json(self, prefecture: str) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "reason": self.reason,
            "detail": self.detail or None,
            "message": self.says(),
            "right": self.right(prefecture),
        }


def day_of(at_ms: int, timezone: str) -> str:
    """The local day of a unix millisecond, as a refusal keeps it."""
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(timezone)).date().isoformat()
