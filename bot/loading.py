"""Loading what a process keeps for good: it is not looked through for garbage, neither while it loads nor later.

A look through all that is loaded stops everybody's turns for 40 ms and more.
https://docs.python.org/3/library/gc.html#gc.freeze
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Around an import or a reading whose result stays until the process ends."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
