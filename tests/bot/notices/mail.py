"""What would leave, and who would get it on Telegram."""

import json
from functools import partial

from bot.notices.desk import NoticeDesk
from bot.store import claiming, people, settling
from bot.store.script import Script


async def sent(desk: NoticeDesk, channel: str = "sms") -> list[tuple[str, str]]:
    """What would leave now: address and text."""
    claimed = []
    while rows := await desk.database.run(lambda: claiming.claim_due(channel, "us", desk.now_ms(), 200)):
        for row in rows:
            message = json.loads(desk.vault.open(row.sealed_message))
            claimed.append((desk.vault.open(row.sealed_address), message.get("body") or message["text"]))
            await desk.database.run(partial(settling.finish, row.id, "accepted", desk.now_ms()))
    return claimed


async def linked(desk: NoticeDesk, mobile: str, chat: str = "77") -> str:
    """Somebody on Telegram who shared their number."""
    digest, mobile_digest = desk.vault.digest("telegram", chat), desk.vault.digest("sms", mobile)

    def script() -> Script[str]:
        person = yield from people.meet("telegram", digest, desk.vault.seal(chat), f"p{chat}", desk.now_ms())
        yield from people.save_mobile(person.id, mobile_digest)
        return person.id

    return await desk.database.run(script)
