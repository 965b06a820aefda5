"""What a command cannot do without: the knowledge and the settings, or one line that says what is wrong with them."""

from typing import TYPE_CHECKING

from bot.commands.refusing import refuse
from dialogs.knowledge.files import Fault
from dialogs.knowledge.library import Knowledge, load_knowledge

if TYPE_CHECKING:
    from bot.settings import Settings


def sound_knowledge() -> Knowledge:
    """The knowledge; a fault in its files ends the command."""
    try:
        return load_knowledge()
    except Fault as fault:
        refuse(str(fault))


def valid_settings() -> "Settings":
    """The settings; one that is missing or wrong ends the command."""
    from bot.settings import Misconfigured, load_settings

    try:
        return load_settings()
    except Misconfigured as problem:
        refuse(str(problem))
