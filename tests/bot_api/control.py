"""The controls of a server that runs as a process of its own, as JSON over HTTP."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from tests.bot_api.faults import Fault
from tests.bot_api.person import Person

if TYPE_CHECKING:
    from tests.bot_api.server import BotApiServer


def add_controls(app: web.Application, server: "BotApiServer") -> None:
    async def updates(request: web.Request) -> web.Response:
        """POST one update or a list; their numbers come back."""
        given = await request.json()
        return web.json_response(
            [await server.queue.add(each) for each in (given if isinstance(given, list) else [given])]
        )

    async def act(request: web.Request) -> web.Response:
        """POST {"chat": 7, "say": "bonjour"}; or "press": a label or a button's data, "block": true, "block": false."""
        given = await request.json()
        person = Person(server, given["chat"], given.get("language", "fr"))
        if "say" in given:
            return web.json_response(await person.say(given["say"]))
        if "press" in given:
            return web.json_response(await person.press(given["press"]))
        return web.json_response(await (person.block() if given.get("block") else person.unblock()))

    async def calls(request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        return web.json_response([asdict(call) for call in list(server.calls)[since:]])

    async def chat(request: web.Request) -> web.Response:
        messages = server.chats[int(request.match_info["chat"])].messages.values()
        return web.json_response([asdict(message) for message in messages])

    async def faults(request: web.Request) -> web.Response:
        """POST a list of faults, which replaces those that are left."""
        server.faults.clear()
        server.faults.add(*(Fault(**each) for each in await request.json()))
        return web.json_response(len(server.faults.pending))

    async def settings(request: web.Request) -> web.Response:
        """POST {"delay": 0.04, "overall": 30, "chat": 1}, all optional."""
        given = await request.json()
        server.delay = given.get("delay", server.delay)
        server.limits.overall = given.get("overall", server.limits.overall)
        server.limits.chat = given.get("chat", server.limits.chat)
        return web.json_response(given)

    async def counts(request: web.Request) -> web.Response:  # noqa: ARG001
        """How often each method was called, what still waits, and what the limits refused."""
        waiting, refused = len(server.queue.pending), server.limits.refused
        return web.json_response({"calls": server.counts, "pending": waiting, "refused": refused})

    app.router.add_post("/control/updates", updates)
    app.router.add_post("/control/act", act)
    app.router.add_get("/control/calls", calls)
    app.router.add_get("/control/chats/{chat}", chat)
    app.router.add_post("/control/faults", faults)
    app.router.add_post("/control/settings", settings)
    app.router.add_get("/control/counts", counts)
