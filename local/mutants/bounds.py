"""What a process of tests may take, and how long it may live."""

from __future__ import annotations

import contextlib
import ctypes
import resource
import signal

PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent ends."""
MEMORY = 6 * 2**30
"""Bytes that a trial may take: a loop that does not end fills what there is."""


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends; only Linux can."""
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)


def bound(seconds: float) -> None:
    """End this process by SIGXCPU after so many seconds of a processor, and bound its memory."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, until + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
