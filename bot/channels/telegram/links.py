"""Deep links: `https://t.me/<bot>?start=74-renewal-cst` tells facts before the first word is written.

The payload is values of facts, in any order, joined by hyphens; Telegram allows 64 of A-Z a-z 0-9 _ and -
(https://core.telegram.org/bots/features#deep-linking).
"""

from collections.abc import Mapping
from functools import lru_cache

from dialogs.facts import UNSAID, Choice, Department
from dialogs.knowledge.library import Knowledge
from dialogs.knowledge.places.tables import load_departments

LONGEST = 64


def facts_of(payload: str, knowledge: Knowledge) -> dict[str, str]:
    """The facts a payload tells. What is no value, or a value of several facts, tells nothing."""
    vocabulary = _vocabulary(knowledge)
    told: dict[str, str] = {}
    for token in payload[:LONGEST].split("-"):
        fact = vocabulary.get(token.casefold())
        if fact is not None:
            told.setdefault(fact, token)
    return told


def payload_of(facts: Mapping[str, str]) -> str:
    """The payload that tells these facts. Raises ValueError when it is too long for a link.

    >>> payload_of({"prefecture": "74", "permit": "cst"})
    '74-cst'
    """
    payload = "-".join(facts.values())
    if len(payload) > LONGEST:
        raise ValueError(f"a link takes {LONGEST} characters, this one has {len(payload)}")
    return payload


@lru_cache(maxsize=4)
def _vocabulary(knowledge: Knowledge) -> Mapping[str, str]:
    """Each value that belongs to one fact only, and that fact."""
    owners: dict[str, list[str]] = {}
    for fact, kind in knowledge.kinds.items():
        values = kind.values if isinstance(kind, Choice) else load_departments() if isinstance(kind, Department) else ()
        for value in values:
            owners.setdefault(value.casefold(), []).append(fact)
    return {value: facts[0] for value, facts in owners.items() if len(facts) == 1 and value != UNSAID}
