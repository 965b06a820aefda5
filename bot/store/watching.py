"""Openings that an agent follows in their chat, and the message there that shows where each is."""

from dataclasses import dataclass

from bot.store.script import Script, query


@dataclass(frozen=True, slots=True)
class Watched:
    """An opening, the agent's chat as a person, and the channel's number of the message to edit."""

    id: str
    watcher_id: str
    progress_id: str


def watch(opening_id: str, person_id: str, message_id: str) -> Script[None]:
    """From now on the chat follows the opening in that message."""
    yield from query("watch_opening", id=opening_id, watcher_id=person_id, progress_id=message_id)


def watched() -> Script[list[Watched]]:
    """All that is followed, the oldest first."""
    rows = yield from query("watched_openings")
    return [Watched(**row) for row in rows]


def unwatch(opening_id: str) -> Script[None]:
    """There is nothing more to follow."""
    yield from query("unwatch_opening", id=opening_id)
