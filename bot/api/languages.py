"""The two languages of what the interface says, and the choice between them.

https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
"""

import re
from dataclasses import dataclass

from starlette.requests import Request

LANGUAGES = ("fr", "en")
"""French unless English is preferred."""
_RANGE = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[A-Za-z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


@dataclass(frozen=True, slots=True)
class Said:
    """A text in both."""

    fr: str
    en: str

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.fr


def preferred(header: str) -> str:
    """
    >>> preferred(""), preferred("en-GB,en;q=0.9,fr;q=0.5"), preferred("en;q=0.3, fr"), preferred("de")
    ('fr', 'en', 'fr', 'fr')
    """
    weights = dict.fromkeys(LANGUAGES, 0.0)
    for given in header.split(","):
        match = _RANGE.fullmatch(given)
        if match and (language := match[1].lower()) in weights:
            weights[language] = max(weights[language], float(match[2] or 1))
    return max(LANGUAGES, key=lambda language: weights[language])


def language_of(request: Request) -> str:
    """The language to answer a request in."""
    return preferred(request.headers.get("accept-language", ""))
