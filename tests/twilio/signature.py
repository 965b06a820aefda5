"""The signature of a webhook (https://www.twilio.com/docs/usage/webhooks/webhooks-security)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Twilio-Signature"


def sign(token: str, url: str, form: Mapping[str, str]) -> str:
    """HMAC-SHA1, in base64, of the whole URL with its query, and each parameter's name and value in order of name."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
