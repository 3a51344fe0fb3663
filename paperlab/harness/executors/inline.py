"""This process, one unit after the other: for a debugger, or where no process may be started.

There are no limits here, and a unit that takes the process down takes the bench with it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np
import torch

from paperlab.harness.child import answer
from paperlab.harness.executing import Done, Terms, known_options
from paperlab.harness.turns import TIMED, timing_lock
from paperlab.harness.units import Unit


class Inline:
    """Executor that works while it is polled."""

    def __init__(self) -> None:
        self._waiting: deque[Unit] = deque()

    def submit(self, unit: Unit) -> None:
        """Put a unit at the end of the queue."""
        self._waiting.append(unit)

    def preload(self, modules: Iterable[str]) -> None:
        """Do nothing: what one unit imported is there for the next."""

    def poll(self) -> list[Done]:
        """Do the next unit."""
        if not self._waiting:
            return []
        unit = self._waiting.popleft()
        with timing_lock() if unit.kind in TIMED else nullcontext(), _left_as_it_was(Path(unit.folder)):
            start = time.perf_counter()
            result = answer(unit, passed=KeyboardInterrupt)
        return [(unit, result | {"seconds": time.perf_counter() - start})]

    def cancel(self) -> None:
        """Forget what waits."""
        self._waiting.clear()


@contextmanager
def opened(terms: Terms) -> Iterator[Inline]:
    """Give the executor."""
    known_options("inline", terms.options, ())
    yield Inline()


@contextmanager
def _left_as_it_was(folder: Path) -> Iterator[None]:
    """Take back what a unit changes of the process: path, folder, threads, generators, and its own modules.

    The next unit may be of another folder, whose model.py has the same name.
    """
    path, here, threads, quiet = list(sys.path), Path.cwd(), torch.get_num_threads(), sys.dont_write_bytecode
    drawn = torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002 -- set by `safety_net`
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = path, quiet
        os.chdir(here)
        torch.set_num_threads(threads)
        torch.set_rng_state(drawn[0])
        np.random.set_state(drawn[1])  # noqa: NPY002 -- the same
        random.setstate(drawn[2])
        for name in [n for n, m in list(sys.modules.items()) if _inside(m, folder)]:
            del sys.modules[name]


def _inside(module: object, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and Path(file).is_relative_to(folder)
