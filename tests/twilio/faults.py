"""What goes wrong, when it is told to."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Literal, get_args

Call = Literal["create", "list", "fetch"]

RequestKind = Literal[
    "too_many", "error_before", "error_after", "reset_before", "reset_after", "silence_before", "silence_after", "slow",
    "refused",
]  # fmt: skip
FateKind = Literal["outcome", "stays"]
CallbackKind = Literal[
    "callback_lost", "callback_doubled", "callback_late", "callback_reordered", "callback_forged"
]  # fmt: skip
Kind = RequestKind | FateKind | CallbackKind

REQUESTS: frozenset[str] = frozenset(get_args(RequestKind))
FATES: frozenset[str] = frozenset(get_args(FateKind))
CALLBACKS: frozenset[str] = frozenset(get_args(CallbackKind))

BEFORE = frozenset({"too_many", "error_before", "reset_before", "silence_before", "refused"})
"""Those that strike before anything is carried out."""


@dataclass
class Fault:
    """Of a request: `too_many`: 429 with code 20429. `error_…`: `status`, before or after it was carried out.
    `reset_…`: the connection breaks, before or after. `silence_…`: no answer ever, and it was not, or was, carried
    out. `slow`: carried out, answered after `seconds`. `refused`: the error `code` (21211, 21610, 21614…).

    Of a message: `outcome`: it ends with the error `code` (30003, 30007…). `stays`: it never goes beyond `at`.

    Of a callback: `callback_lost`, `callback_doubled`, `callback_late` by `seconds`; `callback_reordered`: posted after
    the next one; `callback_forged`: preceded by one with another status and a signature made with another token.

    It strikes requests `call` (None: any), or messages and callbacks, to `to` (None: anybody), `times` times (None: for
    ever), each with the chance `share`.
    """

    kind: Kind
    to: str | None = None
    call: Call | None = "create"
    times: int | None = 1
    share: float = 1.0
    seconds: float = 1.0
    status: int = 503
    code: int = 30008
    at: Literal["queued", "sending", "sent"] = "sent"
    number: int = field(default=0, init=False)
    """Given when it is added."""


class Faults:
    """The faults to come, the first that fits strikes.

    What a `share` decides hangs on the seed, the fault, the number written to and how often it came by, not on who
    comes first: the same course however requests interleave.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.pending: list[Fault] = []
        self.struck: Counter[str] = Counter()
        self._passed: Counter[tuple[int, str]] = Counter()
        self._numbers = count(1)

    def add(self, *faults: Fault) -> None:
        for fault in faults:
            fault.number = next(self._numbers)
            self.pending.append(fault)

    def clear(self) -> None:
        self.pending.clear()

    def of_request(self, call: Call, to: str) -> Fault | None:
        return self._next(REQUESTS, to, call)

    def of_message(self, to: str) -> Fault | None:
        return self._next(FATES, to)

    def of_callback(self, to: str) -> Fault | None:
        return self._next(CALLBACKS, to)

    def _next(self, kinds: frozenset[str], to: str, call: Call | None = None) -> Fault | None:
        for fault in self.pending:
            fits = fault.kind in kinds and fault.to in (None, to) and (call is None or fault.call in (None, call))
            if not fits or not self._drawn(fault, to):
                continue
            self.struck[fault.kind] += 1
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.pending.remove(fault)
            return fault
        return None

    def _drawn(self, fault: Fault, to: str) -> bool:
        if fault.share >= 1:
            return True
        self._passed[fault.number, to] += 1
        draw = Random(f"{self.seed}/{fault.number}/{to}/{self._passed[fault.number, to]}")  # noqa: S311 - to repeat
        return draw.random() < fault.share
