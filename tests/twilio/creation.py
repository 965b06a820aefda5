"""The checks that a message must pass before it exists (https://www.twilio.com/docs/messaging/api/message-resource)."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from tests.twilio.account import Account
from tests.twilio.messages import Message
from tests.twilio.refusal import Refusal
from tests.twilio.segments import segments

_KNOWN = frozenset(
    {
        *("To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ApplicationSid", "ValidityPeriod", "Attempt"),
        *("ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "RiskCheck", "TrafficType", "MaxPrice"),
        *("ContentRetention", "AddressRetention"),
    }
)
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9a-f:]+\]")


def checked(account: Account, given: Mapping[str, str]) -> Message:
    """The message that these parameters ask for. Raises `Refusal`."""
    if unknown := set(given) - _KNOWN:
        raise Refusal(20001, ", ".join(sorted(unknown)))
    to, body = _mobile(given.get("To", "")), given.get("Body", "")
    service = given.get("MessagingServiceSid") or None
    sender = given.get("From") or None
    if service is not None and service not in account.services:
        raise Refusal(21701, service)
    if service is None:
        _check_sender(account, sender)
    if not body.strip():
        raise Refusal(21602)
    if len(body) > 1600:
        raise Refusal(21617)
    if (sender or account.services.get(service or ""), to) in account.opted_out:
        raise Refusal(21610)
    validity = given.get("ValidityPeriod", "36000")
    if not validity.isdecimal() or not 1 <= int(validity) <= 36000:
        raise Refusal(20001, f"ValidityPeriod is {validity!r}, not a number from 1 to 36000")
    callback = _callback(given.get("StatusCallback"))
    return Message(to, sender, body, segments(body), "outbound-api", service, callback, int(validity))


def _check_sender(account: Account, sender: str | None) -> None:
    if sender is None:
        raise Refusal(21603)
    if not sender.lstrip("+").isdecimal() and not _ALPHANUMERIC.fullmatch(sender):
        raise Refusal(21212, sender)
    if sender not in account.senders:
        raise Refusal(21606, sender)


def _mobile(text: str) -> str:
    """Possible is enough: the numbers set aside for fiction are assigned to nobody."""
    if not text:
        raise Refusal(21604)
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        raise Refusal(21211, text) from None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if written != text or not phonenumbers.is_possible_number(number):
        raise Refusal(21211, text)
    if phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE:
        raise Refusal(21614, text)
    return text


def _callback(url: str | None) -> str | None:
    """Loopback is let through, which Twilio would not: our own server listens there."""
    if not url:
        return None
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].rpartition(":")[0] or parts.netloc
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host) or len(url) > 4000:
        raise Refusal(21609, url)
    return url
