"""Whether a request is Twilio's: signed with our token over the address Twilio was given and the form it sent.

The address is `PUBLIC_URL`, never what the request says of itself: behind a proxy the host, the scheme and the port are
others, and whoever writes to us can write any `Host`. https://www.twilio.com/docs/usage/security#validating-requests
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

HEADER = "x-twilio-signature"


class Signature:
    """Checks the signatures made with `token` over addresses under `public_url`."""

    def __init__(self, token: str, public_url: str) -> None:
        self._token, self._public_url = token, public_url.rstrip("/")

    def holds(self, path: str, query: str, form: Mapping[str, str], given: str) -> bool:
        """Whether `given` is the signature of this form, sent to `path` with `query`, each as it was sent."""
        url = f"{self._public_url}{path}{'?' if query else ''}{query}"
        return bool(self._validator.validate(url, form, given))

    @cached_property
    def _validator(self) -> "RequestValidator":
        """It tries the address with and without the port that its scheme implies, as Twilio is not of one mind."""
        from twilio.request_validator import RequestValidator

        return RequestValidator(self._token)
