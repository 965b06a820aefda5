"""What an announcement would do, before anybody is told: who, how, in which words, at what price, how long."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.agents.actor import Actor
from bot.clock import milliseconds
from bot.notices.openings.announcement import Announcement
from bot.notices.openings.desk import TAKE_BACK, WAVE_EVERY, OpeningDesk, cap
from bot.notices.openings.oddities import AGAIN, Oddity, oddities
from bot.notices.openings.permission import permit
from bot.notices.openings.wording import Channel, Text, is_quiet, spoken, texts
from bot.notices.quiet import opens_at
from bot.store import draws, openings, trail
from bot.store.draws import Group
from bot.store.script import Script

Standing = Literal["ready", "told_lately", "silent", "paused", "unreachable"]
STANDINGS: tuple[Standing, ...] = ("ready", "told_lately", "silent", "paused", "unreachable")


@dataclass(frozen=True)
class Rehearsal:
    """`groups` are those who wait; `quiet_until` is when SMS may leave, None: at once. Moments are the préfecture's."""

    announcement: Announcement
    now: datetime
    starts_at: datetime
    groups: tuple[Group, ...]
    texts: tuple[Text, ...]
    quiet: bool
    quiet_until: datetime | None
    messages_a_second: float
    segments_a_second: float
    segment_price: Decimal
    currency: str
    odd: tuple[Oddity, ...] = field(default=())

    def standing(self, standing: Standing) -> int:
        """How many people are `ready`, were `told_lately`, did not answer (`silent`), …"""
        return sum(group.people for group in self.groups if group.standing == standing)

    def people(self, channel: Channel, language: str | None = None) -> int:
        """How many would be told on a channel, in a language or in all."""
        return sum(
            group.people
            for group in self.groups
            if group.standing == "ready"
            and group.channel == channel
            and (language is None or spoken(group.language) == language)
        )

    @property
    def ready(self) -> int:
        """How many would be told now."""
        return self.standing("ready")

    @property
    def waves(self) -> int:
        return ceil(self.ready / self.announcement.wave_size)

    @property
    def reached(self) -> int:
        """How many of them before the end: waves that would begin after it tell nobody."""
        left = self.announcement.until - self.starts_at
        if left <= timedelta():
            return 0
        in_time = min(self.waves, ceil(left / WAVE_EVERY))
        first = min(self.ready, in_time * self.announcement.wave_size)
        telegram, sms = self.people("telegram"), self.people("sms")
        paced = left.total_seconds() * self.messages_a_second if telegram else 0
        paced += left.total_seconds() * self.segments_a_second / self._dearest if sms else 0
        return min(first, int(paced))

    @property
    def told_at(self) -> datetime:
        """When the last of them would have been told, quiet hours not counted."""
        last = self.starts_at + max(self.waves - 1, 0) * WAVE_EVERY
        size = min(self.ready, self.announcement.wave_size)
        return max(last + self._lasts(size), self.starts_at + self._lasts(self.ready))

    @property
    def segments(self) -> int:
        return sum(self.people("sms", each.language) * (each.segments or 0) for each in self.texts)

    @property
    def price(self) -> Decimal:
        """What the SMS cost at most."""
        return self.segments * self.segment_price

    @property
    def _dearest(self) -> int:
        return max((each.segments or 1 for each in self.texts), default=1)

    def _lasts(self, people: int) -> timedelta:
        """How long so many take at the paces, shared as all of them are."""
        if not self.ready:
            return timedelta()
        telegram = people * self.people("telegram") / self.ready / self.messages_a_second
        sms = people * self.segments / self.ready / self.segments_a_second
        return timedelta(seconds=ceil(max(telegram, sms)))

    def to_json(self) -> dict[str, Any]:
        announcement = self.announcement
        return {
            "prefecture": announcement.prefecture,
            "calendar": announcement.line.key,
            "slots": announcement.slots,
            "until": announcement.until.isoformat(),
            "note": announcement.note,
            "people": {standing: self.standing(standing) for standing in STANDINGS},
            "channels": {"telegram": self.people("telegram"), "sms": self.people("sms")},
            "texts": [
                {
                    "channel": each.channel,
                    "language": each.language,
                    "text": each.text,
                    "people": self.people(each.channel, each.language),
                    "encoding": each.cost.encoding if each.cost else None,
                    "segments": each.segments,
                    "price": None if each.segments is None else str(each.segments * self.segment_price),
                }
                for each in self.texts
            ],
            "segments": self.segments,
            "price": str(self.price),
            "currency": self.currency,
            "wave_size": announcement.wave_size,
            "waves": self.waves,
            "starts_at": self.starts_at.isoformat(),
            "told_at": self.told_at.isoformat(),
            "reached": self.reached,
            "silent": self.quiet,
            "sms_leave_at": None if self.quiet_until is None else self.quiet_until.isoformat(),
            "odd": [{"key": each.key, "fr": each.fr, "en": each.en} for each in self.odd],
        }


def rehearse(
    desk: OpeningDesk, actor: Actor, announcement: Announcement, now: datetime, *, at_once: bool = False
) -> Script[Rehearsal]:
    """Counts who would be told; writes nothing but a line of the trail. Raises NotAllowed."""
    permit(actor, announcement.prefecture)
    code, calendar, now_ms = announcement.prefecture, announcement.line.key, milliseconds(now)
    groups = yield from draws.who_hears(code, calendar, cap(now_ms))
    alike = yield from openings.last_alike(code, calendar, now_ms - int(AGAIN.total_seconds() * 1000))
    zone = ZoneInfo(desk.knowledge.office(code).timezone)
    starts = (now if at_once else now + TAKE_BACK).astimezone(zone)
    leaves = opens_at(starts, zone.key, code)
    quiet = is_quiet(desk, code, starts)
    rehearsed = Rehearsal(
        announcement,
        now.astimezone(zone),
        starts,
        tuple(groups),
        texts(desk, announcement, silent=quiet),
        quiet,
        leaves if leaves > starts else None,
        desk.messages,
        desk.segments,
        desk.price,
        desk.currency,
    )
    yield from trail.note(
        desk.new_id(),
        now_ms,
        actor.signature,
        "openings.rehearse",
        prefecture=code,
        people=rehearsed.ready,
        detail=f"calendrier {calendar}",
    )
    last = None if alike is None else datetime.fromtimestamp(alike / 1000, zone)
    return replace(rehearsed, odd=tuple(oddities(rehearsed, last)))
