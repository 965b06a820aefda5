"""A part of an import told: the row that remembers each person, and a message queued for each.

A few queries for the whole part, however many it tells: a server is a network away, and a query for each of these
steps and people was most of what an import took.
"""

import secrets
from collections.abc import Sequence

from bot.notices.desk import GOOD_FOR, NoticeDesk
from bot.notices.queueing import Notice, queue_sms, queue_telegram
from bot.notices.reading import Wanted
from bot.notices.wording import TOKEN, Wording
from bot.store import pickups
from bot.store.pickups import Telling
from bot.store.script import Script, together


def notify(
    desk: NoticeDesk,
    wording: Wording,
    prefecture: str,
    batch_id: str,
    tells: Sequence[tuple[Wanted, str | None]],
    now_ms: int,
) -> Script[None]:
    """Tells each of them, as whom they are on Telegram or else by SMS, in the transaction of the part."""
    tellings = [_telling(desk, *each) for each in tells]
    people = yield from pickups.add(batch_id, prefecture, tellings, now_ms)
    messages: list[Script[None]] = []
    for (wanted, linked), telling, person in zip(tells, tellings, people, strict=True):
        expires_ms = now_ms + GOOD_FOR
        notice = Notice(telling.message_id, wanted.language, wanted.audience, prefecture, batch_id, now_ms, expires_ms)
        if linked is None:
            messages.append(queue_sms(desk, wording, person.id, notice, person.stop_token or ""))
        else:
            messages.append(queue_telegram(desk, wording, linked, notice))
    yield from together(messages)


def _telling(desk: NoticeDesk, wanted: Wanted, linked: str | None) -> Telling:
    by_link = linked is None and desk.ending.way == "link"
    return Telling(
        wanted.row,
        wanted.digest,
        desk.new_id(),
        wanted.language,
        wanted.audience,
        desk.vault.seal_data({"reference": wanted.reference, "last_four": wanted.number[-4:]}),
        desk.vault.seal(wanted.number),
        desk.new_id(),
        secrets.token_urlsafe(TOKEN) if by_link else None,
    )
