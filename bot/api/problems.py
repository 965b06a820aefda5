"""What may go wrong, as problem details: a table of kinds, each with what the software and its author may read.

RFC 9457, https://www.rfc-editor.org/rfc/rfc9457. Nothing that was sent is repeated: it might hold a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.api import PREFIX
from bot.api.languages import Said, language_of

MEDIA_TYPE = "application/problem+json"
PAGE = f"{PREFIX}/problems"
"""Where a problem's `type` leads: the page of this table."""

Kind = Literal[
    "unreadable", "no-idempotency-key", "no-key", "not-yours", "not-found", "no-such-method", "in-progress",
    "too-large", "not-json", "invalid", "idempotency-key-used", "too-many-wrong-keys", "ours", "unavailable",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """A kind of problem: its HTTP status, its name and what to do about it."""

    status: int
    title: Said
    detail: Said


KINDS: Mapping[Kind, Meaning] = {
    "unreadable": Meaning(
        400,
        Said("Demande illisible", "Unreadable request"),
        Said("Le corps de la demande n’est pas du JSON en UTF-8.", "The body of the request is not JSON in UTF-8."),
    ),
    "no-idempotency-key": Meaning(
        400,
        Said("Il manque Idempotency-Key", "Idempotency-Key is missing"),
        Said(
            "Donnez dans l’en-tête Idempotency-Key un texte nouveau pour chaque demande nouvelle, par exemple un UUID "
            "(8 à 200 lettres, chiffres, tirets). La même demande avec le même texte n’est faite qu’une fois.",
            "Give a new text for each new request in the Idempotency-Key header, a UUID for example (8 to 200 letters, "
            "digits, hyphens). The same request with the same text is done only once.",
        ),
    ),
    "no-key": Meaning(
        401,
        Said("Clé refusée", "Key refused"),
        Said(
            "Donnez une clé valide : Authorization: Bearer rdv_… Une clé révoquée n’ouvre plus rien.",
            "Give a valid key: Authorization: Bearer rdv_… A revoked key opens nothing any more.",
        ),
    ),
    "not-yours": Meaning(
        403,
        Said("Action non permise", "Not allowed"),
        Said(
            "Votre clé ne permet pas cette action pour cette préfecture.",
            "Your key does not allow this action for this préfecture.",
        ),
    ),
    "not-found": Meaning(
        404,
        Said("Introuvable", "Not found"),
        Said("Rien à cette adresse, pour cette clé.", "There is nothing at this address, for this key."),
    ),
    "no-such-method": Meaning(
        405,
        Said("Méthode impossible", "No such method"),
        Said("L’en-tête Allow dit ce qui est possible ici.", "The Allow header says what is possible here."),
    ),
    "in-progress": Meaning(
        409,
        Said("Déjà en cours", "Already in progress"),
        Said(
            "La même demande est en cours. Répétez-la dans quelques secondes : vous aurez sa réponse.",
            "The same request is in progress. Repeat it in some seconds: you will get its answer.",
        ),
    ),
    "too-large": Meaning(
        413,
        Said("Demande trop grande", "Request too large"),
        Said(
            "5 Mo au plus par demande : envoyez la liste en plusieurs fois.",
            "At most 5 MB a request: send the list in several parts.",
        ),
    ),
    "not-json": Meaning(
        415,
        Said("JSON attendu", "JSON expected"),
        Said("Envoyez du JSON : Content-Type: application/json.", "Send JSON: Content-Type: application/json."),
    ),
    "invalid": Meaning(
        422,
        Said("Demande refusée", "Request refused"),
        Said(
            "« errors » dit où, et ce qui serait juste. Rien n’a été fait.",
            "“errors” says where, and what would be right. Nothing was done.",
        ),
    ),
    # The draft says 422, which here means that the fields are wrong; this request conflicts with an earlier one.
    # https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    "idempotency-key-used": Meaning(
        409,
        Said("Idempotency-Key déjà prise", "Idempotency-Key already used"),
        Said(
            "Une autre demande a déjà ce texte dans Idempotency-Key, depuis moins de 7 jours. Rien n’a été fait.",
            "Another request has had this text in Idempotency-Key for less than 7 days. Nothing was done.",
        ),
    ),
    "too-many-wrong-keys": Meaning(
        429,
        Said("Trop de clés fausses", "Too many wrong keys"),
        Said("Attendez une minute avant d’essayer une autre clé.", "Wait a minute before you try another key."),
    ),
    "ours": Meaning(
        500,
        Said("Erreur de notre côté", "An error of ours"),
        Said(
            "Répétez la demande avec la même Idempotency-Key : ce qui a été fait ne le sera pas deux fois.",
            "Repeat the request with the same Idempotency-Key: what was done is not done twice.",
        ),
    ),
    "unavailable": Meaning(
        503,
        Said("Indisponible", "Unavailable"),
        Said("Ces envois ne sont pas configurés sur ce serveur.", "These notices are not configured on this server."),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of the request: in its body a JSON pointer, else the parameter or the header."""

    detail: Said
    pointer: str | None = None
    parameter: str | None = None

    def said(self, language: str) -> dict[str, str]:
        where = {"pointer": self.pointer} if self.pointer is not None else {"parameter": self.parameter or ""}
        return {"detail": self.detail.to(language), **where}


@dataclass(slots=True)
class Problem(Exception):
    """Ends a request with a problem."""

    kind: Kind
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(request: Request, problem: Problem) -> JSONResponse:
    """The problem, in the language that is asked for."""
    language, meaning = language_of(request), KINDS[problem.kind]
    body: dict[str, Any] = {
        "type": f"{PAGE}#{problem.kind}",
        "title": meaning.title.to(language),
        "status": meaning.status,
        "detail": meaning.detail.to(language),
    }
    if problem.faults:
        body["errors"] = [fault.said(language) for fault in problem.faults]
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **problem.headers}
    return JSONResponse(body, meaning.status, headers, MEDIA_TYPE)
