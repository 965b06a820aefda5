"""An event loop whose time passes only while nothing else is to do: hours in milliseconds, and always the same."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jump(selectors.SelectSelector):
    """Waiting is done by moving the clock. Nothing outside the loop may be waited for: it would never be reached."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.turns = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("the loop waits for something that will never come")
        self.turns += 1
        self.now += max(timeout, 0.0)
        return super().select(0)


class Clockwork(asyncio.SelectorEventLoop):
    """Its clock starts at 0 and is steady to the microsecond; `milliseconds` is a wall clock that agrees with it."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now

    @property
    def turns(self) -> int:
        """How often the loop has gone round: what waiting costs."""
        return self._jump.turns

    def milliseconds(self) -> int:
        return 1_790_000_000_000 + int(self._jump.now * 1000)


def run(main: Coroutine[Any, Any, Result], loop: Clockwork) -> Result:
    """Runs to the end, then closes the loop."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main)
