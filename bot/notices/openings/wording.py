"""What people read: one text for each channel and language, the same for everybody, so it is sealed once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.channels.sms.gsm7 import written
from bot.channels.sms.pages import under
from bot.channels.sms.segments import Measure, measure
from bot.channels.telegram.keyboards import keyboard
from bot.keyboard import menu
from bot.notices.openings.announcement import Announcement
from bot.notices.openings.desk import OpeningDesk
from bot.notices.quiet import opens_at
from bot.store.broadcasts import Sealed
from bot.store.openings import OpeningRow
from bot.words import words_for
from dialogs.answers import Phrase
from dialogs.machine import LANGUAGES
from dialogs.notices import Opened
from dialogs.waiting import Line, all_lines

Channel = Literal["telegram", "sms"]
CHANNELS: tuple[Channel, ...] = ("telegram", "sms")

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Text:
    """What is said on a channel in a language, as it is read. `message`: as its sender takes it; `cost`: of an SMS."""

    channel: Channel
    language: str
    text: str
    message: dict[str, Any]
    cost: Measure | None = None

    @property
    def segments(self) -> int | None:
        return None if self.cost is None else self.cost.segments


Sealing = Mapping[tuple[str, str], Sealed]
"""What is said, sealed, by channel and language."""


def texts(desk: OpeningDesk, announcement: Announcement, *, silent: bool = False) -> tuple[Text, ...]:
    """The texts, by channel and language. `silent`: Telegram does not ring."""
    office = desk.knowledge.office(announcement.prefecture)
    opened = Opened(
        announcement.prefecture,
        office.name,
        office.site,
        announcement.line,
        announcement.slots,
        announcement.until,
        announcement.note,
    )
    return tuple(
        _on_telegram(desk, opened, language, silent) if channel == "telegram" else _by_sms(desk, opened, language)
        for channel in CHANNELS
        for language in LANGUAGES
    )


def sealed(desk: OpeningDesk, opening: OpeningRow, *, silent: bool) -> Sealing:
    """The texts of an opening, ready to be queued."""
    return {
        (each.channel, each.language): Sealed(desk.vault.seal_data(each.message), each.segments, each.channel == "sms")
        for each in texts(desk, announced(desk, opening), silent=silent)
    }


def spoken(language: str | None) -> str:
    """The language in which somebody reads it: theirs, or the first of ours."""
    return language if language in LANGUAGES else LANGUAGES[0]


def announced(desk: OpeningDesk, opening: OpeningRow) -> Announcement:
    """What was announced, read again from its row."""
    lines = all_lines(desk.knowledge, opening.prefecture)
    unknown = Line(opening.calendar, Phrase(opening.calendar))  # the knowledge was edited since
    line = next((each for each in lines if each.key == opening.calendar), unknown)
    until = datetime.fromtimestamp(opening.until / 1000, ZoneInfo(desk.knowledge.office(opening.prefecture).timezone))
    per_slot = opening.wave_size // opening.slots
    return Announcement(opening.prefecture, line, opening.slots, until, opening.note, per_slot)


def is_quiet(desk: OpeningDesk, code: str, moment: datetime, lasting: timedelta = timedelta()) -> bool:
    """Whether people of the préfecture are left in peace at that moment, or so long after it."""
    timezone = desk.knowledge.office(code).timezone
    return any(opens_at(each, timezone, code) > each for each in (moment, moment + lasting))


def _on_telegram(desk: OpeningDesk, opened: Opened, language: str, silent: bool) -> Text:
    words = words_for(desk.knowledge, language, "telegram")
    text = words.effect(opened)
    message = {
        "method": "sendMessage",
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": keyboard(menu("opened", words)),
        **({"disable_notification": True} if silent else {}),
    }
    return Text("telegram", language, unescape(_TAG.sub("", text)), message)


def _by_sms(desk: OpeningDesk, opened: Opened, language: str) -> Text:
    words = words_for(desk.knowledge, language, "sms")
    end = words.text(desk.knowledge.national.notice_ends["number"], {"number": desk.number}) if desk.number else ""
    body = written(under(words.effect(opened), end))
    return Text("sms", language, body, {"body": body}, measure(body))
