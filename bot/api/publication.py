"""The interface described: OpenAPI at /api/v1/openapi.json, and the page that a problem's `type` leads to.

https://spec.openapis.org/oas/v3.1.0; no page that would load anything from elsewhere.
"""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from bot.api import schemas
from bot.api.problems import KINDS, MEDIA_TYPE, PAGE, Kind

TITLE = "rdv-sejour : titres prêts"
ABOUT = (
    "Pour le logiciel d’une préfecture : annoncer que des titres de séjour sont prêts, et savoir ce que sont devenus "
    "les messages. Chaque demande montre la clé d’un agent, qui n’agit que pour ses préfectures, et laisse une ligne "
    "dans le journal. Les numéros des exemples sont réservés à la fiction."
)
_REFERENCE = "#/components/schemas/{model}"


def problems(*kinds: Kind) -> dict[int | str, dict[str, Any]]:
    """The responses that tell of these problems, by status, each with its example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        meaning = KINDS[kind]
        example = {
            "type": f"{PAGE}#{kind}",
            "title": meaning.title.fr,
            "status": meaning.status,
            "detail": meaning.detail.fr,
        }
        response = responses.setdefault(
            meaning.status,
            {
                "description": meaning.title.fr,
                "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(model="Problem")}, "examples": {}}},
            },
        )
        response["content"][MEDIA_TYPE]["examples"][kind] = {"value": example}
        if meaning.title.fr not in response["description"]:
            response["description"] += f" ; {meaning.title.fr}"
    return responses


def describe(app: FastAPI) -> dict[str, Any]:
    """The description, whole: FastAPI's own, with our problems in the place of its errors."""
    if app.openapi_schema is None:
        described = get_openapi(title=TITLE, version=app.version, description=ABOUT, routes=app.routes)
        _, definitions = models_json_schema([(schemas.Problem, "serialization")], ref_template=_REFERENCE)
        components = described["components"]["schemas"]
        components.update(definitions["$defs"])
        for unused in ("HTTPValidationError", "ValidationError"):
            components.pop(unused, None)
        app.openapi_schema = described
    return app.openapi_schema


def page() -> str:
    """The table of problems, as a page that stands alone."""
    rows = "\n".join(
        f'<h2 id="{kind}">{meaning.status} · {escape(meaning.title.fr)}</h2><p>{escape(meaning.detail.fr)}</p>'
        f'<p lang="en"><strong>{escape(meaning.title.en)}.</strong> {escape(meaning.detail.en)}</p>'
        for kind, meaning in KINDS.items()
    )
    return (
        '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Ce qui peut ne pas aller</title>'
        '<body style="max-width:40em;margin:2em auto;font-family:sans-serif">'
        f"<h1>Ce qui peut ne pas aller</h1>\n{rows}\n</body></html>"
    )
