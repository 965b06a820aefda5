"""STOP, START and AIDE: heard before the conversation, and whatever has been said in it."""

from bot.incoming import Keyword
from bot.store import opt_outs
from bot.store.people import PersonRow
from bot.store.script import Script

Said = str | None
"""The template to answer with; None: nothing."""


def obey(keyword: Keyword, channel: str, digest: str, person: PersonRow, now_ms: int) -> Script[tuple[bool, Said]]:
    """Whether the keyword was all there was to do, and what to say.

    Said again, STOP changes nothing and is not answered again: two machines must not talk to each other. START means
    something else to somebody who never left: it begins, as anywhere.
    """
    match keyword.means:
        case "stop":
            newly = yield from opt_outs.end_all(channel, digest, person.id, now_ms)
            return True, "stopped" if newly and not keyword.answered else None
        case "start":
            came_back = yield from opt_outs.opt_in(channel, digest)
            return came_back, "started" if came_back and not keyword.answered else None
        case "help":
            out = yield from opt_outs.is_out(channel, digest)
            return True, "contact_out" if out else "contact"
