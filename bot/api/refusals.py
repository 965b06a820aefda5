"""A pickup that is not taken, as the interface says it: for software by a code, for its author in French or English."""

from collections.abc import Mapping

from bot.api.languages import Said
from bot.api.schemas import Refused
from bot.notices.refusals import Reason, Refusal
from bot.notices.sheet import LANGUAGE, PHONE, PUBLIC, REFERENCE

FIELDS: Mapping[str, str] = {PHONE: "phone", REFERENCE: "reference", LANGUAGE: "language", PUBLIC: "public"}

HERE: Mapping[str, tuple[Said, Said]] = {
    "twice": (
        Said("le même numéro est déjà dans la liste, à l’index {index}", "the number is already at index {index}"),
        Said("chaque personne une fois ; la première est gardée", "each person once; the first one is kept"),
    ),
    "failed_before": (
        Said("{said}", "the message of {detail} did not arrive"),
        Said(
            "vérifiez le numéro, ou demandez « retry_failed » pour essayer encore",
            "check the number, or ask for “retry_failed” to try again",
        ),
    ),
}
"""What is not said as to somebody who imports a file."""

ENGLISH: Mapping[Reason, tuple[str, str]] = {
    "empty": ("there is no number", "a mobile number"),
    "letters": ("this is not a number", "digits only: a mobile number"),
    "rounded": ("a spreadsheet has rounded the number", "the whole number, as text"),
    "several": ("there are several numbers", "one number for each person"),
    "too_short": ("there are only {detail} digits", "a whole mobile number"),
    "too_long": ("there are {detail} digits, too many", "a mobile number"),
    "fixed_line": ("this is a landline", "a mobile number"),
    "not_mobile": ("this is not a mobile number", "a mobile number"),
    "other_country": ("the number is of another country or territory", "a mobile number of the préfecture's territory"),
    "unassigned": ("there is no such number", "check each digit"),
    "already_told": ("told already on {detail}", "nothing to do, they have had their message"),
    "opted_out": ("they want no more messages", "tell them in another way"),
    "unknown_language": ("unknown language", "fr or en"),
    "unknown_public": ("unknown public", "general or student"),
}


def refused(refusal: Refusal, prefecture: str, language: str) -> Refused:
    """The refusal of the row numbered from 1, by its index from 0."""
    if refusal.reason in HERE:
        detail, expected = (said.to(language) for said in HERE[refusal.reason])
        index = int(refusal.detail) - 1 if refusal.reason == "twice" else None
        detail = detail.format(index=index, detail=refusal.detail, said=refusal.says())
    elif language == "en":
        detail, expected = ENGLISH[refusal.reason]
        detail = detail.format(detail=refusal.detail)
    else:
        detail, expected = refusal.says(), refusal.right(prefecture)
    return Refused(
        index=refusal.row - 1,
        field=FIELDS[refusal.column],
        reason=refusal.reason,
        detail=detail,
        expected=expected,
    )
