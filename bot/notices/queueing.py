"""A notice put into the outbox, due now: the delivery keeps the quiet hours."""

import secrets
from dataclasses import dataclass
from typing import Any

from bot.channels.sms.segments import measure
from bot.delivery.parcel import Lane
from bot.notices.desk import NoticeDesk
from bot.notices.wording import CHANNEL, TOKEN, Audience, Wording
from bot.store import outbox, people
from bot.store.script import Script

TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said, by which batch, until when it is worth saying. Unix milliseconds."""

    id: str
    language: str
    audience: Audience
    prefecture: str
    batch_id: str
    now_ms: int
    expires_ms: int


def stop_token(desk: NoticeDesk, person_id: str) -> Script[str]:
    """The end of the person's own link to stop; empty where they stop otherwise."""
    if desk.ending.way != "link":
        return ""
    return (yield from people.stop_token_of(person_id, secrets.token_urlsafe(TOKEN)))


def queue_sms(desk: NoticeDesk, wording: Wording, person_id: str, notice: Notice, token: str) -> Script[None]:
    """By SMS; `token` as `stop_token` gives it."""
    message = wording.message(notice.language, notice.audience, token)
    yield from _queue(desk, CHANNEL, person_id, notice, message, measure(message["body"]).segments)


def queue_telegram(desk: NoticeDesk, wording: Wording, person_id: str, notice: Notice) -> Script[None]:
    """On Telegram, without a sound."""
    message = wording.telegram_message(notice.language, notice.audience)
    yield from _queue(desk, TELEGRAM, person_id, notice, message, None)


def _queue(
    desk: NoticeDesk, channel: str, person_id: str, notice: Notice, message: dict[str, Any], segments: int | None
) -> Script[None]:
    yield from outbox.add(
        notice.id,
        person_id,
        channel,
        Lane.NOTICE,
        desk.vault.seal_data(message),
        notice.now_ms,
        notice.now_ms,
        notice.expires_ms,
        segments=segments,
        prefecture=notice.prefecture,
        batch_id=notice.batch_id,
    )
