"""What is to be said, as messages of the Bot API without their chat.

https://core.telegram.org/bots/api#sendmessage: 1 to 4096 characters « after entities parsing ». Telegram counts in
UTF-16 code units, tags and references count for what they stand for.
"""

import re
from functools import lru_cache
from html import unescape
from typing import Any

from bot.buttons import Page
from bot.channels.limits import LIMITS
from bot.channels.telegram.keyboards import PAPERS, Markup, keyboard, page_of
from bot.incoming import Incoming
from bot.keyboard import Option, options
from bot.words import Words
from dialogs.agenda import Agenda
from dialogs.effects import Did, Linking, Question, Talked
from dialogs.events import Choose
from dialogs.machine import Step
from dialogs.notices import Papers

Message = dict[str, Any]

MOST = LIMITS["telegram"].message
MOST_CAPTION = 1024
"""https://core.telegram.org/bots/api#senddocument"""
_TAG = re.compile(r"<[^>]*>")
_BORDERS = ("\n\n", "\n", " ", "")
_SIGN = re.compile(r"&#?\w+;|<[^>]*>|.", re.DOTALL)


def messages(incoming: Incoming, result: Step, words: Words) -> list[Message]:
    """The reply to what a person did: one message if it fits, its keyboard on the last. No effects, no message."""
    if incoming.page is not None and _is_shown(incoming.page, result):
        return _turn_page(incoming.page, incoming.screen, result, words)
    text = "\n\n".join(said for effect in result.effects if (said := words.effect(effect)))
    if not text:
        return []
    parts = [_message(part) for part in split(text)]
    agenda = next((each for each in result.effects if isinstance(each, Agenda) and each.entries), None)
    if agenda is not None:
        parts = _with_file(parts, agenda, words)
    elif incoming.screen is not None:
        parts[0] |= {"method": "editMessageText", "message_id": int(incoming.screen)}
    markup = _markup(incoming, result, words)
    if markup is not None:
        parts[-1]["reply_markup"] = markup
    return parts


def length(text: str) -> int:
    """The length of a message as Telegram counts it.

    >>> length("<b>R&amp;D</b>"), length("😀")
    (3, 2)
    """
    plain = unescape(_TAG.sub("", text))
    return len(plain) if plain.isascii() else len(plain.encode("utf-16-le")) // 2


def split(text: str, most: int = MOST, borders: tuple[str, ...] = _BORDERS) -> list[str]:
    """A text in parts that fit: between paragraphs, between lines where one paragraph is too long, then words,
    then signs. Paragraphs and lines of the templates close the tags they open; words may not.

    >>> split("one two\\n\\nthree", most=8)
    ['one two', 'three']
    """
    if len(text) * 2 <= most or length(text) <= most or not borders:
        return [text]
    border, *finer = borders
    parts: list[str] = []
    for piece in text.split(border) if border else _SIGN.findall(text):
        joined = f"{parts[-1]}{border}{piece}" if parts else piece
        if parts and length(joined) <= most:
            parts[-1] = joined
        else:
            parts += split(piece, most, tuple(finer))
    return [part for part in parts if part.strip()]


def _with_file(parts: list[Message], agenda: Agenda, words: Words) -> list[Message]:
    """The file under the last of these messages, or after it where that is too long to be its caption."""
    from bot.calendar_file import MEDIA_TYPE, NAME, calendar_file  # loaded when first needed: it takes a while

    file = {"name": NAME, "type": MEDIA_TYPE, "text": calendar_file(agenda, words).decode()}
    document = {"method": "sendDocument", "document": file}
    last = parts[-1]
    if length(last["text"]) > MOST_CAPTION:
        return [*parts, document]
    return [*parts[:-1], {**document, "caption": last["text"], "parse_mode": last["parse_mode"]}]


def _message(text: str) -> Message:
    return {
        "method": "sendMessage",
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _markup(incoming: Incoming, result: Step, words: Words) -> Markup | None:
    back = _back(result, words)
    match result.effects:
        case (Question(fact, asking),) | (Did(), Question(fact, asking)):
            return _asked(words, fact, asking.options, back)
    shown = options(result.effects, words)
    return _sharing(result, words) or keyboard(shown, page_of(incoming.event, shown), back)


def _sharing(result: Step, words: Words) -> Markup | None:
    """The button that shares one's own number (https://core.telegram.org/bots/api#keyboardbutton), or its end."""
    for effect in result.effects:
        match effect:
            case Talked(topic) if topic.intent == "share_number":
                button = {"text": words.intent("share_number"), "request_contact": True}
                return {"keyboard": [[button]], "resize_keyboard": True, "one_time_keyboard": True}
            case Linking("shared" | "forgotten"):
                return {"remove_keyboard": True}
    return None


@lru_cache(maxsize=1024)
def _asked(words: Words, fact: str, values: tuple[str, ...], back: str | None) -> Markup | None:
    """The keyboard of a question: the same for everybody, so made once and not to be changed."""
    return keyboard([Option(words.fact(fact, value), Choose(fact, value)) for value in values], back=back)


def _back(result: Step, words: Words) -> str | None:
    """The label of the way back under a question, once there is something to take back."""
    asks = any(isinstance(effect, Question) for effect in result.effects)
    return words.intent("back") if asks and result.conversation.given else None


def _is_shown(page: Page, result: Step) -> bool:
    """Whether there is still what was leafed through: the list of documents may be gone."""
    return page[0] != PAPERS or any(isinstance(effect, Papers) for effect in result.effects)


def _turn_page(page: Page, screen: str | None, result: Step, words: Words) -> list[Message]:
    """The keyboard alone changes, under the message it was pressed on."""
    fact, number = page
    markup = keyboard(_options_of(fact, result, words), number, _back(result, words))
    if markup is None or screen is None:
        return []
    return [{"method": "editMessageReplyMarkup", "message_id": int(screen), "reply_markup": markup}]


def _options_of(fact: str, result: Step, words: Words) -> list[Option]:
    """The options of the question being asked; on an older keyboard, those its question has now."""
    if fact == PAPERS:
        return options(result.effects, words)
    asked = next((each for each in result.effects if isinstance(each, Question) and each.fact == fact), None)
    if asked is not None:
        asking = asked.asking
    else:
        knowledge = words.knowledge
        known = {**result.conversation.facts, **result.trace.inferred}
        undated = {name: str(value) for name, value in known.items() if name not in knowledge.day_facts}
        try:
            asking = knowledge.asking(fact, undated)
        except StopIteration:  # nobody is ever asked for it: no button of ours
            return []
    return [Option(words.fact(fact, value), Choose(fact, value)) for value in asking.options]
