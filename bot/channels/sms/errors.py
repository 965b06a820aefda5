"""What Twilio's error codes mean for a message, and what the agent reads: a table of data (errors.yaml).

https://www.twilio.com/docs/api/errors
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

_TABLE = Path(__file__).with_name("errors.yaml")

NO_RECEIPT = "no_receipt"
"""Taken by Twilio, and nothing heard of it for three days."""
ABSENT = "absent"
"""Sent or not, nobody knows; Twilio does not know the message."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        NO_RECEIPT: "aucun accusé de réception depuis trois jours",
        ABSENT: "la réponse de Twilio s'est perdue et le message n'est pas chez lui",
        "undelivered": "le SMS n'est pas arrivé ; l'opérateur n'a pas dit pourquoi",
        "failed": "le SMS n'est pas parti ; Twilio n'a pas dit pourquoi",
        "canceled": "le SMS a été annulé chez Twilio",
    }
)
_UNKNOWN = "erreur {code} de Twilio, que cet assistant ne connaît pas"


class Kind(StrEnum):
    """What is to be done about an error; the table says what each one is."""

    RETRY = "retry"
    OPT_OUT = "opt_out"
    PERMANENT = "permanent"
    TRANSIENT = "transient"
    FILTERED = "filtered"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class KnownError:
    """A line of the table. `wait`: seconds before a retry; `times`: how often a transient one is sent again at most."""

    code: int
    kind: Kind
    text: str
    wait: float = 1.0
    times: int | None = None

    @property
    def source(self) -> str:
        """Twilio's page about it."""
        return f"https://www.twilio.com/docs/api/errors/{self.code}"


@cache
def table() -> Mapping[int, KnownError]:
    """The errors we know, by their code."""
    lines = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    known = (KnownError(kind=Kind(line.pop("class")), **line) for line in lines)
    return MappingProxyType({error.code: error for error in known})


def kind_of(code: int | None) -> Kind | None:
    """What is to be done about a code; None for one that we do not know.

    >>> kind_of(30005), kind_of(99999)
    (<Kind.PERMANENT: 'permanent'>, None)
    """
    known = table().get(code) if code is not None else None
    return known.kind if known else None


def failures(reason: str | None) -> list[int]:
    """The provider's failures that a message's `reason` lists, the last one last.

    >>> failures("30008 30003"), failures("ReadTimeout"), failures(None)
    ([30008, 30003], [], [])
    """
    words = (reason or "").split()
    return [int(word) for word in words] if words and all(word.isdecimal() for word in words) else []


def explain(reason: str, translated: Callable[[str], str] = str) -> str:
    """A message's `reason` in words an agent reads. What we have no words for is shown as it is, never guessed.

    >>> explain("30003 30003")
    'le téléphone est éteint ou hors réseau'
    >>> explain("12345")
    'erreur 12345 de Twilio, que cet assistant ne connaît pas'
    """
    codes = failures(reason)
    if not codes:
        return translated(_WORDS[reason]) if reason in _WORDS else reason
    known = table().get(codes[-1])
    return translated(known.text) if known else translated(_UNKNOWN).format(code=codes[-1])


def texts() -> Iterator[str]:
    """All that `explain` may say, for the catalogues."""
    yield from (error.text for error in table().values())
    yield from _WORDS.values()
    yield _UNKNOWN
