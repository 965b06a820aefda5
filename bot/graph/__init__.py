"""A préfecture's decision tables as a picture that one of its agents can read and approve."""

from datetime import datetime

from bot.graph.layout import lay_out
from bot.graph.svg import draw
from bot.graph.tree import tree
from bot.words import Words
from dialogs.knowledge.library import Knowledge


def picture(knowledge: Knowledge, code: str, now: datetime, words: Words) -> str:
    """The SVG of a department's tables as they answer at `now` (aware); the national ones where it has no file."""
    return draw(lay_out(tree(knowledge, code, now), words))
