"""One conversation in two windows: a code given in one and sent from the other leads both to the same person.

The promise of a code: six digits, ten minutes, one use, and five wrong ones before whoever guesses has to wait.
"""

import re
from dataclasses import dataclass
from secrets import randbelow
from typing import Literal

from bot.store import codes, people
from bot.store.people import PersonRow
from bot.store.script import Script
from bot.store.sealed import Vault
from dialogs.effects import Effect, Linking, Listed, Windows
from dialogs.events import Event, Say

DIGITS = 6
_NAMED = re.compile(r"[\W_]*code[\W_]*((?:[0-9][ .-]?){4,12})[\W_]*", re.IGNORECASE)
_BARE = re.compile(r"[\W_]*([0-9]{3}[ .-]?[0-9]{3})[\W_]*")
_LONGEST = 60

Outcome = Literal["joined", "same", "own", "wrong", "wait"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Digits sent as a code; `named` with the word before them, else they may be something else (a date)."""

    code: str
    named: bool


def attempt_in(event: Event | None) -> Attempt | None:
    """The code in what a person wrote.

    >>> attempt_in(Say("Code : 123 456")), attempt_in(Say("123456")), attempt_in(Say("code"))
    (Attempt(code='123456', named=True), Attempt(code='123456', named=False), None)
    """
    if not isinstance(event, Say) or len(event.text) > _LONGEST:
        return None
    named = _NAMED.fullmatch(event.text)
    found = named or _BARE.fullmatch(event.text)
    return None if found is None else Attempt(re.sub(r"\D", "", found[1]), named is not None)


def is_meant(attempt: Attempt, rows: tuple[PersonRow, ...], *, dated: bool, now_ms: int) -> Script[bool]:
    """Whether digits without a word are a code: the first thing ever said here, or codes were spoken of lately.

    `dated`: a date was asked for, which six digits may well be.
    """
    if attempt.named:
        return True
    if dated:
        return False
    if rows[-1].sealed_conversation is None:
        return True
    return (yield from codes.asked_recently(rows[0].id, now_ms)) or (
        yield from codes.asked_recently(rows[-1].id, now_ms)
    )


def give(vault: Vault, home: PersonRow, now_ms: int) -> Script[str]:
    """A new code for a conversation; the one before is no longer good."""
    yield from codes.drop(home.id)
    while True:
        code = f"{randbelow(10**DIGITS):0{DIGITS}}"
        if (yield from codes.put(_digest(vault, code), home.id, now_ms)):
            return code


def follow(
    vault: Vault, attempt: Attempt, rows: tuple[PersonRow, ...], now_ms: int
) -> Script[tuple[Outcome, tuple[PersonRow, ...]]]:
    """What becomes of a code, and the rows from the window to its conversation afterwards (`people.visit`).

    Within `codes.take_turns`, and with `rows` locked.
    """
    window, home = rows[0], rows[-1]
    tried = yield from codes.tries(window.id, now_ms)
    if tried >= codes.MOST_TRIES:
        return "wait", rows
    holder = yield from codes.holder(_digest(vault, attempt.code), now_ms)
    if holder == window.id:
        return "own", rows
    if holder == home.id:
        return "same", rows
    found = None if holder is None else (yield from people.lock(holder, now_ms))
    if found is None:
        yield from codes.note_tries(window.id, tried + 1, now_ms)
        return "wrong", rows
    yield from codes.drop(found.id)
    yield from codes.drop(window.id)
    yield from people.join(window.id, found)
    return "joined", (window, found)


def _digest(vault: Vault, code: str) -> str:
    return vault.digest("code", code)


def settle(vault: Vault, rows: tuple[PersonRow, ...], effects: tuple[Effect, ...], now_ms: int) -> Script[list[Effect]]:
    """The effects of a step, with what only the store can tell: a code made, a number forgotten, the windows."""
    settled: list[Effect] = []
    for effect in effects:
        match effect:
            case Linking("code"):
                settled.append(Linking("code", (yield from give(vault, rows[-1], now_ms))))
            case Linking("forget"):
                shared = [row for row in rows if row.mobile_digest is not None]
                for row in shared:
                    yield from people.save_mobile(row.id, None)
                settled.append(Linking("forgotten" if shared else "forget"))
            case Listed(_, "my_data"):
                settled.append(effect)
                found = yield from people.windows(rows[-1].id)
                number = any(row["mobile_digest"] for row in found)
                if len(found) > 1 or number:
                    settled.append(Windows(tuple(dict.fromkeys(row["channel"] for row in found)), number))
            case _:
                settled.append(effect)
    return settled


def erase(rows: tuple[PersonRow, ...]) -> Script[None]:
    """A conversation and the windows on the way to it; those beside go with `people.erase_orphans`."""
    for row in rows:
        yield from people.erase(row.id)
