"""What goes wrong, when it is told to."""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

Kind = Literal[
    "too_many", "error_before", "error_after", "reset_before", "reset_after", "no_answer", "slow", "forbidden"
]


@dataclass
class Fault:
    """`too_many`: 429 with `seconds` to wait. `error_…`: `status`, before or after the call was carried out.
    `reset_…`: the connection breaks, before or after. `no_answer`: carried out, then silence. `slow`: carried out and
    answered after `seconds`. `forbidden`: 403.

    It strikes calls of `method` to `chat` (None: any), `times` times (None: for ever), each with the chance `share`.
    """

    kind: Kind
    method: str | None = None
    chat: int | None = None
    times: int | None = 1
    seconds: float = 1
    status: int = 502
    share: float = 1.0

    def strikes(self, method: str, parameters: dict[str, Any]) -> bool:
        return self.method in (None, method) and self.chat in (None, parameters.get("chat_id"))


@dataclass
class Faults:
    """The faults to come, the first that fits strikes. The same `seed` gives the same course."""

    seed: int = 0
    pending: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311 - a course to repeat, not a secret

    def add(self, *faults: Fault) -> None:
        self.pending.extend(faults)

    def clear(self) -> None:
        self.pending.clear()

    def next(self, method: str, parameters: dict[str, Any]) -> Fault | None:
        for fault in self.pending:
            if not fault.strikes(method, parameters) or (fault.share < 1 and self._random.random() >= fault.share):
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.pending.remove(fault)
            return fault
        return None
