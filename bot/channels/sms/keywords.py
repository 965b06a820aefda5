"""The words that carriers and people give a meaning of their own, when they are all there is in an SMS.

They are heard before anything else, whatever was asked: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
for the English ones, AF2M's rules for short codes in France for STOP and CONTACT.
"""

import re
import unicodedata

from bot.incoming import Keyword

KEYWORDS: dict[str, Keyword] = {
    **dict.fromkeys(("stop", "arret", "desabonner"), Keyword("stop")),
    **dict.fromkeys(
        ("stopall", "unsubscribe", "cancel", "end", "quit", "optout", "revoke"), Keyword("stop", language="en")
    ),
    **dict.fromkeys(("start", "reprendre"), Keyword("start")),
    "unstop": Keyword("start", language="en"),
    **dict.fromkeys(("aide", "info", "contact"), Keyword("help")),
    "help": Keyword("help", language="en"),
}
"""By the word in lower case and without accents; the language of those that have only one."""

_ALONE = re.compile(r"[\W_]*(\w+?)[\W_]*")
_LONGEST = 40


def keyword(text: str) -> Keyword | None:
    """What a message means that is such a word and nothing else, whatever its case and accents.

    >>> keyword(" Arrêt ! ").means, keyword("DÉSABONNER").means
    ('stop', 'stop')
    >>> keyword("je veux stopper") is keyword("stop au 36123") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    found = _ALONE.fullmatch("".join(sign for sign in decomposed if not unicodedata.combining(sign)))
    return None if found is None else KEYWORDS.get(found[1])
