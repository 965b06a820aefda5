"""The controls of a server that runs as a process of its own, as JSON over HTTP."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.twilio.account import NUMBER
from tests.twilio.faults import Fault
from tests.twilio.messages import Message
from tests.twilio.person import HookFailed, Person

if TYPE_CHECKING:
    from tests.twilio.server import TwilioServer


def add_controls(app: web.Application, server: "TwilioServer") -> None:
    async def act(request: web.Request) -> web.Response:
        """POST {"number", "url", "say": "bonjour"}, and "to" unless it is the account's number."""
        given = await request.json()
        person = Person(server, given["number"], given["url"], given.get("to", NUMBER))
        try:
            return web.json_response(asdict(await person.say(given["say"])))
        except HookFailed as failed:
            return web.json_response({"error": failed.code, **asdict(failed.answer)}, status=502)

    async def messages(request: web.Request) -> web.Response:
        """All messages with their history, oldest first, from number `since`; `to` one number with `?to=`."""
        to = request.query.get("to")
        found = server.messages.all if to is None else server.messages.to(to)
        return web.json_response([_told(message) for message in found[int(request.query.get("since", 0)) :]])

    async def ledger(request: web.Request) -> web.Response:  # noqa: ARG001
        """How many SMS were really created for each number."""
        return web.json_response(server.messages.ledger())

    async def requests(request: web.Request) -> web.Response:
        since = int(request.query.get("since", 0))
        return web.json_response([asdict(each) for each in list(server.requests)[since:]])

    async def faults(request: web.Request) -> web.Response:
        """POST a list of faults, which replaces those that are left."""
        given = [Fault(**each) for each in await request.json()]
        server.faults.clear()
        server.faults.add(*given)
        return web.json_response(len(given))

    async def settings(request: web.Request) -> web.Response:
        """POST {"delay", "lag", "segments_per_second", "routes", "life": {"queued", …}, "opted_out":
        [[sender, number]]}, all optional."""
        given = await request.json()
        server.delay, server.lag = given.get("delay", server.delay), given.get("lag", server.lag)
        server.pace.segments_per_second = given.get("segments_per_second", server.pace.segments_per_second)
        server.webhook.routes.update(given.get("routes", {}))
        server.account.opted_out.update((sender, number) for sender, number in given.get("opted_out", ()))
        for state, seconds in given.get("life", {}).items():
            setattr(server.lives.life, state, seconds)
        return web.json_response(given)

    async def counts(request: web.Request) -> web.Response:  # noqa: ARG001
        """Requests by kind, messages and segments created, faults that struck, and what the pace refused."""
        created = server.messages.sent()
        return web.json_response(
            {
                "requests": server.counts,
                "messages": len(created),
                "segments": sum(message.segments for message in created),
                "faults": server.faults.struck,
                "refused_for_pace": server.pace.refused,
            }
        )

    app.router.add_post("/control/act", act)
    app.router.add_get("/control/messages", messages)
    app.router.add_get("/control/ledger", ledger)
    app.router.add_get("/control/requests", requests)
    app.router.add_post("/control/faults", faults)
    app.router.add_post("/control/settings", settings)
    app.router.add_get("/control/counts", counts)


def _told(message: Message) -> dict[str, Any]:
    return {**asdict(message), "status": message.status, "created_at": message.created_at}
