"""What pydantic found wrong in a request, in plain words and without what it found there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.api.languages import Said
from bot.api.problems import Fault, Kind, Problem

MOST = 100
"""Faults that one answer lists."""
HEADERS: Mapping[str, Kind] = {"idempotency-key": "no-idempotency-key"}
"""The headers that have a problem of their own."""

SAID: Mapping[str, Said] = {
    "missing": Said("obligatoire", "required"),
    "string_type": Said("un texte est attendu", "a text is expected"),
    "string_unicode": Said("un texte Unicode est attendu", "a Unicode text is expected"),
    "string_too_short": Said("au moins {min_length} signe", "at least {min_length} character"),
    "string_too_long": Said("au plus {max_length} signes", "at most {max_length} characters"),
    "string_pattern_mismatch": Said("pas de cette forme : voir le schéma", "not of this form: see the schema"),
    "list_type": Said("une liste est attendue", "a list is expected"),
    "too_short": Said("au moins {min_length} élément", "at least {min_length} item"),
    "too_long": Said("au plus {max_length} éléments", "at most {max_length} items"),
    "bool_type": Said("true ou false est attendu", "true or false is expected"),
    "int_parsing": Said("un nombre entier est attendu", "a whole number is expected"),
    "greater_than_equal": Said("au moins {ge}", "at least {ge}"),
    "less_than_equal": Said("au plus {le}", "at most {le}"),
    "value_error": Said("une date est attendue, comme 2026-11-21", "a date is expected, such as 2026-11-21"),
    "date_from_datetime_parsing": Said("cette date n’existe pas", "there is no such date"),
    "model_attributes_type": Said("un objet JSON est attendu", "a JSON object is expected"),
    "model_type": Said("un objet JSON est attendu", "a JSON object is expected"),
    "dict_type": Said("un objet JSON est attendu", "a JSON object is expected"),
    "extra_forbidden": Said("un champ de trop : voir le schéma", "a field too many: see the schema"),
}
OTHERWISE = Said("valeur refusée : voir le schéma", "value refused: see the schema")


def refusal(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """The problem that tells of these errors of pydantic's."""
    for error in errors:
        place, *where = error["loc"]
        if error["type"] == "json_invalid":
            return Problem("unreadable")
        if place == "header" and (kind := HEADERS.get(str(where[0]).lower())):
            return Problem(kind)
    return Problem("invalid", tuple(_fault(error) for error in errors[:MOST]))


def _fault(error: Mapping[str, Any]) -> Fault:
    place, *where = error["loc"]
    kind, context = error["type"], error.get("ctx", {})
    if kind == "literal_error":
        expected = str(context["expected"])
        said = Said(expected.replace(" or ", " ou "), expected)
    else:
        words = SAID.get(kind, OTHERWISE)
        said = Said(words.fr.format(**context), words.en.format(**context))
    if place != "body":
        return Fault(said, parameter=str(where[0]))
    if kind == "extra_forbidden":
        where = where[:-1]  # the field's name is theirs, and might be a number
    return Fault(said, pointer=pointer(where))


def pointer(where: Iterable[str | int]) -> str:
    """
    >>> pointer(["pickups", 3, "phone"]), pointer([])
    ('#/pickups/3/phone', '#')
    """
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in where)
