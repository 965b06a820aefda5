"""The HTML of the Bot API, read strictly (https://core.telegram.org/bots/api#html-style)."""

import re
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "tg-spoiler"}
ATTRIBUTES = {"a": {"href"}, "blockquote": {"expandable"}, "code": {"class"}}
_STRAY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);)")


class BadEntities(ValueError):
    """What the server would refuse with « can't parse entities »."""


@lru_cache(maxsize=4096)
def plain(html: str) -> str:
    """The text that is shown. Raises `BadEntities`."""
    if "<" not in html and "&" not in html and ">" not in html:
        return html
    if _STRAY.search(html):
        raise BadEntities("a stray &")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader.open:
        raise BadEntities(f"<{reader.open[-1]}> is not closed")
    return "".join(reader.text)


def units(text: str) -> int:
    """The length as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise BadEntities(f"unsupported start tag <{tag}>")
        if not {name for name, _ in attrs} <= ATTRIBUTES.get(tag, set()):
            raise BadEntities(f"unsupported attributes of <{tag}>")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise BadEntities(f"unexpected end tag </{tag}>")

    def handle_data(self, data: str) -> None:
        if "<" in data or ">" in data:
            raise BadEntities("a stray < or >")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        self.text.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        raise BadEntities(f"a comment: {data}")
