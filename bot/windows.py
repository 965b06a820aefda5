"""The windows without buttons, by their channel."""

from collections.abc import Mapping

from bot.channels.sms import window
from bot.channels.sms.segments import measure
from bot.window import Message, Screened


def _segments(message: Message) -> int:
    return measure(message["body"]).segments


def _text(text: str) -> Message:
    return {"body": text}


WINDOWS: Mapping[str, Screened] = {window.CHANNEL: Screened(window, _segments, _text)}
