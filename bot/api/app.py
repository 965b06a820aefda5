"""The application: the routes, their gate, their problems, their description. It answers whole paths, /api/v1/…"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Route

from bot.api import PREFIX
from bot.api.door import Gate
from bot.api.faults import refusal
from bot.api.once import Once
from bot.api.openings import opening_routes
from bot.api.port import Notices
from bot.api.problems import PAGE, Kind, Problem, answer
from bot.api.publication import describe, page
from bot.api.routes import routes
from bot.notices.openings.desk import OpeningDesk
from bot.store.database import Database
from bot.store.sealed import Vault
from bot.webhook import Application

VERSION = "1.0.0"
_BY_STATUS: dict[int, Kind] = {400: "unreadable", 404: "not-found", 405: "no-such-method", 413: "too-large"}


def create_api(
    database: Database,
    vault: Vault,
    clock: Callable[[], datetime],
    notices: Notices | None,
    openings: OpeningDesk | None = None,
) -> Application:
    """The agents' interface on a database; `clock` gives aware moments. Without notices or a desk, not theirs."""
    app = FastAPI(
        title="rdv-sejour",
        version=VERSION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.gate = Gate(database, vault)
    once = Once(database, vault, clock)
    app.state.router = routes(database, once, notices)
    if openings is not None:
        app.state.router.include_router(opening_routes(once, openings))
    app.include_router(app.state.router)
    app.add_api_route(PAGE, _page, include_in_schema=False)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    return cast(Application, app)


async def _page() -> Response:
    return HTMLResponse(page())


async def _problem(request: Request, problem: Exception) -> Response:
    return answer(request, cast(Problem, problem))


async def _invalid(request: Request, problem: Exception) -> Response:
    return answer(request, refusal(cast(RequestValidationError, problem).errors()))


async def _http(request: Request, problem: Exception) -> Response:
    """What the router or FastAPI itself refuses."""
    refused = cast(HTTPException, problem)
    headers = dict(refused.headers or {})
    if refused.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return answer(request, Problem(_BY_STATUS.get(refused.status_code, "ours"), headers=headers))


def _methods(request: Request) -> set[str]:
    """What can be done at the path: Starlette's own answer names but the first route that has it."""
    methods: set[str] = set()
    for route in (*request.app.routes, *request.app.state.router.routes):
        if isinstance(route, Route) and route.matches(request.scope)[0] != Match.NONE:
            methods |= route.methods or set()
    return methods
