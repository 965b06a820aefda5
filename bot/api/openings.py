"""The routes of openings: announced, followed, stopped. The same rehearsal and the same rows as from the commands."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse

from bot.agents.actor import MAY, Action, Actor
from bot.api import PREFIX
from bot.api.door import Guarded
from bot.api.languages import Said, language_of
from bot.api.once import Once, Reply
from bot.api.opening_schemas import (
    Nothing,
    Opening,
    OpeningReport,
    OpeningText,
    People,
    Rehearsed,
    Warned,
)
from bot.api.problems import Fault, Problem
from bot.api.publication import problems
from bot.api.routes import COMMON, POSTED, IdempotencyKey
from bot.api.schemas import Price
from bot.notices.openings import deciding
from bot.notices.openings.announcement import Announcement, Unfit, read_announcement
from bot.notices.openings.desk import OpeningDesk
from bot.notices.openings.rehearsal import STANDINGS, Rehearsal, rehearse
from bot.notices.openings.report import look, report
from bot.store.openings import OpeningRow
from bot.store.script import Script

IdPath = Annotated[str, Path(max_length=64, pattern="^[0-9A-Za-z_-]+$", description="L’ouverture.")]
_ID = 32
"""Characters of an opening's id that are those of its request's digest: asked again, it is the same opening."""
_PRIVATE = {"Cache-Control": "no-store"}


def opening_routes(once: Once, desk: OpeningDesk) -> APIRouter:
    """The routes, to be included in those of the interface."""
    router = APIRouter(route_class=Guarded)

    @router.post(
        "/openings",
        operation_id="announce_opening",
        summary="Annonce une ouverture",
        status_code=201,
        response_model=Rehearsed,
        response_description="L’ouverture est annoncée : les premiers messages partent dans 30 secondes.",
        responses={
            200: {"model": Rehearsed, "description": "Répétition (dry_run) : rien n’est annoncé."},
            **problems(*COMMON, *POSTED),
        },
    )
    async def announce(request: Request, idempotency_key: IdempotencyKey, asked: Opening) -> JSONResponse:
        actor, language = _actor(request, "openings.announce"), language_of(request)
        if not actor.may("openings.announce", asked.prefecture):
            raise Problem("not-yours")

        async def work(digest: str) -> Reply:
            announcement = _read(desk, asked)

            def script() -> Script[tuple[Rehearsal, OpeningRow | None]]:
                now = desk.clock()
                rehearsal = yield from rehearse(desk, actor, announcement, now, at_once=asked.at_once)
                if asked.dry_run:
                    return rehearsal, None
                opening = yield from deciding.announce(
                    desk, actor, rehearsal, now, id=digest[:_ID], at_once=asked.at_once
                )
                return rehearsal, opening

            rehearsal, opening = await desk.database.run(script)
            id = None if opening is None else opening.id
            body = _rehearsed(rehearsal, id, language).model_dump(mode="json")
            return Reply(200, body, {}) if id is None else Reply(201, body, {"Location": f"{PREFIX}/openings/{id}"})

        reply = await once.do(actor, idempotency_key, f"openings {asked.model_dump_json()}", work)
        return JSONResponse(reply.body, reply.status, {**_PRIVATE, **reply.headers})

    @router.get(
        "/openings/{id}",
        operation_id="report_opening",
        summary="Ce que sont devenus les messages d’une ouverture",
        response_model=OpeningReport,
        responses=problems(*COMMON, "not-found"),
    )
    async def read(request: Request, id: IdPath) -> JSONResponse:
        actor = _actor(request, "openings.report")
        found = await desk.database.run(lambda: report(desk, actor, id))
        if found is None:
            raise Problem("not-found")
        return JSONResponse(_reported(found.to_json()), headers=_PRIVATE)

    async def end(request: Request, key: str, id: str, ending: deciding.Ending) -> JSONResponse:
        actor = _actor(request, "openings.announce")

        async def work(_: str) -> Reply:
            ended = await desk.database.run(lambda: deciding.end(desk, actor, id, ending, desk.clock()))
            found = None if ended is None else await desk.database.run(lambda: look(desk, id))
            if found is None:
                raise Problem("not-found")
            return Reply(200, _reported(found.to_json()), {})

        reply = await once.do(actor, key, f"{ending} {id}", work)
        return JSONResponse(reply.body, reply.status, _PRIVATE)

    @router.post(
        "/openings/{id}/gone",
        operation_id="opening_gone",
        summary="Plus de créneaux : plus personne n’est prévenu",
        response_model=OpeningReport,
        responses=problems(*COMMON, *POSTED, "not-found"),
    )
    async def gone(
        request: Request,
        idempotency_key: IdempotencyKey,
        id: IdPath,
        nothing: Nothing,  # noqa: ARG001 - what comes is looked at, and is nothing
    ) -> Any:
        return await end(request, idempotency_key, id, "gone")

    @router.post(
        "/openings/{id}/cancel",
        operation_id="cancel_opening",
        summary="Arrête une annonce, par exemple faite par erreur",
        response_model=OpeningReport,
        responses=problems(*COMMON, *POSTED, "not-found"),
    )
    async def cancel(
        request: Request,
        idempotency_key: IdempotencyKey,
        id: IdPath,
        nothing: Nothing,  # noqa: ARG001 - as above
    ) -> Any:
        return await end(request, idempotency_key, id, "cancelled")

    return router


def _actor(request: Request, action: Action) -> Actor:
    """Whoever asks, if their role lets them do it anywhere. Raises Problem."""
    actor: Actor = request.state.actor
    if action not in MAY[actor.role]:
        raise Problem("not-yours")
    return actor


def _read(desk: OpeningDesk, asked: Opening) -> Announcement:
    """What is asked for, as it can be announced. Raises Problem."""
    try:
        return read_announcement(
            desk.knowledge,
            asked.prefecture,
            asked.calendar,
            asked.slots,
            asked.until,
            desk.clock(),
            note=asked.note,
            per_slot=asked.per_slot,
        )
    except Unfit as problem:
        raise Problem("invalid", (Fault(Said(problem.fr, problem.en), pointer=f"#/{problem.field}"),)) from None


def _rehearsed(rehearsal: Rehearsal, id: str | None, language: str) -> Rehearsed:
    found = rehearsal.to_json()
    currency = rehearsal.currency
    return Rehearsed.model_validate(
        {
            **{name: found[name] for name in Rehearsed.model_fields if name in found},
            "id": id,
            "people": People(**{standing: rehearsal.standing(standing) for standing in STANDINGS}),
            "texts": [
                OpeningText.model_validate({**text, "price": text["price"] and _price(text["price"], currency)})
                for text in found["texts"]
            ],
            "price": _price(found["price"], currency),
            "warnings": [Warned(key=each.key, detail=Said(each.fr, each.en).to(language)) for each in rehearsal.odd],
        }
    )


def _reported(found: dict[str, Any]) -> dict[str, Any]:
    return OpeningReport.model_validate(found).model_dump(mode="json")


def _price(amount: str, currency: str) -> Price:
    return Price(amount=amount, currency=currency)
