"""A conversation with the one person at this machine: kept in the embedded database, or for this once only."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bot.channels.sms import window
from bot.channels.terminal import CHANNEL, messages
from bot.clock import milliseconds
from bot.ids import TimeOrderedIds
from bot.incoming import Incoming
from bot.notices.due import compose_due
from bot.settings import Settings
from bot.store import claiming, settling
from bot.store.location import sqlite_path
from bot.store.open import open_database
from bot.store.script import Script
from bot.store.sealed import Vault, find_key
from bot.store.version import bring_up_to_date
from bot.turn import Desk
from bot.words import speaks, words_for
from dialogs.conversation import Conversation
from dialogs.events import Event, Tell
from dialogs.knowledge.library import Knowledge
from dialogs.machine import Reader, open_question, step

PERSON = "local"
"""The address of whoever sits at the machine; the database is theirs alone."""

Talk = Callable[[Event], list[dict[str, Any]]]
Clock = Callable[[], datetime]


def passing(knowledge: Knowledge, reader: Reader, clock: Clock, language: str) -> Talk:
    """A conversation that nothing keeps."""
    conversation = Conversation(language=language)

    def talk(event: Event) -> list[dict[str, Any]]:
        nonlocal conversation
        result = step(knowledge, reader, conversation, event, clock())
        conversation = result.conversation
        words = words_for(knowledge, conversation.language, CHANNEL)
        return messages(Incoming(CHANNEL, "", PERSON, event), result, words)

    return talk


def passing_by_sms(
    knowledge: Knowledge, reader: Reader, clock: Clock, language: str
) -> Callable[[str | None], list[dict[str, Any]]]:
    """A conversation by SMS that nothing keeps, a text at a time; it begins without one."""
    conversation = Conversation(language=language)
    screen: window.Screen | None = None

    def talk(text: str | None) -> list[dict[str, Any]]:
        nonlocal conversation, screen
        now = clock()
        asked = open_question(knowledge, reader, conversation, now)
        heard = Tell({}) if text is None else window.hear(text, screen, asked)
        if isinstance(heard, window.More):
            words = words_for(knowledge, conversation.language, window.CHANNEL)
            said, screen = window.more(screen, words)
            return said
        result = step(knowledge, reader, conversation, heard, now)
        conversation = result.conversation
        said, screen = window.show(result, words_for(knowledge, conversation.language, window.CHANNEL), screen)
        return said

    return talk


@contextmanager
def kept(knowledge: Knowledge, reader: Reader, clock: Clock, settings: Settings) -> Iterator[Talk]:
    """The conversation of the database, through the same turn and the same outbox as on any channel.

    Raises BadKey when the database was written with another key.
    """
    bring_up_to_date(settings.database_url)
    key = settings.rdv_key.get_secret_value() if settings.rdv_key else None
    vault = Vault(find_key(key, sqlite_path(settings.database_url)))
    ids = TimeOrderedIds()
    desk = Desk(knowledge, reader, vault, speaks(knowledge), {CHANNEL: messages}, ids)
    with asyncio.Runner() as runner:
        database = runner.run(open_database(settings.database_url))

        def talk(event: Event) -> list[dict[str, Any]]:
            now = clock()
            incoming = Incoming(CHANNEL, ids(now), PERSON, event)
            reminded = runner.run(database.run(lambda: _reminded(desk, now)))
            runner.run(database.run(lambda: desk.turn(incoming, now)))
            said = runner.run(database.run(lambda: _take(milliseconds(now))))
            return [vault.open_data(each) for each in (*reminded, *said)]

        try:
            yield talk
        finally:
            runner.run(database.close())


def _reminded(desk: Desk, now: datetime) -> Script[list[str]]:
    """What has become due since the last visit comes before the conversation goes on."""
    yield from compose_due(desk, CHANNEL, now, 1)
    return (yield from _take(milliseconds(now)))


def _take(now_ms: int) -> Script[list[str]]:
    """All that waits for the screen, in order: printing it is delivering it."""
    sealed = []
    while rows := (yield from claiming.claim_due(CHANNEL, PERSON, now_ms, 100)):
        for row in rows:
            sealed.append(row.sealed_message)
            yield from settling.finish(row.id, "accepted", now_ms, None, None)
    return sealed
