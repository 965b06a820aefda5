"""The routes: what they take, whom they let, what they give."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, Path, Query, Request, Security
from fastapi.security import HTTPBearer
from starlette.responses import JSONResponse

from bot.agents.actor import MAY, Action, Actor
from bot.api import PREFIX
from bot.api.door import Guarded
from bot.api.languages import language_of
from bot.api.once import Once, Reply
from bot.api.port import Notices
from bot.api.problems import Kind, Problem
from bot.api.publication import problems
from bot.api.schemas import Announced, Batches, Code, Day, Entry, Pickups, Report, Trail
from bot.store import trail
from bot.store.database import Database

COMMON: tuple[Kind, ...] = ("no-key", "not-yours", "no-such-method", "invalid", "too-many-wrong-keys", "ours")
POSTED: tuple[Kind, ...] = (
    "unreadable", "no-idempotency-key", "in-progress", "too-large", "not-json", "idempotency-key-used"
)  # fmt: skip

BatchPath = Annotated[str, Path(max_length=64, pattern="^[0-9A-Za-z_-]+$", description="L’envoi.")]
Before = Annotated[
    str | None, Query(max_length=64, pattern="^[0-9A-Za-z_-]+$", description="« next » de la page d’avant.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Combien, au plus.")]
Only = Annotated[Code | None, Query(description="Cette préfecture seulement.")]
Since = Annotated[
    Day | None, Query(description="Depuis ce jour, qui commence à minuit à Paris.", examples=["2026-11-21"])
]
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern="^[0-9A-Za-z_.:-]+$",
        description="Un texte nouveau pour chaque demande nouvelle ; répété, il redonne la même réponse (7 jours).",
        examples=["7f1c2f0e-3f0a-4c1e-9f0d-0d1b6a5f7c21"],
    ),
]


def routes(database: Database, once: Once, notices: Notices | None) -> APIRouter:
    """The routes on what does their work; without notices, those of pickups say that there are none."""
    key = HTTPBearer(
        scheme_name="key", bearerFormat="rdv_…", auto_error=False, description="La clé de « rdv-sejour agents add »."
    )
    router = APIRouter(prefix=PREFIX, route_class=Guarded, dependencies=[Security(key)])

    @router.post(
        "/pickups",
        operation_id="announce_pickups",
        summary="Annonce des titres prêts",
        status_code=201,
        response_model=Announced,
        response_description="L’envoi est fait : ses messages partent.",
        responses={
            200: {"model": Announced, "description": "Essai (dry_run) : rien ne part."},
            **problems(*COMMON, *POSTED, "unavailable"),
        },
    )
    async def announce(request: Request, idempotency_key: IdempotencyKey, asked: Pickups) -> JSONResponse:
        actor, language = _actor(request, "pickups.import", asked.prefecture), language_of(request)

        async def work(digest: str) -> Reply:
            if asked.dry_run:
                rehearsed = await _configured(notices).rehearse(actor, asked, language)
                return Reply(200, rehearsed.model_dump(mode="json"), {})
            announced = await _configured(notices).announce(actor, asked, digest, language)
            headers = {"Location": f"{PREFIX}/pickups/{announced.batch}"} if announced.batch else {}
            return Reply(201, announced.model_dump(mode="json"), headers)

        reply = await once.do(actor, idempotency_key, asked.model_dump_json(), work)
        return JSONResponse(reply.body, reply.status, {**_PRIVATE, **reply.headers})

    @router.get(
        "/pickups",
        operation_id="list_pickups",
        summary="Les envois",
        response_model=Batches,
        responses=problems(*COMMON, "unavailable"),
    )
    async def batches(request: Request, prefecture: Only = None, before: Before = None, limit: Limit = 50) -> Any:
        codes = _codes(_actor(request, "pickups.report", prefecture), prefecture)
        found = await _configured(notices).batches(codes, before, limit)
        return _private(Batches(batches=found, next=found[-1].batch if len(found) == limit else None))

    @router.get(
        "/pickups/{batch}",
        operation_id="report_pickups",
        summary="Ce que sont devenus les messages d’un envoi",
        response_model=Report,
        responses=problems(*COMMON, "not-found", "unavailable"),
    )
    async def report(request: Request, batch: BatchPath) -> Any:
        found = await _configured(notices).report(_actor(request, "pickups.report"), batch)
        if found is None:
            raise Problem("not-found")
        return _private(found)

    @router.get(
        "/trail",
        operation_id="read_trail",
        summary="Le journal : qui a fait quoi, pour combien de personnes, quand",
        response_model=Trail,
        responses=problems(*COMMON),
    )
    async def read_trail(
        request: Request,
        prefecture: Only = None,
        since: Since = None,
        before: Before = None,
        limit: Limit = 50,
    ) -> Any:
        codes = _codes(_actor(request, "trail.read", prefecture), prefecture)
        since_ms = 0 if since is None else _start_of(since)
        found = await database.run(lambda: trail.entries(codes, since_ms, before, limit))
        entries = [
            Entry(
                id=each.id, at=datetime.fromtimestamp(each.at / 1000, UTC), actor=each.actor, action=each.action,
                prefecture=each.prefecture, subject=each.subject, people=each.people, detail=each.detail,
            )
            for each in found
        ]  # fmt: skip
        return _private(Trail(entries=entries, next=found[-1].id if len(found) == limit else None))

    return router


def _configured(notices: Notices | None) -> Notices:
    if notices is None:
        raise Problem("unavailable")
    return notices


_PRIVATE = {"Cache-Control": "no-store"}


def _private(model: Any) -> JSONResponse:
    return JSONResponse(model.model_dump(mode="json"), headers=_PRIVATE)


def _actor(request: Request, action: Action, prefecture: str | None = None) -> Actor:
    """Whoever asks, if they may. Raises Problem; of a préfecture that is not theirs it says no more than that."""
    actor: Actor = request.state.actor
    if action not in MAY[actor.role] or (prefecture is not None and not actor.may(action, prefecture)):
        raise Problem("not-yours")
    return actor


def _codes(actor: Actor, prefecture: str | None) -> list[str]:
    return sorted(actor.prefectures) if prefecture is None else [prefecture]


def _start_of(day: date) -> int:
    """When it begins, in unix milliseconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Paris"))
    return int((midnight - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
