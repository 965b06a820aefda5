"""The message list: its filters, and its pages (https://www.twilio.com/docs/messaging/api/message-resource#read)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.twilio.clock import moment
from tests.twilio.messages import Message
from tests.twilio.refusal import Refusal

_KNOWN = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"})
_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)


def selected(messages: list[Message], query: Mapping[str, str]) -> list[Message]:
    """Those that the filters let through, newest first. One that was not sent yet has no date, and fits none."""
    if unknown := set(query) - _KNOWN:
        raise Refusal(20001, ", ".join(sorted(unknown)))
    dated = [_dated(name, query[name]) for name in ("DateSent", "DateSent<", "DateSent>") if query.get(name)]

    def fits(message: Message) -> bool:
        if query.get("To", message.to) != message.to or query.get("From", message.sender) != message.sender:
            return False
        if not dated:
            return True
        sent_at = message.sent_at
        return sent_at is not None and all(test(moment(sent_at).replace(microsecond=0)) for test in dated)

    return [message for message in reversed(messages) if fits(message)]


def page(found: list[Message], query: Mapping[str, str], path: str, account: str) -> dict[str, Any]:
    """One page of what was found. A page's token holds on to a message: those that come meanwhile move nothing."""
    size, number, token = _whole(query, "PageSize", 50, 1), _whole(query, "Page", 0, 0), query.get("PageToken", "")
    first = _after(found, token[2:]) if token.startswith("PA") else number * size
    if token.startswith("PB"):
        first = max(0, _after(found, token[2:]) - 1 - size)
    shown = found[first : first + size]
    filters = {name: value for name, value in query.items() if name in _KNOWN - {"PageSize", "Page", "PageToken"}}

    def uri(index: int, token: str = "") -> str:
        pages = {"PageSize": size, "Page": index, **({"PageToken": token} if token else {})}
        return f"{path}?{urlencode({**filters, **pages})}"

    more, less = first + size < len(found), number > 0 and first > 0 and bool(shown)
    return {
        "first_page_uri": uri(0),
        "next_page_uri": uri(number + 1, f"PA{shown[-1].sid}") if more else None,
        "previous_page_uri": uri(number - 1, f"PB{shown[0].sid}") if less else None,
        "uri": uri(number, token),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(shown) - 1),
        "messages": [message.as_result(account) for message in shown],
    }


def _dated(name: str, text: str) -> Callable[[datetime], bool]:
    """A day alone means all of it; a moment means its second, but for `DateSent`, which looks at days only."""
    try:
        given = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Refusal(20001, f"{name} is no date: {text}") from None
    given = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    match name:
        case "DateSent":
            return lambda sent: sent.date() == given.date()
        case "DateSent<":
            last = given + _DAY - _SECOND if len(text) == len("2026-11-21") else given
            return lambda sent: sent <= last
        case _:
            return lambda sent: sent >= given


def _after(found: list[Message], sid: str) -> int:
    for index, message in enumerate(found):
        if message.sid == sid:
            return index + 1
    raise Refusal(20001, "PageToken")


def _whole(query: Mapping[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise Refusal(20001, f"{name} is {text!r}")
    return min(int(text), 1000) if name == "PageSize" else int(text)
