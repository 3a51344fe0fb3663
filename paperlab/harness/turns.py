"""A lock that the timings of one machine share: two benches never time beside each other."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path

from filelock import FileLock, Timeout

from paperlab.settings import state_folder

TIMED = ("speed", "cost")
"""Kinds of unit that take a turn."""


def timing_lock() -> FileLock:
    """Give this machine's lock, not yet taken; it opens when its holder dies.

    It bears the machine's name, since the home folder of a cluster is seen by all of its machines.
    """
    name = f"timing-{platform.node() or 'here'}.lock"
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # a worker of a cluster may have no home that it can write to
        folder = Path(tempfile.gettempdir())
        name = f"paperlab-{name}"
    return FileLock(folder / name, thread_local=False)  # a bench may begin and end in other threads of a notebook


def taken(lock: FileLock) -> bool:
    """Take a lock if it is free, and tell whether it was."""
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True
