"""Which process claimed a message, and whether it is known to have ended: on this machine that can be seen at once.

The name says the machine as it runs now (host name, boot, PID namespace), the process and, since numbers are given out
again, when it began, in the clock ticks of /proc/PID/stat. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
"""

import os
import socket
from functools import cache
from hashlib import sha256
from pathlib import Path

_ENDED = frozenset("ZXx")
"""Process states: dead, and waiting for its parent to notice."""


def this_process(started: int) -> str:
    """A name for the owner of claims: no other process has it, on this machine or another, now or after a restart.

    `started` tells apart what this process starts several times.
    """
    return f"{_machine()}/{os.getpid()}/{_began(os.getpid()) or ''}-{started}"


def is_gone(owner: str) -> bool:
    """Whether the owner was a process of this machine that has ended; False where that cannot be told.

    >>> is_gone(this_process(1)), is_gone("elsewhere/1/5-1"), is_gone(f"{_machine()}/{os.getpid()}/1-1")
    (False, False, True)
    """
    machine, _, rest = owner.partition("/")
    number, _, began = rest.partition("/")
    began, _, _ = began.partition("-")
    if machine != _machine() or not number.isdecimal() or not began:
        return False
    return _began(int(number)) != began


def _began(number: int) -> str | None:
    """When the process began, in ticks since the machine did; None for one that has ended, or without /proc."""
    try:
        status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = status.rpartition(")")[2].split()  # the name before it may hold spaces
    return None if fields[0] in _ENDED else fields[19]


@cache
def _machine() -> str:
    """This machine since it was started, and as this process sees it: containers may share a host name."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        seen = f"{boot} {Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}-{sha256(seen.encode()).hexdigest()[:8]}"
