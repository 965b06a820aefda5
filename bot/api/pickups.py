"""The notices of pickups as the routes ask for them: JSON in, the same import as from a file, JSON out."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Literal

from bot.agents.actor import Actor
from bot.api.refusals import refused
from bot.api.schemas import Announced, Batch, Channels, Pickups, Price, Report, Text
from bot.channels.sms.segments import measure
from bot.notices.desk import NoticeDesk
from bot.notices.pickups import import_rows
from bot.notices.refusals import Refusal
from bot.notices.rehearsal import rehearse
from bot.notices.report import report, summaries, summary_json
from bot.notices.rows import Row, Rows, tidy
from bot.store import batches

Language = Literal["fr", "en"]
Public = Literal["general", "student"]


class StoredNotices:
    """The notices on the desk that the commands work at as well."""

    def __init__(self, desk: NoticeDesk) -> None:
        self._desk = desk

    async def rehearse(self, actor: Actor, asked: Pickups, language: str) -> Announced:
        """What announcing them would do."""
        found = await rehearse(
            self._desk, _rows(asked), asked.prefecture, actor.signature, retry_failed=asked.retry_failed
        )
        channels = Channels(telegram=found.telegram, sms=found.sms, earlier=found.earlier)
        return self._announced(None, asked, channels, found.refused, language)

    async def announce(self, actor: Actor, asked: Pickups, digest: str, language: str) -> Announced:
        """Announces them, or goes on with the batch of that digest."""
        done = await import_rows(
            self._desk, _rows(asked), asked.prefecture, actor.signature, key=digest, retry_failed=asked.retry_failed
        )
        channels = Channels(telegram=done.telegram, sms=done.sms, earlier=done.earlier)
        return self._announced(done.batch, asked, channels, done.refused, language)

    async def report(self, actor: Actor, batch: str) -> Report | None:
        """What became of a batch. Another préfecture's is looked at no further, and leaves nothing in the trail."""
        if not await self._sees(batch, lambda prefecture: actor.may("pickups.report", prefecture)):
            return None
        found = await report(self._desk, batch, actor.signature)
        return None if found is None else Report.model_validate(found.to_json())

    async def batches(self, prefectures: Collection[str], before: str | None, most: int) -> list[Batch]:
        """The batches of these préfectures, the latest first."""
        if before is not None and not await self._sees(before, lambda prefecture: prefecture in prefectures):
            return []
        found = await summaries(self._desk, prefectures, before, most)
        return [Batch.model_validate(summary_json(each)) for each in found]

    async def _sees(self, batch: str, allows: Callable[[str], bool]) -> bool:
        found = await self._desk.database.run(lambda: batches.get(batch))
        return found is not None and allows(found.prefecture)

    def _announced(
        self, batch: str | None, asked: Pickups, channels: Channels, refusals: Sequence[Refusal], language: str
    ) -> Announced:
        texts = self._texts(asked, {refusal.row - 1 for refusal in refusals})
        total = sum((Decimal(text.price.amount) * text.people for text in texts), Decimal(0))
        return Announced(
            batch=batch,
            prefecture=asked.prefecture,
            given=len(asked.pickups),
            taken=channels.telegram + channels.sms + channels.earlier,
            channels=channels,
            refused=[refused(each, asked.prefecture, language) for each in refusals],
            texts=texts,
            price=self._price(total),
        )

    def _texts(self, asked: Pickups, without: Collection[int]) -> list[Text]:
        """What those who are told read, by language and public."""
        readers: Counter[tuple[Language, Public]] = Counter(
            (pickup.language or "fr", pickup.public or "general")
            for index, pickup in enumerate(asked.pickups)
            if index not in without
        )
        wording, texts = self._desk.wording(asked.prefecture), []
        for (language, public), people in sorted(readers.items()):
            body = wording.sms(language, public)
            cost = measure(body)
            texts.append(
                Text(
                    language=language,
                    public=public,
                    text=body,
                    encoding=cost.encoding,
                    segments=cost.segments,
                    price=self._price(self._desk.price * cost.segments),
                    people=people,
                )
            )
        return texts

    def _price(self, amount: Decimal) -> Price:
        return Price(amount=str(amount), currency=self._desk.currency)


def _rows(asked: Pickups) -> Rows:
    """The rows as from a file without titles: the first is row 1."""
    return Rows(
        Row(number, tidy(each.phone), tidy(each.reference or ""), each.language or "", each.public or "")
        for number, each in enumerate(asked.pickups, 1)
    )
