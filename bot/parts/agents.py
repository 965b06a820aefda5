"""The agents' HTTP interface on this process's database."""

from bot.api import Later
from bot.parts.base import Base
from bot.webhook import Application


def agents_api(base: Base) -> Application:
    """Made with the first request: see `bot.api`."""

    def make() -> Application:
        from bot.api.app import create_api
        from bot.api.pickups import StoredNotices
        from bot.parts.notices import notice_desk, opening_desk

        notices = notice_desk(base)
        stored = None if notices is None else StoredNotices(notices)
        return create_api(base.database, base.desk.vault, base.clock, stored, opening_desk(base))

    return Later(make)
