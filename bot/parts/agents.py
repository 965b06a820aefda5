"""The agents' HTTP interface on this process's database."""

from bot.api import Later
from bot.parts.base import Base
from bot.webhook import Application


def agents_api(base: Base) -> Application:
    """Made with the first request: see `bot.api`."""

    def make() -> Application:
        from bot.api.app import create_api
        from bot.api.pickups import StoredNotices
        from bot.notices.desk import NoticeDesk
        from bot.notices.wording import NoWayToStop

        desk = base.desk
        try:
            notices = NoticeDesk.of(base.settings, desk.knowledge, base.database, desk.vault, base.clock, desk.new_id)
        except NoWayToStop:
            return create_api(base.database, desk.vault, base.clock, None)
        return create_api(base.database, desk.vault, base.clock, StoredNotices(notices))

    return Later(make)
